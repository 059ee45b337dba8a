/** Who holds which of the twelve permissions (table A4): allow and deny, inherited, creator owner. */

import { POLICY_PERMISSIONS, type PolicyPermission } from '../../contract/policy-lifecycle.ts'
import type { Role } from '../../contract/permissions.ts'

/** To whom an entry speaks: everybody with a role, or one account. */
export type Principal =
  { readonly is: 'role'; readonly role: Role } | { readonly is: 'account'; readonly id: string }

/** One line of an access list: of a policy, or of the organisation, whose lines all policies inherit. */
export interface AccessEntry {
  readonly principal: Principal
  readonly permission: PolicyPermission
  readonly effect: 'allow' | 'deny'
}

/** Whose permissions are asked for. */
export interface Someone {
  readonly id: string
  readonly roles: readonly Role[]
}

export interface AccessLists {
  readonly organization: readonly AccessEntry[]
  /** Entries of the policy itself; those that its creator got among them. */
  readonly policy: readonly AccessEntry[]
}

const REVIEWER = ['list-contents', 'read-settings'] as const

/** What the roles may do for all policies before anybody changed it. */
export const ROLE_DEFAULTS = {
  administrator: ['full-control'],
  approver: [...REVIEWER, 'create-policy', 'deploy-policy', 'delete-policy'],
  editor: [...REVIEWER, 'edit-settings', 'create-template', 'export-policy', 'import-policy'],
  reviewer: REVIEWER,
  auditor: REVIEWER,
} as const satisfies Partial<Record<Role, readonly PolicyPermission[]>>

/**
 * What somebody may do. The nearer list decides, and within one list a denial: denied on the policy,
 * allowed on the policy, denied for all, allowed for all. Whoever has full control, and is not denied
 * anything by name, has every permission.
 */
export function permissionsIn(lists: AccessLists, someone: Someone): Set<PolicyPermission> {
  return new Set(POLICY_PERMISSIONS.filter((permission) => holds(lists, someone, permission)))
}

function holds(lists: AccessLists, someone: Someone, permission: PolicyPermission): boolean {
  return (
    saidBy(lists.policy, someone, permission) ??
    saidBy(lists.organization, someone, permission) ??
    false
  )
}

/** What a list says of a permission; undefined when it says nothing. */
function saidBy(
  entries: readonly AccessEntry[],
  someone: Someone,
  permission: PolicyPermission,
): boolean | undefined {
  const said = entries.filter(
    (each) =>
      speaksTo(each.principal, someone) &&
      (each.permission === permission || each.permission === 'full-control'),
  )
  if (said.length === 0) return undefined
  return said.every(({ effect }) => effect === 'allow')
}

function speaksTo(principal: Principal, { id, roles }: Someone): boolean {
  return principal.is === 'account' ? principal.id === id : roles.includes(principal.role)
}
