import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core'
import { useCallback, type MouseEvent, type ReactNode } from 'react'
import { useHistory } from './address.ts'

/** Goes to an address below the origin, such as `/messages?state=failed`, without loading anew. */
export function useGo(): (address: string, options?: { replace?: boolean }) => void {
  const history = useHistory()
  return useCallback(
    (address, { replace = false } = {}) =>
      replace ? history.replace(address) : history.push(address),
    [history],
  )
}

/** For `onClick` of a link: leaves new tabs and the like to the browser. */
export function useFollow(): (event: MouseEvent<HTMLAnchorElement>) => void {
  const go = useGo()
  return (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const { origin, pathname, search, hash, target } = event.currentTarget
    if (origin !== location.origin || target === '_blank') return
    event.preventDefault()
    go(`${pathname}${search}${hash}`)
  }
}

interface Props extends AnchorProps {
  readonly to: string
  readonly children: ReactNode
}

/** A link to another page of the interface. */
export function PageLink({ to, children, ...rest }: Props) {
  const follow = useFollow()
  return (
    <Anchor href={to} onClick={follow} {...rest}>
      {children}
    </Anchor>
  )
}

/** A link that looks like a button: to a page beside this one, such as its history. */
export function LinkButton({
  to,
  children,
  ...rest
}: ButtonProps & { readonly to: string; readonly children: ReactNode }) {
  const follow = useFollow()
  return (
    <Button component="a" href={to} onClick={follow} {...rest}>
      {children}
    </Button>
  )
}
