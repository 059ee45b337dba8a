/** Moments on the command line. */

import { usageError } from './commands.ts'

/** ISO 8601: a date, or a date and a time, with a zone or in UTC. */
const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/**
 * A moment from its text, `now` for the present.
 *
 * @throws HubError `usage.invalid`
 */
export function parseMoment(text: string, now: Date): Date {
  if (text === 'now') return now
  const match = MOMENT.exec(text)
  const hasZone = match?.[1] === undefined || match[4] !== undefined
  const moment = new Date(hasZone ? text : `${text}Z`)
  if (match === null || Number.isNaN(moment.getTime())) {
    throw usageError(`a time is ISO 8601 (2026-06-01T12:00:00Z) or now, not ${text}`)
  }
  return moment
}
