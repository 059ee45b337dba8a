/**
 * The life of a policy as data: who may do what with it, in which states, and which state follows.
 * Everything else reads this table: the transitions, what the pages offer, the documentation, the
 * tests of every cell. Facts: tables A3 to A5 of the specification.
 */

import type { PolicyPermission, PolicyState, PolicyVerb } from '../../contract/policy-lifecycle.ts'

/** Which permissions a verb asks for: all of the first, and one of the second where there are some. */
export interface Needs {
  /** Where they are looked for: on the policy, or for all policies of the organisation. */
  readonly on: 'policy' | 'organization'
  readonly all: readonly PolicyPermission[]
  readonly oneOf?: readonly PolicyPermission[]
}

/** Who, besides the permissions. */
export type Holder =
  /** Only whoever checked it out. */
  | 'own-check-out'
  /** The same, unless they may deploy. */
  | 'own-check-out-or-deploy'
  /** Only whoever made the request. */
  | 'own-request'
  /** An administrator of the hub. */
  | 'administrator'

/** `resting`: checked in, or a template again. `before-request`: where the request took it from. */
export type NextState = PolicyState | 'same' | 'resting' | 'before-request' | 'gone'

export interface Rule {
  readonly needs: Needs
  /** None: the verb makes the policy. */
  readonly from: readonly PolicyState[]
  readonly to: NextState
  readonly holder?: Holder
}

const PENDING = [
  'pending-creation',
  'pending-control',
  'pending-deployment',
  'pending-deletion',
  'pending-restoration',
] as const satisfies readonly PolicyState[]

/** Under change control, with something to show. */
const CONTROLLED = [
  'checked-in',
  'checked-out',
  'pending-deployment',
  'pending-deletion',
] as const satisfies readonly PolicyState[]

const list = (...all: PolicyPermission[]): Needs => ({
  on: 'policy',
  all: ['list-contents', ...all],
})

const forAll = (...all: PolicyPermission[]): Needs => ({
  on: 'organization',
  all: ['list-contents', ...all],
})

const listAndOneOf = (...oneOf: PolicyPermission[]): Needs => ({ ...list(), oneOf })

export const MACHINE: Readonly<Record<PolicyVerb, Rule>> = {
  create: { needs: forAll('create-policy'), from: [], to: 'checked-in' },
  'create-from-file': {
    needs: forAll('create-policy', 'import-policy'),
    from: [],
    to: 'checked-in',
  },
  control: { needs: forAll('create-policy'), from: ['uncontrolled'], to: 'checked-in' },

  'check-out': { needs: list('edit-settings'), from: ['checked-in'], to: 'checked-out' },
  'take-over': { needs: list('full-control'), from: ['checked-out'], to: 'same' },
  edit: {
    needs: list('edit-settings'),
    from: ['checked-out'],
    to: 'same',
    holder: 'own-check-out',
  },
  'check-in': {
    needs: listAndOneOf('edit-settings', 'deploy-policy'),
    from: ['checked-out'],
    to: 'checked-in',
    holder: 'own-check-out-or-deploy',
  },
  'undo-check-out': {
    needs: listAndOneOf('edit-settings', 'deploy-policy'),
    from: ['checked-out'],
    to: 'checked-in',
    holder: 'own-check-out-or-deploy',
  },
  label: {
    needs: listAndOneOf('edit-settings', 'deploy-policy'),
    from: ['checked-in', 'checked-out', 'pending-deployment'],
    to: 'same',
  },
  'keep-version': {
    needs: listAndOneOf('edit-settings', 'deploy-policy', 'delete-policy'),
    from: CONTROLLED,
    to: 'same',
  },
  rename: { needs: list('edit-settings'), from: ['checked-in', 'template'], to: 'same' },

  deploy: { needs: list('deploy-policy'), from: ['checked-in'], to: 'same' },
  'roll-back': { needs: list('deploy-policy'), from: ['checked-in'], to: 'same' },
  'break-glass': {
    needs: forAll('full-control'),
    from: ['checked-in', 'pending-deployment'],
    to: 'checked-in',
    holder: 'administrator',
  },

  'import-from-production': {
    needs: listAndOneOf('edit-settings', 'deploy-policy', 'delete-policy'),
    from: ['checked-in', 'checked-out'],
    to: 'same',
  },
  'import-from-file': {
    needs: list('edit-settings', 'import-policy'),
    from: ['checked-out'],
    to: 'checked-in',
    holder: 'own-check-out',
  },
  export: {
    needs: list('read-settings', 'export-policy'),
    from: [...CONTROLLED, 'uncontrolled', 'template'],
    to: 'same',
  },

  'save-as-template': {
    needs: forAll('create-template'),
    from: [...CONTROLLED, 'uncontrolled'],
    to: 'same',
  },
  'set-default-template': { needs: forAll('create-template'), from: ['template'], to: 'same' },

  delete: { needs: list('delete-policy'), from: ['checked-in', 'template'], to: 'deleted' },
  restore: {
    needs: listAndOneOf('deploy-policy', 'delete-policy'),
    from: ['deleted'],
    to: 'resting',
  },
  destroy: { needs: list('delete-policy'), from: ['deleted'], to: 'gone' },

  'request-create': { needs: forAll(), from: [], to: 'pending-creation' },
  'request-control': {
    needs: forAll('read-settings'),
    from: ['uncontrolled'],
    to: 'pending-control',
  },
  'request-deploy': {
    needs: list('edit-settings'),
    from: ['checked-in'],
    to: 'pending-deployment',
  },
  'request-delete': {
    needs: list('edit-settings'),
    from: ['checked-in', 'template'],
    to: 'pending-deletion',
  },
  'request-restore': {
    needs: list('edit-settings'),
    from: ['deleted'],
    to: 'pending-restoration',
  },

  // Beside these, the permission for what was asked (`APPROVED_VERB`).
  approve: { needs: list(), from: PENDING, to: 'resting' },
  reject: { needs: list(), from: PENDING, to: 'before-request' },
  withdraw: { needs: list(), from: PENDING, to: 'before-request', holder: 'own-request' },

  read: {
    needs: list('read-settings'),
    from: [
      ...CONTROLLED,
      'pending-control',
      'pending-restoration',
      'deleted',
      'uncontrolled',
      'template',
    ],
    to: 'same',
  },
  delegate: {
    needs: list('modify-security'),
    from: [...CONTROLLED, 'template'],
    to: 'same',
  },
}

/** Whoever may do this may approve or reject the request for it. */
export const APPROVED_VERB = {
  create: 'create',
  control: 'control',
  deploy: 'deploy',
  delete: 'delete',
  restore: 'restore',
} as const satisfies Readonly<Record<string, PolicyVerb>>

/** The state that holds a policy while a request for this is open. */
export const PENDING_STATE = {
  create: 'pending-creation',
  control: 'pending-control',
  deploy: 'pending-deployment',
  delete: 'pending-deletion',
  restore: 'pending-restoration',
} as const satisfies Readonly<Record<string, PolicyState>>

/** Where a policy is again when its request was rejected, withdrawn or ran out. */
export function stateBeforeRequest(
  pending: PolicyState,
  { isTemplate }: { isTemplate: boolean },
): PolicyState {
  if (pending === 'pending-creation') return 'destroyed'
  if (pending === 'pending-control') return 'uncontrolled'
  if (pending === 'pending-restoration') return 'deleted'
  return restingState({ isTemplate })
}

export function restingState({ isTemplate }: { isTemplate: boolean }): PolicyState {
  return isTemplate ? 'template' : 'checked-in'
}
