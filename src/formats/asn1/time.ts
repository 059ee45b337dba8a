/**
 * UTCTime and GeneralizedTime in the one form that X.509 and CMS allow: to the second, in UTC,
 * ending in Z (RFC 5280 section 4.1.2.5, RFC 5652 section 11.3).
 */

import { decodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { TAG } from './tags.ts'

/**
 * Reads the content octets of a UTCTime or GeneralizedTime. Two-digit years from 50 on are 19xx.
 *
 * @throws HubError `asn1.malformed`: another form, or a day that does not exist
 */
export function decodeTime(tag: number, content: Uint8Array): Date {
  const text = decodeLatin1(content.subarray(0, 16))
  const yearDigits = tag === TAG.utcTime ? 2 : 4
  if (content.byteLength !== yearDigits + 11 || !/^[0-9]+Z$/.test(text)) {
    throw new HubError('asn1.malformed', 'a time is not of the form (YY)YYMMDDHHMMSSZ')
  }
  const number = Number(text.slice(0, yearDigits))
  const year = yearDigits === 4 ? number : number >= 50 ? 1900 + number : 2000 + number
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = [0, 2, 4, 6, 8].map((at) =>
    Number(text.slice(yearDigits + at, yearDigits + at + 2)),
  )
  // `Date.UTC` takes the years 0–99 for 1900–1999, so the year is set by itself.
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, 0)
  const exists =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60
  if (!exists) throw new HubError('asn1.malformed', `the time ${text} does not exist`)
  return date
}

/** True for the years that the standards write as UTCTime: 1950 to 2049. */
export function isUtcTimeYear(date: Date): boolean {
  const year = date.getUTCFullYear()
  return year >= 1950 && year <= 2049
}

/** Text of a moment as UTCTime writes it: `491231235959Z`. Parts of a second are dropped. */
export function utcTimeText(date: Date): string {
  return generalizedTimeText(date).slice(2)
}

/** Text of a moment as GeneralizedTime writes it: `20500101000000Z`. Parts of a second are dropped. */
export function generalizedTimeText(date: Date): string {
  const year = date.getUTCFullYear()
  if (Number.isNaN(year) || year < 0 || year > 9999) {
    throw new HubError('asn1.malformed', 'a time has a year from 0 to 9999')
  }
  return `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
}
