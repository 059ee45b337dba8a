import { lazy, Suspense, useEffect, useState, type ReactNode, type RefCallback } from 'react'

const LoadedHint = lazy(async () => ({ default: (await import('./LoadedHint.tsx')).LoadedHint }))

interface Target {
  readonly ref: RefCallback<HTMLElement>
  readonly onMouseEnter: () => void
  readonly onMouseLeave: () => void
}

interface Props {
  readonly label: string
  /** Gives the element that it is about these properties. */
  readonly children: (target: Target) => ReactNode
}

/**
 * Words about an element while a mouse is over it, or after it was touched. It must be possible to do
 * without them. Their code is loaded when they are first wanted.
 */
export function Hint({ label, children }: Props) {
  const [target, setTarget] = useState<HTMLElement | null>(null)
  const [isWanted, setIsWanted] = useState(false)
  const [isShown, setIsShown] = useState(false)
  useEffect(() => {
    if (!isShown) return
    const hide = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setIsShown(false)
    }
    document.addEventListener('keydown', hide)
    return () => document.removeEventListener('keydown', hide)
  }, [isShown])
  const show = () => {
    setIsWanted(true)
    setIsShown(true)
  }
  return (
    <>
      {children({ ref: setTarget, onMouseEnter: show, onMouseLeave: () => setIsShown(false) })}
      {isWanted && (
        <Suspense fallback={null}>
          <LoadedHint target={target} label={label} opened={isShown} />
        </Suspense>
      )}
    </>
  )
}
