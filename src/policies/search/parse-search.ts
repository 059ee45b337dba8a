/**
 * The language of the search field (table A7): `name: security state: "checked out" firewall`. Every
 * term must hold; text is found anywhere in a column, case ignored; what names no column is found in
 * any of them.
 */

import { HubError } from '../../base/errors.ts'
import { type Span, parseDateTerm } from './date-term.ts'

export const TEXT_COLUMNS = [
  'name',
  'state',
  'changed by',
  'comment',
  'gpo status',
  'label',
] as const

export type TextColumn = (typeof TEXT_COLUMNS)[number]

export type SearchTerm =
  | { readonly in: TextColumn | 'any'; readonly text: string }
  | { readonly in: 'change date'; readonly span: Span }

/** More than anybody types. */
const MAX_TERMS = 20

const COLUMN = new RegExp(
  `(${[...TEXT_COLUMNS, 'change date'].map((name) => name.replace(' ', '\\s+')).join('|')})\\s*:\\s*`,
  'iy',
)

/** A word right before a colon: a column that there is not. */
const UNKNOWN_COLUMN = /(\p{L}[\p{L}\p{N}_-]*)\s*:/uy
const VALUE = /"([^"]*)"|([^\s"]+)/y

/** @throws HubError `policy.search_malformed` */
export function parseSearch(text: string, at: { now: Date; timeZone: string }): SearchTerm[] {
  const terms: SearchTerm[] = []
  let place = 0
  const take = (pattern: RegExp) => {
    pattern.lastIndex = place
    const match = pattern.exec(text)
    if (match !== null) place = pattern.lastIndex
    return match
  }
  for (;;) {
    take(/\s*/y)
    if (place === text.length) return terms
    const column = take(COLUMN)?.[1]?.toLowerCase().replace(/\s+/, ' ') as
      TextColumn | 'change date' | undefined
    const unknown = column === undefined ? take(UNKNOWN_COLUMN)?.[1] : undefined
    if (unknown !== undefined)
      throw malformed(`there is no column “${unknown}”`, { column: unknown })
    const value = take(VALUE)
    const said = value?.[1] ?? value?.[2]
    if (said === undefined || said === '') throw malformed('something is missing in the search')
    terms.push(column === 'change date' ? dateTerm(said, at) : { in: column ?? 'any', text: said })
    if (terms.length > MAX_TERMS) throw malformed(`there are more than ${MAX_TERMS} terms`)
  }
}

function dateTerm(said: string, at: { now: Date; timeZone: string }): SearchTerm {
  const span = spanOf(said, at)
  if (span === undefined) throw malformed(`“${said}” is no date`, { date: said })
  return { in: 'change date', span }
}

function spanOf(said: string, at: { now: Date; timeZone: string }): Span | undefined {
  try {
    return parseDateTerm(said, at)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw malformed(`there is no time zone “${at.timeZone}”`, { timeZone: at.timeZone })
  }
}

function malformed(message: string, detail: Readonly<Record<string, string>> = {}): HubError {
  return new HubError('policy.search_malformed', message, { detail })
}
