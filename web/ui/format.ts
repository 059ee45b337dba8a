import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

/** Numbers, sizes and moments as the reader writes them, in the reader's time zone. */
export interface Format {
  number(value: number): string
  /** A share between 0 and 1. */
  percent(share: number): string
  /** `12.4 MB`, in thousands. */
  size(bytes: number): string
  /** `320 ms`, `4.2 s`, `3 min`. */
  duration(ms: number): string
  /** The whole of it, to the second, with the zone. */
  exact(moment: Date): string
  /** Day and minute. */
  moment(moment: Date): string
  date(moment: Date): string
  /** `3 minutes ago`, `in 2 days`. */
  relative(moment: Date, now: Date): string
  list(items: readonly string[]): string
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

const STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Number.POSITIVE_INFINITY],
] as const

export function formatIn(languageOfPage: string): Format {
  const language = regionalOf(languageOfPage)
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' })
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const list = new Intl.ListFormat(language)
  const inUnit = (value: number, unit: string) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit,
      // `12 byte` is what the short form says.
      unitDisplay: unit === 'byte' ? 'long' : 'short',
      maximumFractionDigits: value < 10 ? 1 : 0,
    }).format(value)
  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    size(bytes) {
      let value = bytes
      let step = 0
      while (value >= 1000 && step < SIZES.length - 1) {
        value /= 1000
        step += 1
      }
      return inUnit(value, SIZES[step] ?? 'byte')
    },
    duration(ms) {
      if (ms < 1000) return inUnit(Math.round(ms), 'millisecond')
      if (ms < 60_000) return inUnit(ms / 1000, 'second')
      if (ms < 3_600_000) return inUnit(ms / 60_000, 'minute')
      return inUnit(ms / 3_600_000, 'hour')
    },
    exact: (at) => exact.format(at),
    moment: (at) => moment.format(at),
    date: (at) => date.format(at),
    relative(at, now) {
      let value = (at.getTime() - now.getTime()) / 1000
      for (const [unit, many] of STEPS) {
        if (Math.abs(value) < many) return relative.format(Math.round(value), unit)
        value /= many
      }
      return date.format(at)
    },
    list: (items) => list.format(items),
  }
}

/** The page's language as the reader's region writes it, when the browser knows: `en-GB` for `en`. */
export function regionalOf(language: string): string {
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language
}

/** Formats in the language of the page. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  return useMemo(() => formatIn(i18n.language), [i18n.language])
}
