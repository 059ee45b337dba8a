/** Lists of policies and what else is done with them, through the API. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  PoliciesLabelled,
  PolicyEvents,
  PolicyList,
  PolicyOrdered,
  PolicyView,
} from '../../src/contract/change-control.ts'
import { CHANGE_CONTROL_DEFAULTS } from '../../src/contract/change-control-rules.ts'
import { PolicyRequests, PolicyRequestView } from '../../src/contract/policy-requests.ts'
import { type SignedIn, signInAdmin, signInWith } from '../support/policy-people.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const BASE = '/api/v1/policies'

let hub: TestHub
let administrator: SignedIn
let approver: SignedIn

beforeAll(async () => {
  hub = await startTestHub()
  administrator = await signInAdmin(hub)
  approver = await signInWith(hub, administrator, { name: 'Ann', roles: ['approver'] })
})
afterAll(() => hub.close())

async function list(query: string): Promise<PolicyList> {
  return PolicyList.parse(await administrator.done('GET', `${BASE}${query}`))
}

async function find(kind: string): Promise<string> {
  return (await list(`?kind=${kind}`)).policies[0]?.id ?? ''
}

async function show(id: string): Promise<PolicyView> {
  return PolicyView.parse(await administrator.done('GET', `${BASE}/${id}`))
}

async function reply(id: string, verb: string, more: object = {}) {
  const { revision } = await show(id)
  return administrator.call('POST', `${BASE}/${id}/orders`, { verb, revision, ...more })
}

async function order(id: string, verb: string, more: object = {}): Promise<PolicyOrdered> {
  const { status, text, body } = await reply(id, verb, more)
  expect(status, text).toBe(200)
  return PolicyOrdered.parse(body)
}

test('M5: templates, lists with a search, pages in order, and the recycle bin', async () => {
  const mail = await find('mail')
  const names = ['Alpha', 'Beta', 'Gamma']
  const templates: string[] = []
  for (const name of names) {
    const { id, version } = await order(mail, 'save-as-template', { name, comment: `for ${name}` })
    expect([id === mail, version]).toEqual([false, 1])
    templates.push(id)
  }
  const [alpha = '', beta = '', gamma = ''] = templates
  const found = await list('?tab=templates&kind=mail&sort=name&order=descending&limit=2')
  expect(found.policies.map(({ name }) => name)).toEqual(['Gamma', 'Beta'])
  // The fourth is the ready one of the hub.
  expect([found.count, found.tabs.templates]).toEqual([3, 4])
  const next = await list(
    `?tab=templates&kind=mail&sort=name&order=descending&limit=2&after=${encodeURIComponent(found.next ?? '')}`,
  )
  expect([next.policies.map(({ name }) => name), next.next]).toEqual([['Alpha'], null])
  const search = await list(`?tab=templates&search=${encodeURIComponent('name: a comment: Beta')}`)
  expect(search.policies.map(({ id }) => id)).toEqual([beta])
  const malformed = await administrator.call('GET', `${BASE}?search=colour:red`)
  expect([malformed.status, malformed.body]).toMatchObject([
    400,
    { code: 'policy.search_malformed' },
  ])

  await order(alpha, 'set-default-template', { isDefault: true })
  expect((await show(alpha)).policy.isDefaultTemplate).toBe(true)
  await order(alpha, 'rename', { name: 'Omega' })
  await order(gamma, 'delete', { from: 'archive' })
  const bin = await list('?tab=recycle-bin')
  expect(bin.policies).toMatchObject([{ id: gamma, name: 'Gamma', state: 'deleted' }])
  await order(gamma, 'restore')
  expect((await show(gamma)).policy.state).toBe('template')
  await order(gamma, 'delete', { from: 'archive' })
  const destroyed = await order(gamma, 'destroy')
  expect(destroyed).toMatchObject({ id: gamma, requestId: null })
  expect((await administrator.call('GET', `${BASE}/${gamma}`)).status).toBe(404)
  const left = await list('?tab=templates&kind=mail')
  expect(left.policies.map(({ name }) => name)).toEqual(['Beta', 'Omega'])
  const difference = `${BASE}/difference?from=${alpha}@newest&to=${beta}@newest`
  expect(await administrator.done('GET', difference)).toMatchObject({ changes: [] })
})

test('M5: many are labelled or none, versions are kept, rolled back to and imported', async () => {
  const mail = await find('mail')
  const rules = await create('change-control')
  const both = { policies: [mail, rules], label: 'first', comment: 'a beginning' }
  const labelled = PoliciesLabelled.parse(await administrator.done('POST', `${BASE}/labels`, both))
  expect(labelled.policies.map(({ id }) => id).sort()).toEqual([mail, rules].sort())
  expect((await show(rules)).policy).toMatchObject({ label: 'first', comment: 'a beginning' })
  const unknown = '00000000-0000-4000-8000-000000000009'
  const one = { policies: [mail, unknown], label: 'second' }
  expect((await administrator.call('POST', `${BASE}/labels`, one)).status).toBe(404)
  expect((await show(mail)).policy.label).toBe('first')

  await order(mail, 'keep-version', { version: 1, keep: true })
  await order(mail, 'check-out')
  await order(mail, 'undo-check-out')
  expect((await order(mail, 'import-from-production')).version).toBe(2)
  expect((await order(mail, 'roll-back', { version: 1 })).version).toBe(1)
  const told = await administrator.done('GET', `${BASE}/${mail}/history?show=all`)
  const { events } = PolicyEvents.parse(told)
  expect(events.find(({ verb }) => verb === 'import-from-production')).toMatchObject({
    ...{ version: 2, source: { is: 'production', version: 1 }, isDeployed: false },
  })
  expect(events.find(({ verb }) => verb === 'roll-back')).toMatchObject({
    ...{ version: 1, isDeployed: true, isKept: true, label: 'first' },
  })
})

test('M11: where a rule asks for it nobody deploys alone, but by breaking the glass, which stays', async () => {
  const mail = await find('mail')
  const rules = await find('change-control')
  const rule = {
    ...{ kind: 'mail', target: null, approvers: 1, allowsSelfApproval: false },
    ...{ groups: [], expiresAfterHours: 24 },
  }
  const { revision } = await order(rules, 'check-out')
  const values = { ...CHANGE_CONTROL_DEFAULTS, rules: [rule] }
  await administrator.done('PUT', `${BASE}/${rules}/document`, { revision, values })
  await order(rules, 'check-in')
  await order(rules, 'deploy')

  expect((await show(mail)).approvalsNeeded).toBe(1)
  const refused = await reply(mail, 'deploy')
  expect([refused.status, refused.body]).toMatchObject([409, { code: 'policy.approval_required' }])
  const timed = await reply(mail, 'deploy', { notBefore: '2040-01-01T00:00:00Z' })
  expect(timed.body).toMatchObject({ code: 'policy.refused', issues: [{ path: 'notBefore' }] })

  const { requestId } = await order(mail, 'deploy', {
    ...{ asRequest: {}, notBefore: '2040-01-01T00:00:00Z' },
  })
  expect((await show(mail)).requestId).toBe(requestId)
  const path = `/api/v1/policy-requests/${requestId}`
  const own = await administrator.call('POST', `${path}/orders`, { verb: 'approve' })
  expect([own.status, own.body]).toMatchObject([403, { code: 'policy.own_request' }])
  const approved = await approver.done('POST', `${path}/orders`, { verb: 'approve' })
  expect(PolicyRequestView.parse(approved)).toMatchObject({
    ...{ request: { state: 'scheduled', notBefore: '2040-01-01T00:00:00.000Z' } },
    approvals: [{ by: { name: 'Ann' }, verdict: 'approve', counts: true }],
  })
  const withdrawn = await administrator.done('POST', `${path}/orders`, { verb: 'withdraw' })
  expect(PolicyRequestView.parse(withdrawn).request.state).toBe('withdrawn')
  const mine = await administrator.done('GET', '/api/v1/policy-requests?show=mine')
  expect(PolicyRequests.parse(mine)).toMatchObject({ count: 1, next: null })

  await order(mail, 'break-glass', { reason: 'the old server is gone' })
  const { production } = (await show(mail)).policy
  expect(production).toMatchObject({ version: 2, breakGlassReason: 'the old server is gone' })
})

/** By whoever may, at once and as its kind begins. */
async function create(kind: string): Promise<string> {
  const body = { kind, name: kind, template: 'empty' }
  return PolicyOrdered.parse(await administrator.done('POST', BASE, body)).id
}
