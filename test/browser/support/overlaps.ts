/** Text that lies upon other text, which nobody can read. */

import type { Page } from 'playwright-core'

/**
 * Lines of text of two elements, neither within the other, that cover each other by more than 2 px
 * both ways; in an open dialog only its own. What scrolled or pinned parts hide is not looked at.
 */
export function overlaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Box {
      readonly left: number
      readonly top: number
      readonly right: number
      readonly bottom: number
    }
    interface Line extends Box {
      readonly element: Element
      readonly text: string
      readonly isPinned: boolean
    }

    const ALLOWED_PX = 2
    const root =
      [...document.querySelectorAll('[role=dialog][aria-modal=true]')].at(-1) ?? document.body

    const common = (a: Box, b: Box): Box => ({
      left: Math.max(a.left, b.left),
      top: Math.max(a.top, b.top),
      right: Math.min(a.right, b.right),
      bottom: Math.min(a.bottom, b.bottom),
    })
    const isSeen = ({ left, top, right, bottom }: Box) =>
      right - left > ALLOWED_PX && bottom - top > ALLOWED_PX

    /** What its ancestors let be seen of an element, and whether it stays while the page moves. */
    const frameOf = (element: Element) => {
      let box: Box = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity }
      let isPinned = false
      for (let at: Element | null = element; at !== null && at !== root; at = at.parentElement) {
        const { position, overflowX, overflowY } = getComputedStyle(at)
        if (position === 'fixed' || position === 'sticky') isPinned = true
        if (overflowX !== 'visible' || overflowY !== 'visible') {
          box = common(box, at.getBoundingClientRect())
        }
      }
      return { box, isPinned }
    }

    const lines: Line[] = []
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement
      const text = node.textContent?.trim() ?? ''
      if (text === '' || element === null) continue
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
      const frame = frameOf(element)
      const size = Number.parseFloat(getComputedStyle(element).fontSize)
      const range = document.createRange()
      range.selectNodeContents(node)
      for (const { left, right, top, bottom } of range.getClientRects()) {
        // The letters' own height: lines may stand closer than what a font reserves.
        const middle = (top + bottom) / 2
        const letters = { left, right, top: middle - size / 2, bottom: middle + size / 2 }
        const box = common(letters, frame.box)
        if (isSeen(box)) lines.push({ ...box, element, text, isPinned: frame.isPinned })
      }
    }

    const found = new Set<string>()
    const quote = ({ element, text }: Line) =>
      `${element.tagName.toLowerCase()} “${text.slice(0, 40)}”`
    for (const [index, one] of lines.entries()) {
      for (const other of lines.slice(index + 1)) {
        if (one.isPinned !== other.isPinned || !isSeen(common(one, other))) continue
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue
        found.add(`${quote(one)} lies upon ${quote(other)}`)
      }
    }
    return [...found]
  })
}
