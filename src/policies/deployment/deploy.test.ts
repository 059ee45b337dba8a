import { afterEach, beforeEach, expect, test } from 'vitest'
import { givenPolicies, type PolicySide } from '../../../test/support/policy-side.ts'
import type { Actor } from '../lifecycle/transition.ts'
import { breakGlass, deploy, rollBack } from './deploy-verbs.ts'
import { deployVersion, removeFromProduction } from './deploy.ts'

let side: PolicySide
let approver: Actor
let administrator: Actor

beforeEach(async () => {
  side = await givenPolicies()
  approver = await side.person('Anna', 'approver')
  administrator = await side.person('Ada', 'administrator')
})

afterEach(() => side.database.close())

const parts = () => ({ ...side.parts, secrets: side.secrets, kinds: side.policies.kinds })

const inTransaction = <Result>(
  work: (tx: Parameters<typeof deploy>[0]) => Promise<Result>,
): Promise<Result> => side.db.transaction().execute(work)

const link = (target: string) => ({ target, isEnabled: true, order: 1 })

const node = 'node:00000000-0000-4000-8000-000000000001'

test('M5: deployed, the newest version is in force under the name and with the links that it has', async () => {
  const policyId = await side.lampPolicy('Hall', { colours: ['red', 'blue'], links: [link('all')] })
  await inTransaction((tx) => deploy(tx, parts(), { policyId, by: approver, comment: 'at last' }))
  expect(await side.policies.deployedOf(side.lamp)).toEqual([
    {
      ...{ policyId, name: 'Hall', number: 2, document: { colour: 'blue' }, secrets: {} },
      ...{ links: [link('all')], since: side.now, breakGlassReason: null },
      by: { id: approver.id, name: 'Anna' },
    },
  ])
  expect(await side.audit.list({ limit: 1 })).toMatchObject([
    { action: 'policy.deploy', subject: policyId, detail: { version: 2, comment: 'at last' } },
  ])
})

test('M5: rolling back deploys an earlier version, and the archive keeps its newest', async () => {
  const policyId = await side.lampPolicy('Hall', { colours: ['red', 'blue'] })
  await inTransaction((tx) => deploy(tx, parts(), { policyId, by: approver }))
  await inTransaction((tx) => rollBack(tx, parts(), { policyId, by: approver, version: 1 }))
  expect(await side.policies.deployedOf(side.lamp)).toMatchObject([
    { number: 1, document: { colour: 'red' } },
  ])
  const unknown = inTransaction((tx) =>
    rollBack(tx, parts(), { policyId, by: approver, version: 7 }),
  )
  await expect(unknown).rejects.toMatchObject({ code: 'policy.version_not_found' })
})

test.for([
  { choice: 'all' as const, links: [link('hub'), link(node)] },
  { choice: 'none' as const, links: [link('all')] },
  { choice: ['hub'], links: [link('hub'), link('all')] },
])('M5: with the links $choice chosen, production has $links', async ({ choice, links }) => {
  const policyId = await side.lampPolicy('Hall', { links: [link('all')] })
  await inTransaction((tx) => deploy(tx, parts(), { policyId, by: approver }))
  await side.db
    .insertInto('policyVersion')
    .values({
      ...{ policyId, number: 2, document: '{"colour":"blue"}', at: side.now, comment: '' },
      ...{ by: 'hub', byName: 'hub', links: JSON.stringify([link('hub'), link(node)]) },
    })
    .execute()
  const command = { policyId, by: approver, version: 2, links: choice }
  await inTransaction((tx) => deploy(tx, parts(), command))
  expect(await side.policies.deployedOf(side.lamp)).toMatchObject([{ number: 2, links }])
})

test('M11: what the rules of its kind refuse now is not deployed, whatever they said before', async () => {
  const policyId = await side.lampPolicy('Hall', { colours: ['red'] })
  side.forbidden.add('red')
  const refused = inTransaction((tx) => deploy(tx, parts(), { policyId, by: approver }))
  await expect(refused).rejects.toMatchObject({ code: 'policy.refused' })
  expect(await side.policies.deployedOf(side.lamp)).toEqual([])
})

test('M5: taken out of production it is in force no more, and not taken out twice', async () => {
  const policyId = await side.lampPolicy('Hall')
  await inTransaction((tx) => deploy(tx, parts(), { policyId, by: approver }))
  const policy = { id: policyId, kind: 'lamp', name: 'Hall' }
  const remove = () =>
    inTransaction((tx) => removeFromProduction(tx, parts(), policy, { by: approver }))
  await remove()
  expect(await side.policies.deployedOf(side.lamp)).toEqual([])
  await expect(remove()).rejects.toMatchObject({ code: 'policy.not_in_production' })
})

test('M11: where a rule asks for approvals nobody changes production without a request', async () => {
  const policyId = await side.lampPolicy('Hall', { colours: ['red', 'blue'] })
  const other = await side.lampPolicy('Door')
  await inTransaction((tx) => deploy(tx, parts(), { policyId, by: approver }))
  await side.rule({ kind: 'lamp', approvers: 1 })
  const policy = { id: policyId, kind: 'lamp', name: 'Hall' }
  for (const change of [
    () => inTransaction((tx) => deploy(tx, parts(), { policyId, by: administrator })),
    () => inTransaction((tx) => rollBack(tx, parts(), { policyId, by: administrator, version: 1 })),
    () => inTransaction((tx) => removeFromProduction(tx, parts(), policy, { by: administrator })),
    () =>
      inTransaction((tx) =>
        deployVersion(tx, parts(), { ...policy, id: other }, { number: 1, by: administrator }),
      ),
  ]) {
    await expect(change()).rejects.toMatchObject({ code: 'policy.approval_required' })
  }
  expect(await side.policies.deployedOf(side.lamp)).toMatchObject([{ policyId, number: 2 }])
})

test('M11: settings pages are refused as well, and so is whoever would weaken the rules', async () => {
  const rules = side.policies.kinds.get('change-control')
  const by = administrator
  const one = { kind: 'change-control', target: null, approvers: 1, allowsSelfApproval: false }
  const strict = { ...one, groups: [], expiresAfterHours: null }
  await side.policies.save(rules, { rules: [strict], versionLimit: null }, { by })
  for (const change of [
    () => side.policies.save(rules, { rules: [], versionLimit: null }, { by }),
    () => side.policies.clear(rules, { by }),
    () => side.policies.rollBack(rules, { to: 0, by }),
  ]) {
    await expect(change()).rejects.toMatchObject({ code: 'policy.approval_required' })
  }
})

test('M11: a rule for another kind is not weakened without the approvals that it asks for', async () => {
  const rules = side.policies.kinds.get('change-control')
  const by = administrator
  const lamps = {
    ...{ kind: 'lamp', target: null, approvers: 2, allowsSelfApproval: false },
    ...{ groups: [], expiresAfterHours: 24 },
  }
  const save = (...all: object[]) =>
    side.policies.save(rules, { rules: all as [], versionLimit: null }, { by })
  await save(lamps)
  for (const weaker of [
    [],
    [{ ...lamps, approvers: 1 }],
    [{ ...lamps, allowsSelfApproval: true }],
    [{ ...lamps, expiresAfterHours: null }],
    [{ ...lamps, target: 'hub' }],
  ]) {
    await expect(save(...weaker)).rejects.toMatchObject({ code: 'policy.approval_required' })
  }
  const stricter = { ...lamps, approvers: 3, expiresAfterHours: 12 }
  expect(await save(stricter, { ...lamps, kind: 'mail' })).toMatchObject({ isNew: true })
})

test('a settings page is refused while the policy is checked out or waits', async () => {
  const rules = side.policies.kinds.get('change-control')
  const by = administrator
  await side.policies.save(rules, { rules: [], versionLimit: 5 }, { by })
  const save = () => side.policies.save(rules, { rules: [], versionLimit: 6 }, { by })
  const policy = side.db.updateTable('policy').where('kind', '=', 'change-control')
  const held = { heldBy: 'x', heldByName: 'Xaver', heldAt: side.now, workingLinks: '[]' }
  await policy.set({ state: 'checked-out', ...held }).execute()
  await expect(save()).rejects.toMatchObject({
    ...{ code: 'policy.held_by_other', detail: { by: 'Xaver' } },
  })
  const free = { heldBy: null, heldByName: null, heldAt: null, workingLinks: null }
  await policy.set({ state: 'pending-deployment', ...free }).execute()
  await expect(save()).rejects.toMatchObject({ code: 'policy.wrong_state' })
})

test('a settings page puts in force what was checked in only, though it says nothing new', async () => {
  const rules = side.policies.kinds.get('change-control')
  const by = administrator
  await side.policies.save(rules, { rules: [], versionLimit: 5 }, { by })
  const { id } = await side.db
    .selectFrom('policy')
    .select('id')
    .where('kind', '=', 'change-control')
    .executeTakeFirstOrThrow()
  const document = { rules: [], versionLimit: 6 }
  await side.db
    .insertInto('policyVersion')
    .values({
      ...{ policyId: id, number: 2, document: JSON.stringify(document), at: side.now },
      ...{ by: 'hub', byName: 'hub', comment: '' },
    })
    .execute()
  await side.db.updateTable('policy').set({ newest: 2 }).where('id', '=', id).execute()
  await side.policies.save(rules, document, { by })
  expect(await side.policies.deployed(rules)).toMatchObject({ number: 3, document })
})

test('M11: only an administrator breaks the glass, with a reason, and the mark stays', async () => {
  const policyId = await side.lampPolicy('Hall')
  await side.rule({ kind: 'lamp', approvers: 2 })
  const smash = (by: Actor, reason: string) =>
    inTransaction((tx) =>
      breakGlass(
        tx,
        parts(),
        { policyId, by, reason },
        { endRequest: () => Promise.resolve(undefined), tell: () => Promise.resolve() },
      ),
    )
  await expect(smash(approver, 'fire')).rejects.toMatchObject({ code: 'policy.forbidden' })
  await expect(smash(administrator, '  ')).rejects.toMatchObject({ code: 'policy.refused' })
  await smash(administrator, 'fire')
  expect(await side.policies.deployedOf(side.lamp)).toMatchObject([{ breakGlassReason: 'fire' }])
  expect(await side.audit.list({ limit: 1 })).toMatchObject([
    { action: 'policy.break_glass', by: administrator.id, detail: { reason: 'fire' } },
  ])
})
