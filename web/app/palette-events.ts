const OPEN = 'sealpost:palette'

/** Opens the command palette from anywhere. */
export function openPalette(): void {
  window.dispatchEvent(new Event(OPEN))
}

/** By its button, or by Ctrl K (⌘ K). Gives what ends listening. */
export function onPaletteWanted(open: () => void): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    open()
  }
  window.addEventListener(OPEN, open)
  document.addEventListener('keydown', listen)
  return () => {
    window.removeEventListener(OPEN, open)
    document.removeEventListener('keydown', listen)
  }
}
