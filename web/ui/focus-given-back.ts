import { useLayoutEffect } from 'react'

/**
 * Gives the focus back to where it was before something was opened. Mantine does so when it sees a
 * dialog being closed, but not for one that is taken off the page as a whole.
 */
export function useFocusGivenBack(opened: boolean): void {
  // Before what is opened takes it.
  useLayoutEffect(() => {
    if (!opened) return
    const before = document.activeElement
    return () => {
      setTimeout(() => {
        const isLost = document.activeElement === document.body
        if (isLost && before instanceof HTMLElement) before.focus({ preventScroll: true })
      })
    }
  }, [opened])
}
