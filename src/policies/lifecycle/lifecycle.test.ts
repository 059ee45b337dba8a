import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  ADMINISTRATOR,
  APPROVER,
  type Controlled,
  EDITOR,
  REVIEWER,
  changeControl,
  gate,
} from '../../../test/support/change-control.ts'
import type { HubError } from '../../base/errors.ts'
import type { FieldIssues } from '../../base/field-issues.ts'

let hub: Controlled

beforeEach(async () => {
  hub = await changeControl()
})

afterEach(() => hub.database.close())

const newGate = (name = 'North') =>
  hub.control.create({ kind: 'gate', name, by: APPROVER, from: 'empty' })

/** A gate of this colour as version 2, by the editor. */
async function painted(colour = 'red') {
  const { id: policyId } = await newGate()
  return paint(policyId, colour)
}

async function paint(policyId: string, colour: string) {
  await hub.control.checkOut({ policyId, by: EDITOR })
  await hub.control.edit({ policyId, by: EDITOR, document: gate(colour) })
  return hub.control.checkIn({ policyId, by: EDITOR, comment: `painted ${colour}` })
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error as HubError).code,
  )

test('M7: a policy is created offline, checked out, edited and checked in as its next version', async () => {
  const created = await newGate()
  expect(created).toMatchObject({ state: 'checked-in', newest: 1, name: 'North', revision: 0 })
  const { id: policyId } = created
  const out = await hub.control.checkOut({ policyId, by: EDITOR, comment: 'to paint it' })
  expect(out).toMatchObject({ state: 'checked-out', heldBy: EDITOR.id, heldByName: 'editor' })
  const edited = await hub.control.edit({ policyId, by: EDITOR, document: gate(' red ') })
  expect(edited.workingDocument).toEqual(gate('red'))
  const checkedIn = await hub.control.checkIn({ policyId, by: EDITOR, comment: 'red now' })
  expect(checkedIn).toMatchObject({ state: 'checked-in', newest: 2, heldBy: null, revision: 3 })
  expect(checkedIn.workingDocument).toBeNull()
  const entries = await hub.audit.list({ limit: 10, subject: policyId })
  expect(entries.map(({ action, by }) => [action, by])).toEqual([
    ['policy.check_in', EDITOR.id],
    ['policy.edit', EDITOR.id],
    ['policy.check_out', EDITOR.id],
    ['policy.create', APPROVER.id],
  ])
  expect(entries[0]?.detail).toMatchObject({
    version: 2,
    comment: 'red now',
    changes: [
      { path: 'bars', was: 0, is: 3 },
      { path: 'colour', was: 'white', is: 'red' },
    ],
  })
})

test('M7: what did not change makes no version, but the check-out is over', async () => {
  const { id: policyId } = await newGate()
  await hub.control.checkOut({ policyId, by: EDITOR })
  expect(await hub.control.checkIn({ policyId, by: EDITOR })).toMatchObject({
    ...{ state: 'checked-in', newest: 1, heldBy: null },
  })
})

test('M7: an edit that breaks the rules is refused with every mistake, in form and in meaning', async () => {
  const { id: policyId } = await newGate()
  await hub.control.checkOut({ policyId, by: EDITOR })
  for (const [document, paths] of [
    [{ colour: 3, bars: 'x', hasLock: false }, ['colour', 'bars']],
    [{ colour: '', bars: 1, hasLock: true }, ['colour', 'secrets.code']],
  ] as const) {
    const error = await hub.control.edit({ policyId, by: EDITOR, document }).then(
      () => expect.unreachable(),
      (caught: unknown) => caught as HubError,
    )
    expect(error.code).toBe('policy.refused')
    expect((error.cause as FieldIssues).issues.map(({ path }) => path)).toEqual(paths)
  }
  const twice = { target: 'all', isEnabled: true, order: 1 }
  const links = [twice, twice]
  expect(await code(hub.control.edit({ policyId, by: EDITOR, document: gate('red'), links }))).toBe(
    'policy.refused',
  )
})

test('M7: a live policy is in force at once, with its links', async () => {
  const links = [{ target: 'all', isEnabled: true, order: 1 }]
  const order = { kind: 'house', name: '', by: APPROVER, isLive: true, links }
  const { id: policyId } = await hub.control.create(order)
  const production = await hub.database.db
    .selectFrom('policyDeployment')
    .select(['number', 'links', 'byName'])
    .where('policyId', '=', policyId)
    .execute()
  expect(production).toEqual([{ number: 1, links, byName: 'approver' }])
  expect(await code(hub.control.create(order))).toBe('policy.only_one')
  expect(await code(hub.control.rename({ policyId, by: APPROVER, name: 'Home' }))).toBe(
    'policy.only_one',
  )
})

test('M9: full control takes over a check-out, and finds the working copy as it was', async () => {
  const { id: policyId } = await newGate()
  await hub.control.checkOut({ policyId, by: EDITOR })
  await hub.control.edit({ policyId, by: EDITOR, document: gate('red') })
  expect(await hub.control.takeOver({ policyId, by: ADMINISTRATOR })).toMatchObject({
    ...{ heldBy: ADMINISTRATOR.id, state: 'checked-out', workingDocument: gate('red') },
  })
  expect(await code(hub.control.checkIn({ policyId, by: EDITOR }))).toBe('policy.held_by_other')
  expect(await hub.control.checkIn({ policyId, by: ADMINISTRATOR })).toMatchObject({ newest: 2 })
})

test('M9: whoever creates a policy has full control of it, and of no other', async () => {
  const { id: policyId } = await newGate()
  expect(await hub.control.checkOut({ policyId, by: APPROVER })).toMatchObject({
    heldBy: APPROVER.id,
  })
  const { id: other } = await hub.control.create({ kind: 'gate', name: 'B', by: ADMINISTRATOR })
  expect(await code(hub.control.checkOut({ policyId: other, by: APPROVER }))).toBe(
    'policy.forbidden',
  )
})

test('promise 10: secrets of a working copy are kept, replaced, and erased when it is undone', async () => {
  const { id: policyId } = await newGate()
  const locked = { ...gate('red'), hasLock: true }
  const secretsStored = async () =>
    (await hub.database.db.selectFrom('policySecret').select('id').execute()).length
  await hub.control.checkOut({ policyId, by: EDITOR })
  const secrets = { code: { set: 'four-seven-eleven' } }
  await hub.control.edit({ policyId, by: EDITOR, document: locked, secrets })
  await hub.control.edit({ policyId, by: EDITOR, document: { ...locked, bars: 9 } })
  await hub.control.undoCheckOut({ policyId, by: EDITOR })
  expect(await secretsStored()).toBe(0)
  await hub.control.checkOut({ policyId, by: EDITOR })
  await hub.control.edit({ policyId, by: EDITOR, document: locked, secrets })
  await hub.control.checkIn({ policyId, by: EDITOR })
  await hub.control.checkOut({ policyId, by: EDITOR })
  await hub.control.edit({ policyId, by: EDITOR, document: gate('blue') })
  await hub.control.checkIn({ policyId, by: EDITOR })
  // The version before has its secret still.
  expect(await secretsStored()).toBe(1)
  const told = JSON.stringify(await hub.audit.list({ limit: 50 }))
  expect(told).not.toContain('four-seven-eleven')
  hub.limit = 0
  await hub.control.applyVersionLimit({ by: ADMINISTRATOR })
  expect(await secretsStored()).toBe(0)
})

test('M8: versions over the limit are erased, oldest first, but for current, deployed and kept ones', async () => {
  const { id: policyId } = await painted('1')
  await hub.control.keepVersion({ policyId, by: EDITOR, number: 2, isKept: true })
  for (const colour of ['2', '3', '4', '5']) await paint(policyId, colour)
  hub.limit = 2
  await paint(policyId, '6')
  const erased = async () =>
    (
      await hub.database.db
        .selectFrom('policyVersion')
        .select(['number', 'erasedAt'])
        .where('policyId', '=', policyId)
        .orderBy('number')
        .execute()
    ).flatMap(({ number, erasedAt }) => (erasedAt === null ? [] : [number]))
  expect(await erased()).toEqual([1, 3, 4, 5])
  hub.limit = 0
  await hub.control.applyVersionLimit({ by: ADMINISTRATOR })
  expect(await erased()).toEqual([1, 3, 4, 5, 6])
  expect(await hub.audit.list({ limit: 1 })).toMatchObject([
    { action: 'policy.erase_versions', by: ADMINISTRATOR.id, detail: { limit: 0, erased: [6] } },
  ])
})

test('M10: a reviewer changes nothing, and a policy that one may not list is not there', async () => {
  const { id: policyId } = await newGate()
  expect(await code(hub.control.checkOut({ policyId, by: REVIEWER }))).toBe('policy.forbidden')
  const stranger = { id: 'account-stranger', name: 'stranger', roles: [] }
  expect(await code(hub.control.checkOut({ policyId, by: stranger }))).toBe('policy.not_found')
})
