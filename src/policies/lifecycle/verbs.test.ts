import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ADMINISTRATOR,
  APPROVER,
  type Controlled,
  EDITOR,
  NOBODY,
  REVIEWER,
  changeControl,
  gate,
} from '../../../test/support/change-control.ts'
import type { HubError } from '../../base/errors.ts'
import {
  POLICY_PERMISSIONS,
  POLICY_STATES,
  type PolicyState,
} from '../../contract/policy-lifecycle.ts'
import { deploy, rollBack } from '../deployment/deploy-verbs.ts'
import { type Actor, permissionsOf } from './transition.ts'

/** Everybody the tables speak of: the four roles, and somebody with none of them. */
const PEOPLE = [ADMINISTRATOR, APPROVER, EDITOR, REVIEWER, NOBODY]

/** Table A4, a column for each of them. */
const PERMISSIONS = {
  'full-control': '✔····',
  'list-contents': '✔✔✔✔·',
  'read-settings': '✔✔✔✔·',
  'edit-settings': '✔·✔··',
  'create-policy': '✔✔···',
  'deploy-policy': '✔✔···',
  'delete-policy': '✔✔···',
  'modify-options': '✔····',
  'modify-security': '✔····',
  'create-template': '✔·✔··',
  'export-policy': '✔·✔··',
  'import-policy': '✔·✔··',
} as const

interface Row {
  /** Who may, of the people above; `h`: only who holds the check-out, and it is another's here. */
  readonly may: string
  readonly from: readonly PolicyState[]
  /** Without it the state stays. */
  readonly to?: PolicyState
  readonly act: (policyId: string, by: Actor) => Promise<unknown>
}

/** Nobody sees what is in these. */
const HIDDEN: readonly PolicyState[] = ['destroyed', 'pending-creation']

let hub: Controlled
let count = 0
const nextName = () => `Gate ${(count += 1)}`

/** Table A5, of the verbs that there are in one step. */
const VERBS: Readonly<Record<string, Row>> = {
  'check out': {
    ...{ may: '✔·✔··', from: ['checked-in'], to: 'checked-out' },
    act: (policyId, by) => hub.control.checkOut({ policyId, by }),
  },
  'take over': {
    ...{ may: '✔····', from: ['checked-out'] },
    act: (policyId, by) => hub.control.takeOver({ policyId, by }),
  },
  edit: {
    ...{ may: 'h·h··', from: ['checked-out'] },
    act: (policyId, by) => hub.control.edit({ policyId, by, document: gate('blue') }),
  },
  'check in': {
    ...{ may: '✔✔h··', from: ['checked-out'], to: 'checked-in' },
    act: (policyId, by) => hub.control.checkIn({ policyId, by }),
  },
  'undo check out': {
    ...{ may: '✔✔h··', from: ['checked-out'], to: 'checked-in' },
    act: (policyId, by) => hub.control.undoCheckOut({ policyId, by }),
  },
  label: {
    ...{ may: '✔✔✔··', from: ['checked-in', 'checked-out', 'pending-deployment'] },
    act: (policyId, by) => hub.control.label({ policyIds: [policyId], by, label: 'v' }),
  },
  'do not allow deletion': {
    ...{ may: '✔✔✔··' },
    from: ['checked-in', 'checked-out', 'pending-deployment', 'pending-deletion'],
    act: (policyId, by) => hub.control.keepVersion({ policyId, by, number: 1, isKept: true }),
  },
  rename: {
    ...{ may: '✔·✔··', from: ['checked-in', 'template'] },
    act: (policyId, by) => hub.control.rename({ policyId, by, name: nextName() }),
  },
  deploy: {
    ...{ may: '✔✔···', from: ['checked-in'] },
    act: (policyId, by) => inTransaction((tx) => deploy(tx, hub.control.parts, { policyId, by })),
  },
  'roll back': {
    ...{ may: '✔✔···', from: ['checked-in'] },
    act: (policyId, by) =>
      inTransaction((tx) => rollBack(tx, hub.control.parts, { policyId, by, version: 1 })),
  },
  'import from production': {
    ...{ may: '✔✔✔··', from: ['checked-in', 'checked-out'] },
    act: (policyId, by) => hub.control.importFromProduction({ policyId, by }),
  },
  'save as template': {
    ...{ may: '✔·✔··' },
    from: ['checked-in', 'checked-out', 'pending-deployment', 'pending-deletion', 'uncontrolled'],
    act: (policyId, by) => hub.control.saveAsTemplate({ policyId, by, name: nextName() }),
  },
  'set as default': {
    ...{ may: '✔·✔··', from: ['template'] },
    act: (policyId, by) => hub.control.setDefaultTemplate({ policyId, by }),
  },
  delete: {
    ...{ may: '✔✔···', from: ['checked-in', 'template'], to: 'deleted' },
    act: (policyId, by) => hub.control.delete({ policyId, by, from: 'archive' }),
  },
  restore: {
    ...{ may: '✔✔···', from: ['deleted'], to: 'checked-in' },
    act: (policyId, by) => hub.control.restore({ policyId, by }),
  },
  destroy: {
    // They are in production here.
    ...{ may: '✔✔···', from: ['deleted'], to: 'uncontrolled' },
    act: (policyId, by) => hub.control.destroy({ policyId, by }),
  },
  control: {
    ...{ may: '✔✔···', from: ['uncontrolled'], to: 'checked-in' },
    act: (policyId, by) => hub.control.control({ policyId, by }),
  },
  delegate: {
    ...{ may: '✔····' },
    from: ['checked-in', 'checked-out', 'pending-deployment', 'pending-deletion', 'template'],
    act: (policyId, by) =>
      hub.control.delegate({
        ...{ policyId, by, principal: { is: 'role', role: 'auditor' } },
        ...{ permission: 'read-settings', effect: 'allow' },
      }),
  },
  settings: {
    ...{ may: '✔✔✔✔·', from: POLICY_STATES.filter((state) => !HIDDEN.includes(state)) },
    act: (policyId, by) => hub.control.settings({ policyId, by, of: 'newest' }),
  },
  history: {
    ...{ may: '✔✔✔✔·' },
    from: POLICY_STATES.filter((state) => ![...HIDDEN, 'template'].includes(state)),
    act: (policyId, by) => hub.control.history({ policyId, by, limit: 9 }),
  },
  differences: {
    ...{ may: '✔✔✔✔·', from: POLICY_STATES.filter((state) => !HIDDEN.includes(state)) },
    act: (policyId, by) =>
      hub.control.differences({ by, from: { policyId, of: 1 }, to: { policyId, of: 'newest' } }),
  },
  'access list': {
    ...{ may: '✔✔✔✔·', from: POLICY_STATES.filter((state) => !HIDDEN.includes(state)) },
    act: (policyId, by) => hub.control.access({ policyId, by }),
  },
}

beforeAll(async () => {
  hub = await changeControl()
  const person = { address: 'root@example.com', addressKey: 'root@example.com', name: 'Root' }
  const { id: personId } = await hub.database.db
    .insertInto('person')
    .values({ ...person, createdAt: hub.now })
    .returning('id')
    .executeTakeFirstOrThrow()
  await hub.database.db
    .insertInto('account')
    .values({
      ...{ personId, roles: ['administrator'], status: 'active', createdAt: hub.now },
      ...{ passwordHash: null, passwordChangedAt: null, lastSignInAt: null },
    })
    .execute()
})

afterAll(() => hub.database.close())

describe.each(Object.entries(PERMISSIONS))('M9: the permission %s', (permission, row) => {
  test.each(PEOPLE.map((by, n) => ({ by, role: by.name, has: row[n] === '✔' })))(
    'of $role: $has',
    async ({ by, has }) => {
      const held = await permissionsOf(hub.database.db, by, null)
      const name = POLICY_PERMISSIONS.find((each) => each === permission)
      expect(name !== undefined && held.organization.has(name)).toBe(has)
    },
  )
})

describe.each(Object.entries(VERBS))('M9: %s', (_, { may, from, act }) => {
  test.each(PEOPLE.map((by, n) => ({ by, role: by.name, may: may[n] ?? '' })))(
    'by $role: $may',
    async ({ by, may: cell }) => {
      const policyId = await policyIn(from[0] ?? 'checked-in')
      const before = await lastEvent(policyId)
      const outcome = await outcomeOf(act(policyId, by))
      if (cell === 'h') expect(outcome).toBe('policy.held_by_other')
      else if (cell === '✔') expect(outcome).toBe('done')
      else expect(outcome).toBe(by === NOBODY ? 'policy.not_found' : 'policy.forbidden')
      if (cell !== '✔') expect(await lastEvent(policyId)).toEqual(before)
    },
  )
})

describe.each(Object.entries(VERBS))('M7: %s', (verb, { from, to, act }) => {
  test.each(POLICY_STATES)('from %s', async (state) => {
    const by = { ...EDITOR, roles: ['administrator', 'editor'] as const }
    const policyId = await policyIn(state, { heldBy: by.id })
    const outcome = await outcomeOf(act(policyId, by))
    const after = await stateOf(policyId)
    if (!from.includes(state)) {
      expect(outcome).toBe(state === 'destroyed' ? 'policy.not_found' : 'policy.wrong_state')
      expect(after).toBe(state)
    } else {
      expect([verb, outcome]).toEqual([verb, 'done'])
      expect(after).toBe(to ?? state)
    }
  })
})

describe('M9: create', () => {
  test.each(PEOPLE.map((by, n) => ({ by, role: by.name, may: '✔✔···'[n] === '✔' })))(
    'by $role: $may, offline and live',
    async ({ by, may }) => {
      for (const isLive of [false, true]) {
        const name = nextName()
        const made = hub.control.create({ kind: 'gate', name, by, from: 'empty', isLive })
        expect(await outcomeOf(made)).toBe(may ? 'done' : 'policy.forbidden')
      }
    },
  )
})

/** A policy of the administrator's, in production too, in this state. */
async function policyIn(state: PolicyState, { heldBy = 'account-other' } = {}): Promise<string> {
  const by = ADMINISTRATOR
  const name = nextName()
  const { id } = await hub.control.create({
    ...{ kind: 'gate', name, by, from: 'empty' },
    isLive: state !== 'template',
  })
  const isOut = state === 'checked-out'
  await hub.database.db
    .updateTable('policy')
    .set({
      ...{ state, isTemplate: state === 'template' },
      ...{ heldBy: isOut ? heldBy : null, heldByName: isOut ? 'other' : null },
      workingDocument: isOut ? JSON.stringify(gate('red')) : null,
      workingLinks: isOut ? '[]' : null,
    })
    .where('id', '=', id)
    .execute()
  return id
}

async function stateOf(id: string): Promise<PolicyState> {
  const { state } = await hub.database.db
    .selectFrom('policy')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return state
}

function lastEvent(policyId: string) {
  return hub.database.db
    .selectFrom('policyEvent')
    .select(['id', 'verb'])
    .where('policyId', '=', policyId)
    .orderBy('id', 'desc')
    .executeTakeFirst()
}

function inTransaction(
  work: Parameters<ReturnType<Controlled['database']['db']['transaction']>['execute']>[0],
) {
  return hub.database.db.transaction().execute(work)
}

function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: unknown) => (error as HubError).code ?? String(error),
  )
}
