/**
 * UTCTime and GeneralizedTime in the one form that X.509 and CMS allow: to the second, in UTC,
 * ending in Z (RFC 5280 section 4.1.2.5, RFC 5652 section 11.3).
 */

import { HubError } from '../../base/errors.ts'
import { TAG } from './tags.ts'

/**
 * Reads the content octets of a UTCTime or GeneralizedTime. Two-digit years from 50 on are 19xx.
 *
 * @throws HubError `asn1.malformed`: another form, or a day that does not exist
 */
export function decodeTime(tag: number, content: Uint8Array): Date {
  const yearDigits = tag === TAG.utcTime ? 2 : 4
  if (content.byteLength !== yearDigits + 11 || content[content.byteLength - 1] !== 0x5a) {
    throw new HubError('asn1.malformed', 'a time is not of the form (YY)YYMMDDHHMMSSZ')
  }
  const century =
    tag === TAG.utcTime ? (twoDigits(content, 0) >= 50 ? 19 : 20) : twoDigits(content, 0)
  const year = century * 100 + twoDigits(content, yearDigits - 2)
  const month = twoDigits(content, yearDigits)
  const day = twoDigits(content, yearDigits + 2)
  const hour = twoDigits(content, yearDigits + 4)
  const minute = twoDigits(content, yearDigits + 6)
  const second = twoDigits(content, yearDigits + 8)
  const exists = day >= 1 && day <= daysIn(month, year) && hour < 24 && minute < 60 && second < 60
  if (!exists) throw new HubError('asn1.malformed', 'a time that does not exist')
  // `Date.UTC` takes the years 0–99 for 1900–1999; the calendar repeats itself every 400 years.
  const later = Date.UTC(year + 400, month - 1, day, hour, minute, second)
  return new Date(later - DAYS_IN_400_YEARS * 86_400_000)
}

const DAYS_IN_400_YEARS = 146_097

/** 0 for months that do not exist. */
function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  if (month === 4 || month === 6 || month === 9 || month === 11) return 30
  return month >= 1 && month <= 12 ? 31 : 0
}

function twoDigits(content: Uint8Array, at: number): number {
  const tens = (content[at] ?? 0) - 0x30
  const ones = (content[at + 1] ?? 0) - 0x30
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) {
    throw new HubError('asn1.malformed', 'a time has something else than digits')
  }
  return tens * 10 + ones
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
