/** The documented procedure of change control, through the API, by people of the four roles. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  PolicyEvents,
  PolicyList,
  PolicyOrdered,
  PolicyView,
} from '../../src/contract/change-control.ts'
import { PolicyRequests, PolicyRequestView } from '../../src/contract/policy-requests.ts'
import { SIGN_IN_DEFAULTS, type SignInSettingsView } from '../../src/contract/sign-in-settings.ts'
import { type SignedIn, signInAdmin, signInWith } from '../support/policy-people.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const BASE = '/api/v1/policies'

let hub: TestHub
let administrator: SignedIn
let approver: SignedIn
let editor: SignedIn
let reviewer: SignedIn

beforeAll(async () => {
  hub = await startTestHub()
  administrator = await signInAdmin(hub)
  const signIn = (name: string, role: 'approver' | 'editor' | 'reviewer') =>
    signInWith(hub, administrator, { name, roles: [role] })
  ;[approver, editor, reviewer] = await Promise.all([
    signIn('Ann', 'approver'),
    signIn('Ed', 'editor'),
    signIn('Rita', 'reviewer'),
  ])
})
afterAll(() => hub.close())

async function show(who: SignedIn, id: string): Promise<PolicyView> {
  return PolicyView.parse(await who.done('GET', `${BASE}/${id}`))
}

/** By the revision of this moment. */
async function order(who: SignedIn, id: string, verb: string, more: object = {}) {
  const { revision } = await show(administrator, id)
  return who.call('POST', `${BASE}/${id}/orders`, { verb, revision, ...more })
}

async function ordered(who: SignedIn, id: string, verb: string, more: object = {}) {
  const reply = await order(who, id, verb, more)
  expect(reply.status, reply.text).toBe(200)
  return PolicyOrdered.parse(reply.body)
}

async function approve(who: SignedIn, requestId: string | null, more: object = {}) {
  const path = `/api/v1/policy-requests/${requestId}/orders`
  return who.call('POST', path, { verb: 'approve', ...more })
}

async function document(who: SignedIn, id: string, of: string) {
  return who.done<{ values: unknown; version: number }>('GET', `${BASE}/${id}/document?of=${of}`)
}

describe('the documented procedure', () => {
  const settings = {
    ...SIGN_IN_DEFAULTS,
    openid: { ...SIGN_IN_DEFAULTS.openid, name: 'Company account' },
  }
  let id: string

  test('M8: an editor asks for a policy, and an approver approves it', async () => {
    const create = { kind: 'sign-in', name: 'Sign-in', comment: 'wanted for the provider' }
    const refused = await editor.call('POST', BASE, create)
    expect([refused.status, refused.body]).toMatchObject([403, { code: 'policy.forbidden' }])
    const list = PolicyList.parse(await editor.done('GET', BASE))
    expect(list.mayCreate).toBe('by-request')

    const reply = await editor.call('POST', BASE, { ...create, asRequest: { cc: '' } })
    expect(reply.status, reply.text).toBe(201)
    const asked = PolicyOrdered.parse(reply.body)
    id = asked.id
    const pending = PolicyList.parse(await reviewer.done('GET', `${BASE}?tab=pending`))
    expect(pending.policies).toMatchObject([
      { id, state: 'pending-creation', requested: 'create', changedBy: { name: 'Ed' } },
    ])

    const open = await approver.done('GET', '/api/v1/policy-requests?show=for-me')
    expect(PolicyRequests.parse(open).requests.map((each) => each.id)).toEqual([asked.requestId])
    const own = await approve(editor, asked.requestId)
    expect([own.status, own.body]).toMatchObject([403, { code: 'policy.forbidden' }])
    const done = await approve(approver, asked.requestId, { comment: 'fine' })
    expect(PolicyRequestView.parse(done.body)).toMatchObject({
      request: { state: 'done', action: 'create' },
      verbs: [],
      cannotApprove: 'over',
    })
    expect((await show(editor, id)).policy).toMatchObject({ state: 'checked-in', version: 1 })
  })

  test('M10: checked out by one, it is theirs to edit until they check it in', async () => {
    const { revision } = await ordered(editor, id, 'check-out')
    const taken = await order(administrator, id, 'check-out')
    expect([taken.status, taken.body]).toMatchObject([409, { code: 'policy.wrong_state' }])
    const edit = { revision, values: settings }
    const foreign = await administrator.call('PUT', `${BASE}/${id}/document`, edit)
    expect([foreign.status, foreign.body]).toMatchObject([409, { code: 'policy.held_by_other' }])

    const malformed = { revision, values: { ...settings, secondFactor: 'perhaps' } }
    const refused = await editor.call('PUT', `${BASE}/${id}/document`, malformed)
    expect([refused.status, refused.body]).toMatchObject([422, { code: 'policy.refused' }])
    const edited = PolicyOrdered.parse(await editor.done('PUT', `${BASE}/${id}/document`, edit))
    const late = await editor.call('PUT', `${BASE}/${id}/document`, edit)
    expect([late.status, late.body]).toMatchObject([409, { code: 'policy.changed_meanwhile' }])
    expect(edited.revision).toBeGreaterThan(revision)

    expect((await document(editor, id, 'working')).values).toEqual(settings)
    expect((await document(editor, id, 'newest')).values).not.toEqual(settings)
    const difference = await reviewer.done<{ changes: unknown[] }>(
      'GET',
      `${BASE}/difference?from=${id}@newest&to=${id}@working`,
    )
    expect(difference.changes).toMatchObject([{ path: 'openid.name', is: 'Company account' }])
    expect(await ordered(editor, id, 'check-in', { comment: 'named' })).toMatchObject({
      version: 2,
    })
  })

  test('M11: an editor cannot deploy, asks for it, and with the approval it is in force', async () => {
    const refused = await order(editor, id, 'deploy')
    expect([refused.status, refused.body]).toMatchObject([403, { code: 'policy.forbidden' }])
    const { requestId } = await ordered(editor, id, 'deploy', {
      ...{ comment: 'please', asRequest: {} },
    })
    const view = PolicyRequestView.parse(
      await approver.done('GET', `/api/v1/policy-requests/${requestId}`),
    )
    expect(view).toMatchObject({
      ...{ request: { comment: 'please', by: { name: 'Ed' } }, issues: [], missing: 1 },
      verbs: ['approve', 'reject'],
    })
    expect(view.changes.map(({ path }) => path)).toContain('openid.name')
    expect(await inForce()).not.toBe('Company account')

    expect((await approve(approver, requestId)).status).toBe(200)
    expect(await inForce()).toBe('Company account')
    const again = await approve(administrator, requestId)
    expect([again.status, again.body]).toMatchObject([409, { code: 'policy.already_decided' }])
  })

  test('M10: history and audit log tell the same of it', async () => {
    const told = PolicyEvents.parse(await reviewer.done('GET', `${BASE}/${id}/history`))
    const verbs = told.events.map(({ verb, by }) => `${by.name}: ${verb}`).reverse()
    expect(verbs.filter((each) => each.startsWith('Ed:'))).toEqual([
      'Ed: request-create',
      'Ed: check-out',
      'Ed: edit',
      'Ed: check-in',
      'Ed: request-deploy',
    ])
    expect(told.events.some(({ version, isDeployed }) => version === 2 && isDeployed)).toBe(true)
    const { entries } = await administrator.done<{ entries: { action: string }[] }>(
      'GET',
      `/api/v1/audit?subject=${id}`,
    )
    expect(entries.map(({ action }) => action)).toEqual(
      told.events.map(({ verb }) => `policy.${verb.replaceAll('-', '_')}`),
    )
    const pages: number[] = []
    for (let before: number | null = 1_000_000; before !== null;) {
      const path = `${BASE}/${id}/history?limit=2&before=${before}`
      const page = PolicyEvents.parse(await reviewer.done('GET', path))
      pages.push(...page.events.map((each) => each.id))
      before = page.before
    }
    expect(pages).toEqual(told.events.map((each) => each.id))
  })

  async function inForce(): Promise<string> {
    const path = '/api/v1/sign-in-settings'
    return (await administrator.done<SignInSettingsView>('GET', path)).settings.openid.name
  }
})
