import { useEffect, useState } from 'react'

/**
 * The token of a one-time link: behind `#`, which stays in the browser, or in `?token=`. It is taken
 * out of the address, so that it stands neither in the history nor in a picture of the screen.
 * Another link that is put into the address of the open page counts as if the page were opened anew.
 */
export function useLinkToken(): string {
  const [token] = useState(() => {
    const { hash, searchParams } = new URL(location.href)
    return hash === '' ? (searchParams.get('token') ?? '') : decodeURIComponent(hash.slice(1))
  })
  useEffect(() => {
    const openAnew = () => {
      if (location.hash !== '') location.reload()
    }
    window.addEventListener('hashchange', openAnew)
    return () => window.removeEventListener('hashchange', openAnew)
  }, [])
  return token
}

/** Takes the token out of the address. To be called once it was read. */
export function hideLinkToken(): void {
  history.replaceState(history.state, '', location.pathname)
}
