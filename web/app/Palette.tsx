import { lazy, Suspense, useEffect, useState } from 'react'
import { onPaletteWanted } from './palette-events.ts'

const PaletteDialog = lazy(async () => ({
  default: (await import('./PaletteDialog.tsx')).PaletteDialog,
}))

/** Every page and every record by its name. Its code is loaded when it is first opened. */
export function Palette() {
  const [opened, setOpened] = useState(false)
  useEffect(() => onPaletteWanted(() => setOpened(true)), [])
  if (!opened) return null
  return (
    <Suspense fallback={null}>
      <PaletteDialog onClose={() => setOpened(false)} />
    </Suspense>
  )
}
