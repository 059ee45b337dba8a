import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatIn, regionalOf } from './format.ts'
import type { PlotProps, Series } from './Plot.tsx'
import { dashOf, patternOf } from './plot-pattern.ts'

/** Between the lines of an axis that counts whole things. */
const WHOLE_STEPS = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((n) => n * 10 ** power))

/** Where the words of a step stand in two lines. */
const NARROW_PX = 480

/** Draws the plot; as wide as there is room. */
export function PlotCanvas(props: PlotProps) {
  const { series, stacked = false, write, maximum, height = 220 } = props
  const moments = 'moments' in props ? props.moments : undefined
  const steps = 'steps' in props ? props.steps : undefined
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
    const short = moments && timeIn(i18n.language, moments)
    const places = moments
      ? moments.map((moment) => new Date(moment).getTime() / 1000)
      : (steps ?? []).map((_, index) => index)
    const isWhole = series.every(({ values }) => values.every((value) => Number.isInteger(value)))
    const paper = token('--surface')
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
              stacked ? widened(low, high, places.length) : [low, high],
          },
          y: { range: (_plot, _low, high) => [0, maximum ?? Math.max(high * 1.1, 1)] },
        },
        axes: [
          {
            ...axis,
            ...(short
              ? {
                  size: 32,
                  space: 80,
                  values: (_plot: uPlot, splits: number[]) =>
                    splits.map((at) => short(new Date(at * 1000))),
                }
              : {
                  size: 48,
                  splits: () => places,
                  values: ({ width }: uPlot) => steps?.map((step) => inLines(step, width)) ?? [],
                }),
          },
          {
            ...axis,
            size: 56,
            ...(isWhole && { incrs: WHOLE_STEPS.flat() }),
            values: (_plot, splits) => splits.map(text),
          },
        ],
        series: [
          {},
          // What lies on top is drawn first, so that what is below covers its part.
          ...(stacked ? [...series].reverse() : series).map(({ name, colour, values }) => ({
            label: name,
            stroke: token(`--plot-${colour}`),
            width: 2,
            dash: dashOf(colour),
            // One alone between gaps would not be seen as a line.
            points: { show: !stacked && (places.length < 30 || values.includes(null)) },
            ...(stacked && {
              fill: () =>
                patternOf({
                  colour,
                  ink: token(`--plot-${colour}`),
                  paper,
                  ratio: devicePixelRatio,
                }),
              width: 0,
              paths: uPlot.paths.bars?.({ size: [0.8, 48] }) ?? (() => null),
            }),
          })),
        ],
      },
      [places, ...(stacked ? heaped(series).reverse() : series.map(({ values }) => [...values]))],
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
  }, [moments, steps, series, stacked, write, maximum, height, scheme, i18n.language])

  return <div ref={place} />
}

function widened(low: number, high: number, count: number): [number, number] {
  const half = count > 1 ? (high - low) / (count - 1) / 2 : 1800
  return [low - half, high + half]
}

/** *under 10 min* in two lines, where there is no room for one. */
function inLines(step: string, width: number): string {
  return width < NARROW_PX ? step.replace(/\s+(?=\S+$)/, '\n') : step
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
