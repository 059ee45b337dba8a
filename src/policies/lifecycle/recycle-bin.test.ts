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
import { deploy } from '../deployment/deploy-verbs.ts'

let hub: Controlled

beforeEach(async () => {
  hub = await changeControl()
})

afterEach(() => hub.database.close())

const create = (name: string, more: { isLive?: boolean; from?: 'empty' } = {}) =>
  hub.control.create({ kind: 'gate', name, by: APPROVER, ...more })

const deployNow = (policyId: string) =>
  hub.database.db
    .transaction()
    .execute((tx) => deploy(tx, hub.control.parts, { policyId, by: APPROVER }))

async function paint(policyId: string, colour: string, secret?: string) {
  const by = ADMINISTRATOR
  const hasLock = secret !== undefined
  const secrets = hasLock ? { code: { set: secret } } : {}
  await hub.control.checkOut({ policyId, by })
  await hub.control.edit({ policyId, by, document: { ...gate(colour), hasLock }, secrets })
  return hub.control.checkIn({ policyId, by })
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error as HubError).code,
  )

const standing = (policyId: string) => hub.control.get({ by: REVIEWER, policyId })

test('M7: deleted from archive and production, a policy is out of force and in the recycle bin', async () => {
  const { id: policyId } = await create('A', { isLive: true })
  const from = 'archive-and-production'
  await hub.control.delete({ policyId, by: APPROVER, from, comment: 'no longer' })
  expect((await standing(policyId)).policy).toMatchObject({
    ...{ state: 'deleted', production: null, comment: 'no longer' },
  })
  // Restored, it is not deployed again.
  await hub.control.restore({ policyId, by: APPROVER })
  expect((await standing(policyId)).policy).toMatchObject({ state: 'checked-in', production: null })
})

test('M7: destroyed while in production, all is erased but what production says; controlled, that is its version', async () => {
  const { id: policyId } = await create('A', { from: 'empty' })
  await paint(policyId, 'red', 'one-one-one')
  await deployNow(policyId)
  await paint(policyId, 'blue', 'two-two-two')
  await hub.control.rename({ policyId, by: ADMINISTRATOR, name: 'B' })
  await hub.control.delete({ policyId, by: APPROVER, from: 'archive' })
  await hub.control.destroy({ policyId, by: APPROVER })
  expect((await standing(policyId)).policy).toMatchObject({ state: 'uncontrolled', name: 'A' })
  const left = async (table: 'policySecret' | 'policyVersionSecret') =>
    (await hub.database.db.selectFrom(table).selectAll().execute()).length
  expect([await left('policySecret'), await left('policyVersionSecret')]).toEqual([1, 1])
  const settings = (of: number | 'newest') => hub.control.settings({ by: REVIEWER, policyId, of })
  expect(await settings(3)).toMatchObject({ isErased: true, document: null, secrets: [] })
  expect(await settings(2)).toMatchObject({ isErased: false, document: { colour: 'red' } })
  // Nobody owns it now; whoever controls it does.
  expect(await code(hub.control.takeOver({ policyId, by: APPROVER }))).toBe('policy.forbidden')
  await hub.control.control({ policyId, by: APPROVER })
  expect(await settings('newest')).toMatchObject({ number: 4, document: { colour: 'red' } })
  expect((await hub.control.checkOut({ policyId, by: APPROVER })).heldBy).toBe(APPROVER.id)
})

test('M7: destroyed and not in production, a policy is gone, its name free, its history in the audit log', async () => {
  const { id: policyId } = await create('A')
  expect(await code(create('a'))).toBe('policy.name_taken')
  await hub.control.delete({ policyId, by: APPROVER, from: 'archive' })
  expect(await code(create('a'))).toBe('policy.name_taken')
  await hub.control.destroy({ policyId, by: APPROVER })
  expect(await code(standing(policyId))).toBe('policy.not_found')
  expect(await code(create('a'))).toBe('done')
  const entries = await hub.audit.list({ limit: 9, subject: policyId })
  expect(entries.map(({ action }) => action)).toEqual([
    ...['policy.destroy', 'policy.delete', 'policy.create'],
  ])
})

test('M7: a new name holds in the archive at once, and frees the old one when it is deployed', async () => {
  const { id: policyId } = await create('Old', { isLive: true })
  const rename = (name: string) => hub.control.rename({ policyId, by: ADMINISTRATOR, name })
  await rename('New')
  expect((await standing(policyId)).policy).toMatchObject({
    ...{ name: 'New', production: { name: 'Old' } },
  })
  expect(await code(create('OLD'))).toBe('policy.name_taken')
  expect(await code(rename('old'))).toBe('policy.name_taken')
  expect(await code(rename('NEW'))).toBe('done')
  await deployNow(policyId)
  expect((await standing(policyId)).policy.production?.name).toBe('NEW')
  const { id: other } = await create('Old')
  expect(await code(hub.control.rename({ policyId: other, by: APPROVER, name: 'nEW' }))).toBe(
    'policy.name_taken',
  )
  for (const name of ['', ' ', 'a\u0000b', 'x'.repeat(256)]) {
    expect(await code(rename(name))).toBe('policy.refused')
  }
})

test('M7: imported from production, a version is in the history and not in the working copy', async () => {
  const { id: policyId } = await create('A', { isLive: true, from: 'empty' })
  await paint(policyId, 'red')
  await hub.control.checkOut({ policyId, by: EDITOR })
  await hub.control.edit({ policyId, by: EDITOR, document: gate('blue') })
  const imported = await hub.control.importFromProduction({ policyId, by: EDITOR })
  expect(imported).toMatchObject({ newest: 3, workingDocument: gate('blue'), heldBy: EDITOR.id })
  const settings = (of: number) => hub.control.settings({ by: REVIEWER, policyId, of })
  expect((await settings(3)).document).toEqual((await settings(1)).document)
  const [event] = await hub.control.history({ by: REVIEWER, policyId, limit: 1 })
  expect(event?.source).toEqual({ is: 'production', number: 1 })
})

test('M7: a template makes policies, has no history, is not edited, and never carries a secret', async () => {
  const { id: policyId } = await create('A', { from: 'empty' })
  await paint(policyId, 'red', 'four-seven-eleven')
  const save = (name: string) =>
    hub.control.saveAsTemplate({ policyId, by: EDITOR, name, comment: 'to begin with' })
  const template = await save('Red')
  expect(await code(save('rED'))).toBe('policy.name_taken')
  expect(await hub.control.settings({ by: REVIEWER, policyId: template.id, of: 1 })).toMatchObject({
    ...{ document: { colour: 'red', hasLock: true }, secrets: [] },
  })
  const order = { policyId: template.id, by: EDITOR }
  expect(await code(hub.control.checkOut(order))).toBe('policy.wrong_state')
  expect(await code(hub.control.history({ ...order, limit: 9 }))).toBe('policy.wrong_state')
  await hub.control.setDefaultTemplate(order)
  const [second] = [await save('Other')]
  await hub.control.setDefaultTemplate({ ...order, policyId: second.id })
  await hub.control.setDefaultTemplate(order)
  const colourOf = async (name: string, more: { from?: 'empty' } = {}) => {
    const { id } = await create(name, more)
    const { document } = await hub.control.settings({ by: REVIEWER, policyId: id, of: 1 })
    return document?.colour
  }
  expect([await colourOf('B'), await colourOf('C', { from: 'empty' })]).toEqual(['red', 'white'])
  await hub.control.rename({ ...order, name: 'Crimson' })
  await hub.control.delete({ ...order, by: APPROVER, from: 'archive' })
  expect(await colourOf('D')).toBe('white')
  const restored = await hub.control.restore({ ...order, by: APPROVER })
  expect(restored).toMatchObject({ state: 'template', isDefaultTemplate: false, name: 'Crimson' })
})

test('M9: who may not read a policy gets it neither as a template nor by one', async () => {
  const { id: policyId } = await create('A')
  const { id: template } = await hub.control.saveAsTemplate({ policyId, by: EDITOR, name: 'T' })
  const deny = (id: string, principal: 'editor' | 'approver') =>
    hub.database.db
      .insertInto('policyAccess')
      .values({
        ...{ policyId: id, principalIs: 'role', principal },
        ...{ permission: 'read-settings', effect: 'deny' },
      })
      .execute()
  await deny(policyId, 'editor')
  await deny(template, 'approver')
  const saved = hub.control.saveAsTemplate({ policyId, by: EDITOR, name: 'U' })
  expect(await code(saved)).toBe('policy.forbidden')
  const made = hub.control.create({ kind: 'gate', name: 'B', by: APPROVER, from: { template } })
  expect(await code(made)).toBe('policy.forbidden')
})

test('M8: the version limit never takes what is in production', async () => {
  const { id: policyId } = await create('A', { isLive: true, from: 'empty' })
  for (const colour of ['red', 'green', 'blue']) await paint(policyId, colour)
  hub.limit = 1
  await paint(policyId, 'black')
  const erased = await Promise.all(
    [1, 2, 3, 4, 5].map((of) => hub.control.settings({ by: REVIEWER, policyId, of })),
  )
  expect(erased.map(({ isErased }) => isErased)).toEqual([false, true, true, false, false])
})

test('M8: many policies are labelled at once, all of them or none', async () => {
  const [a, b] = [await create('A'), await create('B')]
  const policyIds = [a.id, b.id]
  await hub.control.label({ policyIds, by: EDITOR, label: ' 2030 ', comment: 'of the year' })
  const { policies } = await hub.control.list({ by: REVIEWER, limit: 9 })
  expect(policies.map(({ label, comment }) => [label, comment])).toEqual([
    ['2030', 'of the year'],
    ['2030', 'of the year'],
  ])
  await hub.control.delete({ policyId: b.id, by: APPROVER, from: 'archive' })
  const again = hub.control.label({ policyIds, by: EDITOR, label: '2031' })
  expect(await code(again)).toBe('policy.wrong_state')
  expect((await standing(a.id)).policy.label).toBe('2030')
})
