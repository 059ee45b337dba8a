import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { PlotProps, Series } from './Plot.tsx'
import { dashOf, patternOf } from './plot-pattern.ts'
import styles from './Plot.module.css'

/** What each colour and pattern stands for, and the unit. */
export function PlotLegend({ series, unit, stacked = false }: PlotProps) {
  return (
    <ul className={styles.legend}>
      {series.map(({ name, colour }) => (
        <li key={name}>
          <Swatch colour={colour} filled={stacked} />
          {name}
        </li>
      ))}
      <li className={styles.unit}>{unit}</li>
    </ul>
  )
}

/** A piece of what the plot draws. */
function Swatch({ colour, filled }: Pick<Series, 'colour'> & { readonly filled: boolean }) {
  const place = useRef<HTMLCanvasElement>(null)
  const scheme = useComputedColorScheme('light')
  useEffect(() => {
    const canvas = place.current
    const context = canvas?.getContext('2d')
    if (canvas === null || context === null || context === undefined) return
    const ratio = devicePixelRatio
    const { width, height } = canvas.getBoundingClientRect()
    canvas.width = width * ratio
    canvas.height = height * ratio
    const style = getComputedStyle(canvas)
    const ink = style.getPropertyValue(`--plot-${colour}`).trim()
    if (filled) {
      const paper = style.getPropertyValue('--surface').trim()
      context.fillStyle = patternOf({ colour, ink, paper, ratio })
      context.fillRect(0, 0, canvas.width, canvas.height)
      return
    }
    context.strokeStyle = ink
    context.lineWidth = 3 * ratio
    context.setLineDash(dashOf(colour, ratio))
    context.beginPath()
    context.moveTo(0, canvas.height / 2)
    context.lineTo(canvas.width, canvas.height / 2)
    context.stroke()
  }, [colour, filled, scheme])
  return <canvas ref={place} className={styles.swatch} aria-hidden />
}
