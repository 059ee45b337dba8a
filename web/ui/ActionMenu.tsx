import { cloneElement, lazy, Suspense, useState, type ReactElement, type ReactNode } from 'react'

const load = () => import('./LoadedActionMenu.tsx')
const LoadedActionMenu = lazy(async () => ({ default: (await load()).LoadedActionMenu }))

export interface Action {
  readonly label: string
  readonly icon?: ReactNode
  readonly onChoose: () => void
}

export interface ActionMenuProps {
  /** What opens it; it has a name. */
  readonly button: ReactElement<Record<string, unknown>>
  /** Above the actions, and none of them. */
  readonly head?: string
  readonly actions: readonly Action[]
  readonly width: number
}

/** A button with a menu of what can be done. Its code is loaded when it is about to be opened. */
export function ActionMenu(props: ActionMenuProps) {
  const [isWanted, setIsWanted] = useState(false)
  const button = cloneElement(props.button, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onClick: () => setIsWanted(true),
    onMouseEnter: () => void load(),
    onFocus: () => void load(),
  })
  if (!isWanted) return button
  return (
    <Suspense fallback={button}>
      <LoadedActionMenu {...props} />
    </Suspense>
  )
}
