/** Dates in a search: `today`, `lastweek`, a day, a minute. */

import { type CivilTime, civilDay, isReal, momentOf, weekday } from './civil-time.ts'

/** From the first moment to the first one after. */
export interface Span {
  readonly from: Date
  readonly to: Date
}

interface Now {
  readonly now: Date
  /** IANA name. */
  readonly timeZone: string
}

/** `twomonths` and `threemonths` are the time since that day of the month so long ago. */
const WORDS: Readonly<Record<string, (today: CivilTime) => [CivilTime, CivilTime]>> = {
  today: (day) => [day, days(day, 1)],
  yesterday: (day) => [days(day, -1), day],
  thisweek: (day) => [days(day, -weekday(day)), days(day, 7 - weekday(day))],
  lastweek: (day) => [days(day, -weekday(day) - 7), days(day, -weekday(day))],
  thismonth: (day) => [month(day, 0), month(day, 1)],
  lastmonth: (day) => [month(day, -1), month(day, 0)],
  twomonths: (day) => [monthsAgo(day, 2), days(day, 1)],
  threemonths: (day) => [monthsAgo(day, 3), days(day, 1)],
  thisyear: (day) => [year(day, 0), year(day, 1)],
  lastyear: (day) => [year(day, -1), year(day, 0)],
}

export const DATE_WORDS = Object.keys(WORDS)

/** Undefined when it is no date. @throws RangeError for an unknown time zone */
export function parseDateTerm(text: string, { now, timeZone }: Now): Span | undefined {
  const word = text.toLowerCase()
  const span = Object.hasOwn(WORDS, word) ? WORDS[word]?.(civilDay(now, timeZone)) : dateIn(text)
  if (span === undefined) return undefined
  return { from: momentOf(span[0], timeZone), to: momentOf(span[1], timeZone) }
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/i

/** A day, a minute or a second, as the column shows it. */
function dateIn(text: string): [CivilTime, CivilTime] | undefined {
  const parts = DATE.exec(text.trim())?.slice(1)
  if (parts === undefined) return undefined
  const [y = 0, m = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((each) =>
    Number(each ?? 0),
  )
  const from = { year: y, month: m, day, hour, minute, second }
  if (!isReal(from)) return undefined
  if (parts[3] === undefined) return [from, days(from, 1)]
  return [
    from,
    parts[5] === undefined ? { ...from, minute: minute + 1 } : { ...from, second: second + 1 },
  ]
}

function days(day: CivilTime, count: number): CivilTime {
  return { ...day, day: day.day + count }
}

function month(day: CivilTime, count: number): CivilTime {
  return { year: day.year, month: day.month + count, day: 1 }
}

/** The same day of an earlier month, or its last one. */
function monthsAgo(day: CivilTime, count: number): CivilTime {
  const lastDay = new Date(Date.UTC(day.year, day.month - count, 0)).getUTCDate()
  return { year: day.year, month: day.month - count, day: Math.min(day.day, lastDay) }
}

function year(day: CivilTime, count: number): CivilTime {
  return { year: day.year + count, month: 1, day: 1 }
}
