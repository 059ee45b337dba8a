/** A document as its values by path, and back. */

import type { PolicyDocumentView } from '../../src/contract/change-control.ts'

export type Values = NonNullable<PolicyDocumentView['values']>
type Json = Values[string]

export interface Leaf {
  /** `openid.issuer` */
  readonly path: string
  readonly value: Json
}

/** Every value that is no object; lists are whole values. */
export function leavesOf(values: Values, before = ''): Leaf[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const path = before === '' ? name : `${before}.${name}`
    return isBranch(value) ? leavesOf(value, path) : [{ path, value }]
  })
}

/** The same document with other values at these paths. */
export function withLeaves(
  values: Values,
  changed: ReadonlyMap<string, Json>,
  before = '',
): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const path = before === '' ? name : `${before}.${name}`
      if (isBranch(value)) return [name, withLeaves(value, changed, path)]
      return [name, changed.get(path) ?? (changed.has(path) ? null : value)]
    }),
  )
}

function isBranch(value: Json): value is Record<string, Json> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0
  )
}
