import { useEffect } from 'react'

/** `/` goes to the search field of the page, unless somebody is writing. */
export function useSearchKey(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
      const target = event.target as Element | null
      if (target?.closest('input, textarea, select, [contenteditable]')) return
      const field = document.querySelector<HTMLInputElement>('[data-page-search]')
      if (field === null) return
      event.preventDefault()
      field.focus()
      field.select()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
}
