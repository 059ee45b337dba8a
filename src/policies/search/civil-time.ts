/** Days and moments as a clock on the wall of a time zone shows them. */

/** The month counts from 1; what is over the end of a month or a day runs on into the next. */
export interface CivilTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour?: number
  readonly minute?: number
  readonly second?: number
}

/** The day that it is there now. @throws RangeError for an unknown time zone */
export function civilDay(
  at: Date,
  timeZone: string,
): Required<Omit<CivilTime, 'hour' | 'minute' | 'second'>> {
  const { year, month, day } = wallClock(at, timeZone)
  return { year, month, day }
}

/** The moment; of one that the clock shows twice the first, of one that it leaps over the one after. */
export function momentOf(civil: CivilTime, timeZone: string): Date {
  const wanted = asUtc(civil)
  // The offset of the moment is not known before the moment: those of a day before and after are.
  const candidates = [-DAY_MS, DAY_MS].map(
    (ms) => wanted - offsetMs(new Date(wanted + ms), timeZone),
  )
  const right = candidates.filter((ms) => ms + offsetMs(new Date(ms), timeZone) === wanted)
  return new Date(right.length === 0 ? Math.max(...candidates) : Math.min(...right))
}

/** 0 is Monday. */
export function weekday(civil: CivilTime): number {
  return (new Date(asUtc(civil)).getUTCDay() + 6) % 7
}

/** Whether there is such a day and time. */
export function isReal({ year, month, day, hour = 0, minute = 0, second = 0 }: CivilTime): boolean {
  const date = new Date(asUtc({ year, month, day }))
  const isDay = date.getUTCMonth() + 1 === month && date.getUTCDate() === day
  return isDay && hour < 24 && minute < 60 && second < 60
}

const DAY_MS = 24 * 60 * 60 * 1000

function offsetMs(at: Date, timeZone: string): number {
  return asUtc(wallClock(at, timeZone)) - Math.floor(at.getTime() / 1000) * 1000
}

function wallClock(at: Date, timeZone: string): Required<CivilTime> {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'iso8601', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(at)
  const number = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  return {
    ...{ year: number('year'), month: number('month'), day: number('day') },
    ...{ hour: number('hour'), minute: number('minute'), second: number('second') },
  }
}

function asUtc({ year, month, day, hour = 0, minute = 0, second = 0 }: CivilTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
