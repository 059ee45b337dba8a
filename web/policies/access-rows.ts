/** An access list by principals: what is said of each permission, here and for all policies. */

import type { DelegatePolicy, PolicyAccessLine } from '../../src/contract/policy-access.ts'
import type { PolicyPermission } from '../../src/contract/policy-lifecycle.ts'

export type Principal = PolicyAccessLine['principal']
export type Effect = PolicyAccessLine['effect']

export interface AccessRow {
  readonly id: string
  readonly principal: Principal
  /** Said in this list. */
  readonly own: ReadonlyMap<PolicyPermission, Effect>
  /** Said for all policies, and seen in the list of one. */
  readonly inherited: ReadonlyMap<PolicyPermission, Effect>
}

export function idOf(principal: Principal): string {
  return principal.is === 'role' ? `role ${principal.role}` : `account ${principal.id}`
}

/** Roles first, then people by name. */
export function rowsOf(lines: readonly PolicyAccessLine[]): AccessRow[] {
  const groups = Map.groupBy(lines, ({ principal }) => idOf(principal))
  return [...groups].flatMap(([id, own]) => {
    const [first] = own
    if (first === undefined) return []
    return [rowOf(id, first.principal, own)]
  })
}

export function emptyRow(principal: Principal): AccessRow {
  return rowOf(idOf(principal), principal, [])
}

function rowOf(id: string, principal: Principal, lines: readonly PolicyAccessLine[]): AccessRow {
  const said = (isInherited: boolean) =>
    new Map(
      lines
        .filter((line) => line.isInherited === isInherited)
        .map(({ permission, effect }) => [permission, effect]),
    )
  return { id, principal, own: said(false), inherited: said(true) }
}

/** How a principal is named in an order. */
export function orderedPrincipal(principal: Principal): DelegatePolicy['principal'] {
  return principal.is === 'role' ? principal : { is: 'account', id: principal.id }
}
