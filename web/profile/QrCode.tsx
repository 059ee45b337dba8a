import { Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'
import styles from './profile.module.css'

/** Blank modules around the code, which readers need. */
const MARGIN = 4

interface Drawing {
  readonly size: number
  readonly path: string
}

/** A QR code. Dark on white in both themes: readers want it so. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const [drawing, setDrawing] = useState<Drawing>()
  useEffect(() => {
    let isShown = true
    // Only who sets up one-time codes needs it.
    void import('qrcode').then(({ create }) => {
      if (isShown) setDrawing(draw(create(text, { errorCorrectionLevel: 'M' }).modules))
    })
    return () => {
      isShown = false
    }
  }, [text])
  if (drawing === undefined) return <Skeleton className={styles.qr ?? ''} />
  const { size, path } = drawing
  return (
    <svg
      role="img"
      aria-label={label}
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}

function draw({ size, data }: { size: number; data: ArrayLike<number> }): Drawing {
  const squares: string[] = []
  for (let at = 0; at < size * size; at += 1) {
    if (!data[at]) continue
    squares.push(`M${(at % size) + MARGIN} ${Math.floor(at / size) + MARGIN}h1v1h-1z`)
  }
  return { size: size + 2 * MARGIN, path: squares.join('') }
}
