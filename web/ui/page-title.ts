import { useEffect, useRef, type RefObject } from 'react'

/** Names the page in the browser's tab and history. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Sealpost' : `${title} · Sealpost`
  }, [title])
}

/** Whether a page was opened before in this visit: only then the focus moves to its heading. */
let opened = 0

/** Reading goes on at the heading after another page was opened; at the first it starts on top. */
export function useFocusOnOpen<Element extends HTMLElement>(): RefObject<Element | null> {
  const heading = useRef<Element>(null)
  useEffect(() => {
    opened += 1
    if (opened > 1) heading.current?.focus({ preventScroll: true })
  }, [])
  return heading
}
