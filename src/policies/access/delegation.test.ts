import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Controlled, changeControl } from '../../../test/support/change-control.ts'
import type { HubError } from '../../base/errors.ts'
import type { Role } from '../../contract/permissions.ts'
import type { Actor } from '../lifecycle/transition.ts'

let hub: Controlled
let root: Actor
let editor: Actor
let approver: Actor

beforeEach(async () => {
  hub = await changeControl()
  root = await person('root', 'administrator')
  editor = await person('editor', 'editor')
  approver = await person('approver', 'approver')
})

afterEach(() => hub.database.close())

async function person(name: string, ...roles: Role[]): Promise<Actor> {
  const { db } = hub.database
  const address = `${name}@example.com`
  const { id: personId } = await db
    .insertInto('person')
    .values({ address, addressKey: address, name, createdAt: hub.now })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id } = await db
    .insertInto('account')
    .values({
      ...{ personId, roles, status: 'active', createdAt: hub.now },
      ...{ passwordHash: null, passwordChangedAt: null, lastSignInAt: null },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id, name, roles }
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error as HubError).code,
  )

const role = (name: Role) => ({ is: 'role', role: name }) as const

test('M9: a list has its own lines and those it inherits; the creator has full control', async () => {
  const { id: policyId } = await hub.control.create({ kind: 'gate', name: 'A', by: approver })
  const { lines, mayDelegate } = await hub.control.access({ by: editor, policyId })
  expect(mayDelegate).toBe(false)
  expect(lines.filter(({ isInherited }) => !isInherited)).toEqual([
    {
      ...{ principal: { is: 'account', id: approver.id }, name: 'approver' },
      ...{ permission: 'full-control', effect: 'allow', isInherited: false },
    },
  ])
  expect(lines).toContainEqual({
    ...{ principal: role('editor'), name: '', isInherited: true },
    ...{ permission: 'edit-settings', effect: 'allow' },
  })
  const all = await hub.control.access({ by: root, policyId: null })
  expect(all.mayDelegate).toBe(true)
  expect(all.lines.some(({ isInherited }) => isInherited)).toBe(false)
})

test('M9: a line of a policy counts before those for all, and once removed these count again', async () => {
  const { id: policyId } = await hub.control.create({ kind: 'gate', name: 'A', by: root })
  const line = { principal: role('editor'), permission: 'edit-settings' } as const
  const mayEdit = async () =>
    (await hub.control.get({ by: editor, policyId })).verbs.includes('check-out')
  const put = (effect: 'allow' | 'deny' | null) =>
    hub.control.delegate({ policyId, by: root, ...line, effect, comment: 'for now' })
  expect(await mayEdit()).toBe(true)
  await put('deny')
  expect(await mayEdit()).toBe(false)
  await put(null)
  expect(await mayEdit()).toBe(true)
  expect(await hub.audit.list({ limit: 2, subject: policyId })).toMatchObject([
    { action: 'policy.delegate', detail: { role: 'editor', was: 'deny', is: null } },
    { action: 'policy.delegate', detail: { was: null, is: 'deny', comment: 'for now' } },
  ])
})

test('M9: lines for all are changed by those who may, and told of in the audit log', async () => {
  const line = { policyId: null, permission: 'create-policy', effect: 'allow' } as const
  const order = { ...line, principal: role('editor') }
  for (const by of [editor, approver]) {
    expect(await code(hub.control.delegate({ ...order, by }))).toBe('policy.forbidden')
  }
  expect(await code(hub.control.create({ kind: 'gate', name: 'A', by: editor }))).toBe(
    'policy.forbidden',
  )
  await hub.control.delegate({ ...order, by: root })
  expect(await code(hub.control.create({ kind: 'gate', name: 'A', by: editor }))).toBe('done')
  expect(await hub.audit.list({ limit: 1, subject: 'policies' })).toMatchObject([
    { action: 'policy.delegate', by: root.id, detail: { permission: 'create-policy' } },
  ])
  const unknown = { is: 'account', id: '00000000-0000-4000-8000-000000000000' } as const
  expect(await code(hub.control.delegate({ ...line, by: root, principal: unknown }))).toBe(
    'account.not_found',
  )
})

test('M9: full control of the last who has it cannot be taken away, for all or of one policy', async () => {
  const { id: policyId } = await hub.control.create({ kind: 'gate', name: 'A', by: root })
  const permission = 'full-control' as const
  const self = { is: 'account', id: root.id } as const
  const orders = [
    { policyId: null, principal: role('administrator'), permission, effect: null },
    { policyId: null, principal: role('administrator'), permission, effect: 'deny' },
    { policyId: null, principal: self, permission, effect: 'deny' },
    { policyId: null, principal: self, permission: 'modify-security', effect: 'deny' },
    { policyId, principal: self, permission, effect: 'deny' },
  ] as const
  for (const order of orders) {
    expect(await code(hub.control.delegate({ ...order, by: root }))).toBe('policy.access_last')
  }
  // Another who is active has it: then it can go.
  const other = await person('other')
  const toOther = { principal: { is: 'account', id: other.id }, permission } as const
  await hub.control.delegate({ ...toOther, policyId: null, by: root, effect: 'allow' })
  const [first] = orders
  expect(await code(hub.control.delegate({ ...first, by: root }))).toBe('done')
  const last = { ...toOther, policyId: null, effect: null } as const
  expect(await code(hub.control.delegate({ ...last, by: other }))).toBe('policy.access_last')
})

test('M9: of two who take full control from each other at once one keeps it', async () => {
  const other = await person('other', 'administrator')
  const take = (by: Actor, id: string) =>
    code(
      hub.control.delegate({
        ...{ policyId: null, by, principal: { is: 'account', id } },
        ...{ permission: 'full-control', effect: 'deny' },
      }),
    )
  const outcomes = await Promise.all([take(root, other.id), take(other, root.id)])
  // Whoever comes later is refused as the last, or has no permission any more.
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1)
})
