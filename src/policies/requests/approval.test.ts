import { afterEach, beforeEach, expect, test } from 'vitest'
import { givenPolicies, type PolicySide } from '../../../test/support/policy-side.ts'
import { Jobs } from '../../jobs/jobs.ts'
import type { Actor } from '../lifecycle/transition.ts'
import { becomeDue } from './become-due.ts'
import { enqueueDue } from './due.ts'

let side: PolicySide
let editor: Actor
let anna: Actor
let ben: Actor
let administrator: Actor
const running: Jobs[] = []

beforeEach(async () => {
  side = await givenPolicies()
  editor = await side.person('Emil', 'editor')
  anna = await side.person('Anna', 'approver')
  ben = await side.person('Ben', 'approver')
  administrator = await side.person('Ada', 'administrator')
})

afterEach(async () => {
  for (const jobs of running.splice(0)) await jobs.stop()
  await side.database.close()
})

const hub = () => new Jobs({ connection: side.database.connection, log: side.parts.log })

async function requested(by: Actor = editor, notBefore?: Date) {
  const policyId = await side.lampPolicy(`Hall ${Math.random()}`)
  const { id: requestId } = await side.requests.requestDeploy({ policyId, by, notBefore })
  return { policyId, requestId }
}

const stateOf = async (requestId: string) =>
  (await side.requests.getRequest({ by: administrator, requestId })).request.state

const numberOfDeployments = async () =>
  (await side.db.selectFrom('policyDeployment').selectAll().where('name', '<>', '').execute())
    .length

test('M11: with two approvers asked for, the second of two people puts it in force', async () => {
  await side.rule({ kind: 'lamp', approvers: 2 })
  const { requestId, policyId } = await requested()
  const first = await side.requests.approve({ requestId, by: anna })
  expect(first.state).toBe('open')
  const again = side.requests.approve({ requestId, by: anna })
  await expect(again).rejects.toMatchObject({ code: 'policy.already_decided' })
  expect(await side.stateOf(policyId)).toBe('pending-deployment')
  const shown = await side.requests.getRequest({ by: anna, requestId })
  expect(shown).toMatchObject({ needed: 2, missing: 1, cannotApprove: 'said' })
  expect((await side.requests.approve({ requestId, by: ben })).state).toBe('done')
  expect(await side.policies.deployedOf(side.lamp)).toMatchObject([{ policyId }])
})

test('M11: two approvers at the same moment are both heard, and it is done once', async () => {
  await side.rule({ kind: 'lamp', approvers: 2 })
  const { requestId } = await requested()
  await Promise.all([anna, ben].map((by) => side.requests.approve({ requestId, by })))
  expect(await stateOf(requestId)).toBe('done')
  expect(await numberOfDeployments()).toBe(1)
})

test('M11: of a hundred who approve, reject and withdraw at once exactly one is heard', async () => {
  const { requestId, policyId } = await requested()
  const attempts = Array.from({ length: 102 }, (_, n) => {
    if (n % 3 === 0) return side.requests.approve({ requestId, by: n % 2 === 0 ? anna : ben })
    if (n % 3 === 1) return side.requests.reject({ requestId, by: n % 2 === 0 ? anna : ben })
    return side.requests.withdraw({ requestId, by: editor })
  })
  const outcomes = await Promise.allSettled(attempts)
  const heard = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value.state] : []))
  expect(heard).toHaveLength(1)
  const refusals = outcomes.flatMap((each) =>
    each.status === 'rejected' ? [(each.reason as { code: string }).code] : [],
  )
  expect(new Set(refusals)).toEqual(new Set(['policy.already_decided']))
  expect(await stateOf(requestId)).toBe(heard[0])
  expect(await side.stateOf(policyId)).toBe('checked-in')
  expect(await numberOfDeployments()).toBe(heard[0] === 'done' ? 1 : 0)
  const entries = await side.audit.list({ limit: 50 })
  const verdicts = entries.filter(({ action }) =>
    ['policy.approve', 'policy.reject', 'policy.withdraw'].includes(action),
  )
  expect(verdicts).toHaveLength(1)
})

test('M11: one rejection ends a request that others approved', async () => {
  await side.rule({ kind: 'lamp', approvers: 3 })
  const { requestId, policyId } = await requested()
  await side.requests.approve({ requestId, by: anna })
  await side.requests.reject({ requestId, by: ben })
  expect(await stateOf(requestId)).toBe('rejected')
  expect(await side.stateOf(policyId)).toBe('checked-in')
})

test.for([
  { allowsSelfApproval: false, code: 'policy.own_request' },
  { allowsSelfApproval: true, code: undefined },
])('M11: where self-approval is $allowsSelfApproval the requester gets $code', async (row) => {
  const { allowsSelfApproval, code } = row
  await side.rule({ kind: 'lamp', approvers: 1, allowsSelfApproval })
  const { requestId } = await requested(administrator)
  const approval = side.requests.approve({ requestId, by: administrator })
  if (code === undefined) await expect(approval).resolves.toMatchObject({ state: 'done' })
  else await expect(approval).rejects.toMatchObject({ code })
})

test('M11: separate groups need people of their own: who is in both counts for one', async () => {
  const group = (name: string, accounts: Actor[]) => ({
    ...{ name, accounts: accounts.map(({ id }) => id), roles: [], approvers: 1 },
  })
  const groups = [group('mail', [anna, ben]), group('security', [anna])]
  await side.rule({ kind: 'lamp', groups })
  const { requestId } = await requested()
  const carl = await side.person('Carl', 'approver')
  expect((await side.requests.approve({ requestId, by: anna })).state).toBe('open')
  expect((await side.requests.approve({ requestId, by: carl })).state).toBe('open')
  expect((await side.requests.approve({ requestId, by: ben })).state).toBe('done')
})

test('M11: an approver who lost the permission or the account does not count any more', async () => {
  await side.rule({ kind: 'lamp', approvers: 2 })
  const carl = await side.person('Carl', 'approver')
  const { requestId } = await requested()
  await side.requests.approve({ requestId, by: anna })
  await side.setRoles(anna, [])
  expect((await side.requests.approve({ requestId, by: ben })).state).toBe('open')
  await side.setRoles(ben, ['approver'], 'disabled')
  expect((await side.requests.approve({ requestId, by: carl })).state).toBe('open')
  const shown = await side.requests.getRequest({ by: administrator, requestId })
  expect(shown.approvals.map(({ byName, counts }) => [byName, counts]).sort()).toEqual([
    ['Anna', false],
    ['Ben', false],
    ['Carl', true],
  ])
  expect((await side.requests.approve({ requestId, by: administrator })).state).toBe('done')
})

test('M11: the rule of the moment of approval counts, not that of the request', async () => {
  const { requestId } = await requested()
  await side.rule({ kind: 'lamp', approvers: 2 })
  expect((await side.requests.approve({ requestId, by: anna })).state).toBe('open')
  await side.rule({ kind: 'lamp', approvers: 1 })
  expect((await side.requests.approve({ requestId, by: anna })).state).toBe('done')
})

test('M11: the strictest rule counts that speaks of the policy or of where it has effect', async () => {
  const policyId = await side.lampPolicy('Hall', {
    links: [{ target: 'all', isEnabled: true, order: 1 }],
  })
  await side.rule({ kind: 'lamp' }, { target: 'hub', approvers: 2 }, { kind: 'mail', approvers: 9 })
  const { id: requestId } = await side.requests.requestDeploy({ policyId, by: editor })
  expect(await side.requests.getRequest({ by: anna, requestId })).toMatchObject({ needed: 2 })
})

test('M11: a request that nobody answered in time ends, and the policy is where it was', async () => {
  await hub().prepare()
  await side.rule({ kind: 'lamp', approvers: 1, expiresAfterHours: 2 })
  const { requestId, policyId } = await requested()
  side.pass({ hours: 2 })
  const late = side.requests.approve({ requestId, by: anna })
  await expect(late).rejects.toMatchObject({ code: 'policy.already_decided' })
  const jobs = hub()
  side.requests.handleJobs(jobs)
  await jobs.start(side.db, { isAlone: true })
  running.push(jobs)
  // The clock of the test is years ahead of that of the jobs: this one is put in to be due now.
  await side.db.transaction().execute((tx) => enqueueDue(tx, requestId, new Date()))
  await expect.poll(() => stateOf(requestId), { timeout: 15_000 }).toBe('expired')
  expect(await side.stateOf(policyId)).toBe('checked-in')
})

test('M11: approved for later, it is done by a job at its time, though the hub was down', async () => {
  await hub().prepare()
  const at = new Date(side.now.getTime() + 3_600_000)
  const { requestId, policyId } = await requested(editor, at)
  const scheduled = await side.requests.approve({ requestId, by: anna })
  expect(scheduled.state).toBe('scheduled')
  expect(await side.stateOf(policyId)).toBe('pending-deployment')
  side.pass({ hours: 1 })
  await side.db.transaction().execute((tx) => enqueueDue(tx, requestId, new Date()))
  const jobs = hub()
  side.requests.handleJobs(jobs)
  await jobs.start(side.db, { isAlone: true })
  running.push(jobs)
  await expect.poll(() => stateOf(requestId), { timeout: 15_000 }).toBe('done')
  expect(await side.policies.deployedOf(side.lamp)).toMatchObject([
    { policyId, since: side.now, by: { id: anna.id, name: 'Anna' } },
  ])
})

test.for([
  { change: 'its kind refuses it', code: 'policy.refused' },
  { change: 'the rule asks for more', code: 'policy.approval_required' },
  { change: 'the approver lost the permission', code: 'policy.approval_required' },
])('M11: when its time comes and $change, it fails as $code and is mailed', async (row) => {
  await hub().prepare()
  const at = new Date(side.now.getTime() + 3_600_000)
  const { requestId, policyId } = await requested(editor, at)
  await side.requests.approve({ requestId, by: anna })
  side.pass({ hours: 1 })
  if (row.change.startsWith('its')) side.forbidden.add('red')
  else if (row.change.startsWith('the rule')) await side.rule({ kind: 'lamp', approvers: 2 })
  else await side.setRoles(anna, ['reviewer'])
  const parts = { ...side.control.parts, notices: side.notices }
  await becomeDue(parts, requestId)
  await becomeDue(parts, requestId)
  const { request } = await side.requests.getRequest({ by: administrator, requestId })
  expect(request).toMatchObject({ state: 'failed', failure: row.code })
  expect(await side.stateOf(policyId)).toBe('checked-in')
  expect(side.told.filter(({ is }) => is === 'failed')).toMatchObject([
    { more: { code: row.code, accounts: [editor.id, anna.id] } },
  ])
})

test('M11: the glass is broken over a request, which ends; the mark stays, and approvers are told', async () => {
  await side.rule({ kind: 'lamp', approvers: 2 })
  const { requestId, policyId } = await requested()
  await side.requests.breakGlass({ policyId, by: administrator, reason: 'the server burns' })
  expect(await stateOf(requestId)).toBe('rejected')
  expect(await side.policies.deployedOf(side.lamp)).toMatchObject([
    { policyId, breakGlassReason: 'the server burns' },
  ])
  const glass = side.told.find(({ is }) => is === 'brokeGlass')
  expect(glass?.more.accounts).toEqual([administrator.id, anna.id, ben.id])
})

test('M11: the rules of approval are weakened by a request that their own approvers approve', async () => {
  const kind = 'change-control'
  await side.rule({ kind: 'lamp', approvers: 1 })
  const { id: policyId } = await side.db
    .selectFrom('policy')
    .select('id')
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
  await side.control.checkOut({ policyId, by: administrator })
  const values = { rules: [], versionLimit: null }
  await side.control.edit({ policyId, by: administrator, document: values })
  await side.control.checkIn({ policyId, by: administrator })
  const directly = side.requests.deploy({ policyId, by: administrator })
  await expect(directly).rejects.toMatchObject({ code: 'policy.approval_required' })
  const { id: requestId } = await side.requests.requestDeploy({ policyId, by: administrator })
  await side.requests.approve({ requestId, by: anna })
  const rules = await side.policies.deployed(side.policies.kinds.get(kind))
  expect(rules.document).toEqual(values)
})
