import { lazy, Suspense, useState, type ReactNode } from 'react'

const LoadedDialog = lazy(async () => ({
  default: (await import('./LoadedDialog.tsx')).LoadedDialog,
}))

export interface DialogProps {
  readonly opened: boolean
  readonly onClose: () => void
  readonly title: string
  readonly size?: string
  /** Stays open when what is around it is clicked: something would be lost. */
  readonly stays?: boolean
  /** Closed by its own buttons only: it shows what is shown once. */
  readonly isShownOnce?: boolean
  readonly children: ReactNode
}

interface Props extends DialogProps {
  /** Loads its code before it is opened: for a moment in which the hub may be out of reach. */
  readonly isNear?: boolean
}

/** A dialog whose code is loaded when it is first opened. */
export function Dialog({ isNear = false, ...props }: Props) {
  const [isWanted, setIsWanted] = useState(false)
  if ((props.opened || isNear) && !isWanted) setIsWanted(true)
  if (!isWanted) return null
  return (
    <Suspense fallback={null}>
      <LoadedDialog {...props} />
    </Suspense>
  )
}
