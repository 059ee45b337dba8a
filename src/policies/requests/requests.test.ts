import { afterEach, beforeEach, expect, test } from 'vitest'
import { givenPolicies, type PolicySide } from '../../../test/support/policy-side.ts'
import type { PolicyState } from '../../contract/policy-lifecycle.ts'
import type { Actor } from '../lifecycle/transition.ts'
import type { PolicyRequest } from './request.ts'

let side: PolicySide
let editor: Actor
let reviewer: Actor
let approver: Actor
let administrator: Actor

beforeEach(async () => {
  side = await givenPolicies()
  editor = await side.person('Emil', 'editor')
  reviewer = await side.person('Rita', 'reviewer')
  approver = await side.person('Anna', 'approver')
  administrator = await side.person('Ada', 'administrator')
})

afterEach(() => side.database.close())

const link = (target: string) => ({ target, isEnabled: true, order: 1 })

async function inProduction(name: string, state: PolicyState = 'checked-in') {
  const policyId = await side.lampPolicy(name, { colours: ['red', 'blue'] })
  await side.requests.rollBack({ policyId, by: approver, version: 1 })
  if (state !== 'checked-in') {
    await side.db.updateTable('policy').set({ state }).where('id', '=', policyId).execute()
  }
  return policyId
}

const deployed = async (policyId: string) =>
  (await side.policies.deployedOf(side.lamp)).find((each) => each.policyId === policyId)?.number

interface Row {
  readonly what: string
  readonly by: () => Actor
  /** A policy to ask about; nothing for a new one. */
  readonly given: () => Promise<string | undefined>
  readonly ask: (asked: {
    policyId: string
    by: Actor
    comment: string
    cc: string
  }) => Promise<PolicyRequest>
  readonly pending: PolicyState
  readonly before: PolicyState
  readonly approved: PolicyState
  /** The version in production when it was approved. */
  readonly production: number | undefined
}

/** Table A3. */
const ROWS: readonly Row[] = [
  {
    what: 'to create a policy',
    by: () => reviewer,
    given: () => Promise.resolve(undefined),
    ask: (asked) =>
      side.requests.requestCreate({ ...asked, kind: 'lamp', name: 'New', from: 'empty' }),
    ...{ pending: 'pending-creation', before: 'destroyed', approved: 'checked-in' },
    production: undefined,
  },
  {
    what: 'to create a policy live',
    by: () => editor,
    given: () => side.lampPolicy('Sample', { state: 'template', isTemplate: true }),
    ask: ({ policyId: template, ...asked }) =>
      side.requests.requestCreate({
        ...{ ...asked, from: { template }, kind: 'lamp', name: 'New', isLive: true },
      }),
    ...{ pending: 'pending-creation', before: 'destroyed', approved: 'checked-in' },
    production: 1,
  },
  {
    what: 'to control an uncontrolled policy',
    by: () => reviewer,
    given: () => inProduction('Hall', 'uncontrolled'),
    ask: (asked) => side.requests.requestControl(asked),
    ...{ pending: 'pending-control', before: 'uncontrolled', approved: 'checked-in' },
    production: 1,
  },
  {
    what: 'to deploy',
    by: () => editor,
    given: () => inProduction('Hall'),
    ask: (asked) => side.requests.requestDeploy(asked),
    ...{ pending: 'pending-deployment', before: 'checked-in', approved: 'checked-in' },
    production: 2,
  },
  {
    what: 'to delete from the archive',
    by: () => editor,
    given: () => inProduction('Hall'),
    ask: (asked) => side.requests.requestDelete({ ...asked, from: 'archive' }),
    ...{ pending: 'pending-deletion', before: 'checked-in', approved: 'deleted' },
    production: 1,
  },
  {
    what: 'to delete from archive and production',
    by: () => editor,
    given: () => inProduction('Hall'),
    ask: (asked) => side.requests.requestDelete({ ...asked, from: 'archive-and-production' }),
    ...{ pending: 'pending-deletion', before: 'checked-in', approved: 'deleted' },
    production: undefined,
  },
  {
    what: 'to restore',
    by: () => editor,
    given: () => inProduction('Hall', 'deleted'),
    ask: (asked) => side.requests.requestRestore(asked),
    ...{ pending: 'pending-restoration', before: 'deleted', approved: 'checked-in' },
    production: 1,
  },
  {
    what: 'to delete a template',
    by: () => editor,
    given: () => side.lampPolicy('Sample', { state: 'template', isTemplate: true }),
    ask: (asked) => side.requests.requestDelete({ ...asked, from: 'archive' }),
    ...{ pending: 'pending-deletion', before: 'template', approved: 'deleted' },
    production: undefined,
  },
  {
    what: 'to restore a template',
    by: () => editor,
    given: () => side.lampPolicy('Sample', { state: 'deleted', isTemplate: true }),
    ask: (asked) => side.requests.requestRestore(asked),
    ...{ pending: 'pending-restoration', before: 'deleted', approved: 'template' },
    production: undefined,
  },
]

test.for(ROWS)(
  'M8: a request $what is mailed and pending; withdrawn or rejected: $before; approved: $approved',
  async (row) => {
    const given = await row.given()
    const by = row.by()
    const ask = () =>
      row.ask({ policyId: given ?? '', by, comment: 'please', cc: 'Copy@Example.com' })

    const first = await ask()
    expect(await side.stateOf(first.policyId)).toBe(row.pending)
    expect(side.told).toMatchObject([
      {
        ...{ is: 'submitted', action: first.action, comment: 'please', requestId: first.id },
        ...{ requester: { id: by.id, name: by.name }, more: { cc: 'Copy@example.com' } },
      },
    ])
    await side.requests.withdraw({ requestId: first.id, by })
    expect(await side.stateOf(first.policyId)).toBe(row.before)

    const second = await ask()
    const rejected = await side.requests.reject({
      requestId: second.id,
      by: approver,
      comment: 'no',
    })
    expect(rejected).toMatchObject({ state: 'rejected', endedBy: approver.id })
    expect(await side.stateOf(second.policyId)).toBe(row.before)

    const third = await ask()
    const done = await side.requests.approve({ requestId: third.id, by: approver, comment: 'fine' })
    expect(done).toMatchObject({ state: 'done', endedBy: approver.id })
    expect(await side.stateOf(third.policyId)).toBe(row.approved)
    expect(await deployed(third.policyId)).toBe(row.production)

    const events = await side.db
      .selectFrom('policyEvent')
      .select(['verb', 'comment'])
      .where('policyId', '=', third.policyId)
      .orderBy('id', 'desc')
      .limit(2)
      .execute()
    expect(events).toEqual([
      { verb: third.action, comment: 'please' },
      { verb: 'approve', comment: 'fine' },
    ])
  },
)

test('M8: nothing is mailed on what somebody does who may, with or without a request', async () => {
  const policyId = await side.lampPolicy('Hall')
  await side.requests.deploy({ policyId, by: approver })
  const { id } = await side.requests.requestDeploy({ policyId, by: administrator })
  await side.requests.withdraw({ requestId: id, by: administrator })
  expect(side.told).toEqual([])
})

test('M8: what the requester lacks everybody lacks where a rule asks for approvals: it is mailed', async () => {
  const policyId = await side.lampPolicy('Hall')
  await side.rule({ kind: 'lamp', approvers: 1 })
  await side.requests.requestDeploy({ policyId, by: administrator })
  expect(side.told).toMatchObject([{ is: 'submitted' }])
})

test('M8: who may not ask is refused, and so is a copy to what is no address', async () => {
  const policyId = await side.lampPolicy('Hall')
  const asked = side.requests.requestDeploy({ policyId, by: reviewer })
  await expect(asked).rejects.toMatchObject({ code: 'policy.forbidden' })
  const copied = side.requests.requestDeploy({ policyId, by: editor, cc: 'nobody' })
  await expect(copied).rejects.toMatchObject({ code: 'address.malformed' })
  expect(await side.stateOf(policyId)).toBe('checked-in')
})

test('M8: of a policy there is one request at a time', async () => {
  const policyId = await side.lampPolicy('Hall')
  const asked = await Promise.allSettled(
    Array.from({ length: 20 }, () => side.requests.requestDeploy({ policyId, by: editor })),
  )
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const { count } = await side.requests.listRequests({ by: editor, limit: 5 })
  expect(count).toBe(1)
})

test('M8: only the requester withdraws, only who may do it approves or rejects', async () => {
  const policyId = await side.lampPolicy('Hall')
  const { id: requestId } = await side.requests.requestDeploy({ policyId, by: editor })
  const other = await side.person('Olga', 'editor')
  const stranger = await side.person('Sam')
  for (const [attempt, code] of [
    [() => side.requests.withdraw({ requestId, by: administrator }), 'policy.forbidden'],
    [() => side.requests.approve({ requestId, by: other }), 'policy.forbidden'],
    [() => side.requests.reject({ requestId, by: editor }), 'policy.forbidden'],
    [() => side.requests.approve({ requestId, by: stranger }), 'policy.request_not_found'],
  ] as const) {
    await expect(attempt()).rejects.toMatchObject({ code })
  }
  expect(await side.stateOf(policyId)).toBe('pending-deployment')
})

test('M5: whoever approves a deployment first may say which links it gets', async () => {
  const policyId = await side.lampPolicy('Hall', { links: [link('all'), link('hub')] })
  const { id: requestId } = await side.requests.requestDeploy({ policyId, by: editor })
  await side.requests.approve({ requestId, by: approver, links: ['hub'] })
  expect(await side.policies.deployedOf(side.lamp)).toMatchObject([{ links: [link('hub')] }])
})

test('M11: what the rules of its kind refuse is neither proposed nor approved', async () => {
  const bad = await side.lampPolicy('Cellar', { colours: ['black'] })
  const proposal = side.requests.requestDeploy({ policyId: bad, by: editor })
  await expect(proposal).rejects.toMatchObject({ code: 'policy.refused' })

  const policyId = await side.lampPolicy('Hall')
  const { id: requestId } = await side.requests.requestDeploy({ policyId, by: editor })
  side.forbidden.add('red')
  const approval = side.requests.approve({ requestId, by: approver })
  await expect(approval).rejects.toMatchObject({ code: 'policy.refused' })
  const standing = await side.requests.getRequest({ by: approver, requestId })
  expect(standing).toMatchObject({ issues: [{ path: 'colour' }], verbs: ['reject'] })
})

test('what a request would change is shown with it, and who can say what', async () => {
  const policyId = await inProduction('Hall')
  const { id: requestId } = await side.requests.requestDeploy({ policyId, by: editor })
  const shown = await side.requests.getRequest({ by: approver, requestId })
  expect(shown).toMatchObject({
    changes: [{ path: 'colour', change: 'changed', was: 'red', is: 'blue' }],
    ...{ needed: 1, missing: 1, verbs: ['approve', 'reject'], cannotApprove: null },
  })
  const own = await side.requests.getRequest({ by: editor, requestId })
  expect(own).toMatchObject({ verbs: ['withdraw'], cannotApprove: 'permission' })
  const mine = await side.requests.listRequests({ by: editor, show: 'for-me', limit: 5 })
  expect(mine.requests).toEqual([])
  const theirs = await side.requests.listRequests({ by: approver, show: 'for-me', limit: 5 })
  expect(theirs.requests.map(({ id }) => id)).toEqual([requestId])
})

test('M25: a request shows the nodes that it touches and their values, and tests them on demand', async () => {
  const policyId = await side.lampPolicy('Hall', { colours: ['red', 'blue'], links: [link('hub')] })
  await side.requests.rollBack({ policyId, by: approver, version: 1 })
  const { id: requestId } = await side.requests.requestDeploy({ policyId, by: editor })
  const by = { ...approver, address: 'anna@example.com' }
  expect((await side.requests.getRequest({ by, requestId })).impact).toEqual({
    targets: ['hub'],
    effects: [{ target: 'hub', setting: 'lamp.colour', before: 'red', after: 'blue' }],
  })
  const testId = await side.requests.testProposed({ requestId, by })
  expect(side.tried).toEqual(['2: blue'])
  expect((await side.requests.getRequest({ by, requestId })).request.testId).toBe(testId)
})
