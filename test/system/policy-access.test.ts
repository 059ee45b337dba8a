/** Who may do what with a policy, through the API, with accounts of every role. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PolicyList, PolicyView } from '../../src/contract/change-control.ts'
import { PolicyAccess } from '../../src/contract/policy-access.ts'
import type { PolicyPermission, PolicyVerb } from '../../src/contract/policy-lifecycle.ts'
import { ROLE_DEFAULTS } from '../../src/policies/access/permissions.ts'
import { MACHINE } from '../../src/policies/lifecycle/machine.ts'
import { type SignedIn, signInAdmin, signInWith } from '../support/policy-people.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const BASE = '/api/v1/policies'
const NO_ID = '00000000-0000-4000-8000-000000000009'
const ROLES = ['administrator', 'approver', 'editor', 'reviewer', 'auditor'] as const

let hub: TestHub
let people: Record<(typeof ROLES)[number], SignedIn>
/** The e-mail configuration. */
let id: string

beforeAll(async () => {
  hub = await startTestHub()
  const administrator = await signInAdmin(hub)
  const signIn = (name: string, role: (typeof ROLES)[number]) =>
    signInWith(hub, administrator, { name, roles: [role] })
  const [approver, editor, reviewer, auditor] = await Promise.all([
    signIn('Ann', 'approver'),
    signIn('Ed', 'editor'),
    signIn('Rita', 'reviewer'),
    signIn('Otto', 'auditor'),
  ])
  people = { administrator, approver, editor, reviewer, auditor }
  const list = PolicyList.parse(await administrator.done('GET', `${BASE}?kind=mail`))
  id = list.policies[0]?.id ?? ''
})
afterAll(() => hub.close())

/** Every order, by the verb of the table that it is. */
const ORDERS: Readonly<Partial<Record<PolicyVerb, object>>> = {
  control: { verb: 'control' },
  'check-out': { verb: 'check-out' },
  'take-over': { verb: 'take-over' },
  'check-in': { verb: 'check-in' },
  'undo-check-out': { verb: 'undo-check-out' },
  label: { verb: 'label', label: 'x' },
  'keep-version': { verb: 'keep-version', version: 1, keep: true },
  rename: { verb: 'rename', name: 'x' },
  deploy: { verb: 'deploy' },
  'roll-back': { verb: 'roll-back', version: 1 },
  'break-glass': { verb: 'break-glass', reason: 'x' },
  'import-from-production': { verb: 'import-from-production' },
  'save-as-template': { verb: 'save-as-template', name: 'x' },
  'set-default-template': { verb: 'set-default-template', isDefault: true },
  delete: { verb: 'delete', from: 'archive' },
  restore: { verb: 'restore' },
  destroy: { verb: 'destroy' },
  'request-control': { verb: 'control', asRequest: {} },
  'request-deploy': { verb: 'deploy', asRequest: {} },
  'request-delete': { verb: 'delete', from: 'archive', asRequest: {} },
  'request-restore': { verb: 'restore', asRequest: {} },
}

/** As table A4 gives them before anybody changed it. */
function may(role: (typeof ROLES)[number], verb: PolicyVerb): boolean {
  const held: readonly PolicyPermission[] = ROLE_DEFAULTS[role]
  const has = (each: PolicyPermission) => held.includes('full-control') || held.includes(each)
  const { all, oneOf } = MACHINE[verb].needs
  return all.every(has) && (oneOf?.some(has) ?? true)
}

describe('M9: each role is allowed what the table says, and refused the rest by name', () => {
  const cells = Object.entries(ORDERS).flatMap(([verb, body]) =>
    ROLES.map((role) => [verb as PolicyVerb, role, body] as const),
  )
  // With a revision of long ago: whoever may is told that it changed, and nothing happens.
  test.for(cells)('%s: %s', async ([verb, role, body]) => {
    const order = { revision: 1_000_000, ...body }
    const { status, body: answer } = await people[role].call('POST', `${BASE}/${id}/orders`, order)
    const { code } = answer as { code: string }
    if (role === 'auditor') expect([status, code]).toEqual([403, 'api.forbidden'])
    else if (may(role, verb)) expect([status, code]).toEqual([409, 'policy.changed_meanwhile'])
    else expect([status, code]).toEqual([403, 'policy.forbidden'])
  })
})

test('M9: a policy offers to each what they may do with it in its state', async () => {
  const verbs = async (role: (typeof ROLES)[number]) =>
    PolicyView.parse(await people[role].done('GET', `${BASE}/${id}`)).verbs
  expect(await verbs('reviewer')).toEqual(['read'])
  expect(await verbs('auditor')).toEqual(['read'])
  expect(await verbs('editor')).toEqual(
    expect.arrayContaining(['check-out', 'request-deploy', 'request-delete', 'label']),
  )
  expect(await verbs('editor')).not.toContain('deploy')
  expect(await verbs('approver')).toEqual(expect.arrayContaining(['deploy', 'delete']))
  expect(await verbs('approver')).not.toContain('check-out')
})

test('M9: only who may delegate changes an access list, and it holds at once', async () => {
  const line = { principal: { is: 'account', id: people.reviewer.id } }
  const allow = { ...line, permission: 'edit-settings', effect: 'allow' }
  for (const role of ['approver', 'editor', 'reviewer'] as const) {
    for (const path of [`${BASE}/${id}/access`, `${BASE}/access`]) {
      const refused = await people[role].call('POST', path, allow)
      expect([refused.status, refused.body]).toMatchObject([403, { code: 'policy.forbidden' }])
    }
  }
  const { administrator, reviewer } = people
  await administrator.done('POST', `${BASE}/${id}/access`, allow)
  const shown = PolicyView.parse(await reviewer.done('GET', `${BASE}/${id}`))
  expect(shown.verbs).toContain('check-out')
  const access = PolicyAccess.parse(await reviewer.done('GET', `${BASE}/${id}/access`))
  expect(access.mayDelegate).toBe(false)
  expect(access.lines.filter(({ isInherited }) => !isInherited)).toEqual([
    {
      principal: { is: 'account', id: reviewer.id, name: 'Rita' },
      ...{ permission: 'edit-settings', effect: 'allow', isInherited: false },
    },
  ])
  await administrator.done('POST', `${BASE}/${id}/access`, { ...allow, effect: null })
  const after = PolicyView.parse(await reviewer.done('GET', `${BASE}/${id}`))
  expect(after.verbs).not.toContain('check-out')
})

test('M9: nobody can take full control away from everybody', async () => {
  const deny = {
    principal: { is: 'role', role: 'administrator' },
    ...{ permission: 'full-control', effect: 'deny' },
  }
  const refused = await people.administrator.call('POST', `${BASE}/${id}/access`, deny)
  expect([refused.status, refused.body]).toMatchObject([409, { code: 'policy.access_last' }])
})

test('M9: a policy that somebody may not list is not there for them, nor its requests', async () => {
  const { administrator, approver, editor } = people
  const { revision } = PolicyView.parse(await editor.done('GET', `${BASE}/${id}`))
  const { requestId } = await editor.done<{ requestId: string }>('POST', `${BASE}/${id}/orders`, {
    ...{ verb: 'deploy', revision, asRequest: {} },
  })
  await administrator.done('POST', `${BASE}/${id}/access`, {
    principal: { is: 'role', role: 'approver' },
    ...{ permission: 'list-contents', effect: 'deny' },
  })

  const asOf = (of: string): [string, string, object?][] => [
    ['GET', `${BASE}/${of}`],
    ['GET', `${BASE}/${of}/document`],
    ['PUT', `${BASE}/${of}/document`, { revision: 1, values: {} }],
    ['POST', `${BASE}/${of}/orders`, { verb: 'deploy', revision: 1 }],
    ['POST', `${BASE}/${of}/orders`, { verb: 'deploy', revision: 1, asRequest: {} }],
    ['POST', `${BASE}/labels`, { policies: [of], label: 'x' }],
    ['GET', `${BASE}/${of}/history`],
    ['GET', `${BASE}/${of}/access`],
    ['GET', `${BASE}/difference?from=${of}@1&to=${of}@newest`],
    [
      ...(['POST', `${BASE}/${of}/access`] as const),
      {
        principal: { is: 'role', role: 'editor' },
        ...{ permission: 'edit-settings', effect: 'deny' },
      },
    ],
  ]
  for (const of of [id, NO_ID, 'x'.repeat(36)]) {
    for (const [method, path, body] of asOf(of).filter(
      ([, path]) => of !== 'x'.repeat(36) || path.includes(`/${of}`),
    )) {
      const { status, body: answer } = await approver.call(method, path, body)
      expect([method, path, status, answer]).toMatchObject([
        ...[method, path, 404],
        { code: 'policy.not_found' },
      ])
    }
  }
  for (const of of [requestId, NO_ID, 'x']) {
    const path = `/api/v1/policy-requests/${of}`
    for (const [method, at, body] of [
      ['GET', path],
      ['POST', `${path}/orders`, { verb: 'approve' }],
      ['POST', `${path}/orders`, { verb: 'reject' }],
      ['POST', `${path}/orders`, { verb: 'withdraw' }],
      ['GET', `${path}/test`],
      ['POST', `${path}/test`],
    ] as const) {
      const { status, body: answer } = await approver.call(method, at, body)
      const gone = { code: 'policy.request_not_found' }
      expect([at, status, answer]).toMatchObject([at, 404, gone])
    }
  }
  const list = PolicyList.parse(await approver.done('GET', `${BASE}?tab=pending`))
  expect([list.policies, list.tabs.pending]).toEqual([[], 0])
  const { requests } = await approver.done<{ requests: unknown[] }>(
    'GET',
    '/api/v1/policy-requests',
  )
  expect(requests).toEqual([])
  const all = await editor.done<{ requests: unknown[] }>('GET', '/api/v1/policy-requests')
  expect(all.requests).toHaveLength(1)
})
