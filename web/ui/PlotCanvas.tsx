import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatIn, regionalOf } from './format.ts'
import type { PlotProps, Series } from './Plot.tsx'

/** Draws the plot; as wide as there is room. */
export function PlotCanvas({
  moments,
  series,
  stacked = false,
  write,
  maximum,
  height = 220,
}: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const { i18n } = useTranslation()

  useEffect(() => {
    const element = place.current
    if (element === null) return
    const style = getComputedStyle(element)
    const token = (name: string) => style.getPropertyValue(name).trim()
    const format = formatIn(i18n.language)
    const text = write ?? ((value: number) => format.number(value))
    const axis = {
      stroke: token('--text-soft'),
      grid: { stroke: token('--border'), width: 1 },
      ticks: { stroke: token('--border'), width: 1 },
      font: `13px ${style.fontFamily}`,
    }
    const short = timeIn(i18n.language, moments)
    const plot = new uPlot(
      {
        width: Math.max(element.clientWidth, 200),
        height,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        padding: [12, 28, 0, 0],
        scales: {
          // Bars have room on both sides of their moment.
          x: {
            range: (_plot, low, high) =>
              stacked ? widened(low, high, moments.length) : [low, high],
          },
          y: { range: (_plot, _low, high) => [0, maximum ?? Math.max(high * 1.1, 1)] },
        },
        axes: [
          {
            ...axis,
            size: 32,
            space: 80,
            values: (_plot, splits) => splits.map((at) => short(new Date(at * 1000))),
          },
          { ...axis, size: 56, values: (_plot, splits) => splits.map(text) },
        ],
        series: [
          {},
          // What lies on top is drawn first, so that what is below covers its part.
          ...(stacked ? [...series].reverse() : series).map(({ name, colour, values }) => ({
            label: name,
            stroke: token(`--plot-${colour}`),
            width: 2,
            // One alone between gaps would not be seen as a line.
            points: { show: !stacked && (moments.length < 30 || values.includes(null)) },
            ...(stacked && {
              fill: token(`--plot-${colour}`),
              width: 0,
              paths: uPlot.paths.bars?.({ size: [0.8, 48] }) ?? (() => null),
            }),
          })),
        ],
      },
      [
        moments.map((moment) => new Date(moment).getTime() / 1000),
        ...(stacked ? heaped(series).reverse() : series.map(({ values }) => [...values])),
      ],
      element,
    )
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: Math.max(element.clientWidth, 200), height })
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [moments, series, stacked, write, maximum, height, scheme, i18n.language])

  return <div ref={place} />
}

function widened(low: number, high: number, count: number): [number, number] {
  const half = count > 1 ? (high - low) / (count - 1) / 2 : 1800
  return [low - half, high + half]
}

/** Each series upon the sum of those before it. */
function heaped(series: readonly Series[]): number[][] {
  const heaps: number[][] = []
  for (const { values } of series) {
    const below = heaps.at(-1)
    heaps.push(values.map((value, index) => (value ?? 0) + (below?.[index] ?? 0)))
  }
  return heaps
}

/** Hours for a day or two, days for more. */
function timeIn(language: string, moments: readonly string[]): (at: Date) => string {
  const [first, last] = [moments[0], moments.at(-1)]
  const days =
    first === undefined || last === undefined
      ? 0
      : (new Date(last).getTime() - new Date(first).getTime()) / 86_400_000
  const format = new Intl.DateTimeFormat(
    regionalOf(language),
    days > 2 ? { month: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit' },
  )
  return (at) => format.format(at)
}
