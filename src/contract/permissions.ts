/** What may be done on a hub, and which role may do it. The web interface shows nobody more than this. */

/** `person` is everybody who may sign in; the others are given beside it. */
export const ROLES = [
  'administrator',
  'approver',
  'editor',
  'reviewer',
  'certificate-officer',
  'auditor',
  'person',
] as const

export type Role = (typeof ROLES)[number]

/**
 * `self` is what everybody may do with their own account. `messages.send` hands mail over, as
 * programs do; whoever reads messages by a credential sees those it handed over. What somebody may do
 * with a policy is said by its access list beside `policies.read` and `policies.change`.
 */
export const PERMISSIONS = [
  'self',
  'overview.read',
  'messages.send',
  'messages.read',
  'messages.manage',
  'people.read',
  'people.manage',
  'certificates.read',
  'policies.read',
  'policies.change',
  'mail-configuration.read',
  'mail-configuration.change',
  'sign-in.read',
  'sign-in.change',
  'notifications.read',
  'audit.read',
  'system.read',
] as const

export type Permission = (typeof PERMISSIONS)[number]

const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: PERMISSIONS,
  approver: ['self', 'overview.read', 'policies.read', 'policies.change'],
  editor: ['self', 'overview.read', 'policies.read', 'policies.change'],
  reviewer: ['self', 'overview.read', 'policies.read', 'policies.change'],
  'certificate-officer': ['self', 'overview.read', 'people.read', 'certificates.read'],
  auditor: [
    'self',
    'overview.read',
    'messages.read',
    'people.read',
    'certificates.read',
    'policies.read',
    'notifications.read',
    'audit.read',
    'system.read',
  ],
  person: ['self'],
}

/** All that someone with these roles may do. */
export function permissionsOf(roles: readonly Role[]): Set<Permission> {
  return new Set(['person' as const, ...roles].flatMap((role) => GRANTS[role]))
}
