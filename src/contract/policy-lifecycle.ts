/** The words of change control: states of a policy, what may be done with it, and by which permission. */

/** Where a policy is in its life. `destroyed` keeps its history for the audit log and is shown nowhere. */
export const POLICY_STATES = [
  'pending-creation',
  'pending-control',
  'checked-in',
  'checked-out',
  'pending-deployment',
  'pending-deletion',
  'pending-restoration',
  'deleted',
  'uncontrolled',
  'template',
  'destroyed',
] as const

export type PolicyState = (typeof POLICY_STATES)[number]

/** The twelve permissions of table A4; `full-control` holds all others. */
export const POLICY_PERMISSIONS = [
  'full-control',
  'list-contents',
  'read-settings',
  'edit-settings',
  'create-policy',
  'deploy-policy',
  'delete-policy',
  'modify-options',
  'modify-security',
  'create-template',
  'export-policy',
  'import-policy',
] as const

export type PolicyPermission = (typeof POLICY_PERMISSIONS)[number]

/** What somebody without the permission may ask others for (table A3). */
export const REQUEST_ACTIONS = ['create', 'control', 'deploy', 'delete', 'restore'] as const

export type RequestAction = (typeof REQUEST_ACTIONS)[number]

/** What became of a request. `scheduled`: approved, and waits for its time. */
export const REQUEST_STATES = [
  'open',
  'scheduled',
  'done',
  'rejected',
  'withdrawn',
  'expired',
  'failed',
] as const

export type RequestState = (typeof REQUEST_STATES)[number]

/** Everything that can be done with one policy (table A5). */
export const POLICY_VERBS = [
  'create',
  'create-from-file',
  'control',
  'check-out',
  'take-over',
  'edit',
  'check-in',
  'undo-check-out',
  'label',
  'keep-version',
  'rename',
  'deploy',
  'roll-back',
  'break-glass',
  'import-from-production',
  'import-from-file',
  'export',
  'save-as-template',
  'set-default-template',
  'delete',
  'restore',
  'destroy',
  'request-create',
  'request-control',
  'request-deploy',
  'request-delete',
  'request-restore',
  'approve',
  'reject',
  'withdraw',
  'read',
  'delegate',
] as const

export type PolicyVerb = (typeof POLICY_VERBS)[number]
