/** Change control through the API, where secrets and open browsers are concerned. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { PolicyList, PolicyOrdered, PolicyView } from '../../src/contract/change-control.ts'
import { SIGN_IN_DEFAULTS } from '../../src/contract/sign-in-settings.ts'
import { MailTestView } from '../../src/contract/mail-tests.ts'
import { type SignedIn, signInAdmin, signInWith } from '../support/policy-people.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const BASE = '/api/v1/policies'
const PASSWORD = 'relay-password-4711'

let hub: TestHub
let administrator: SignedIn
let approver: SignedIn
let editor: SignedIn
/** The e-mail configuration, whose server asks for a password. */
let id: string
let aheadMs = 0

beforeAll(async () => {
  hub = await startTestHub({ clock: { now: () => new Date(Date.now() + aheadMs) } })
  administrator = await signInAdmin(hub)
  ;[approver, editor] = await Promise.all([
    signInWith(hub, administrator, { name: 'Ann', roles: ['approver'] }),
    signInWith(hub, administrator, { name: 'Ed', roles: ['editor'] }),
  ])
  const list = PolicyList.parse(await editor.done('GET', `${BASE}?kind=mail`))
  id = list.policies[0]?.id ?? ''
  const { revision } = await order(editor, 'check-out')
  const values = { ...(await workingValues()), authentication: true, userName: 'hub' }
  const edit = { revision, values, secrets: { password: { set: PASSWORD } } }
  await editor.done('PUT', `${BASE}/${id}/document`, edit)
  await order(editor, 'check-in')
})
afterAll(() => hub.close())

async function workingValues(): Promise<Record<string, unknown>> {
  const path = `${BASE}/${id}/document?of=working`
  return (await editor.done<{ values: Record<string, unknown> }>('GET', path)).values
}

async function order(who: SignedIn, verb: string, more: object = {}): Promise<PolicyOrdered> {
  const { revision } = PolicyView.parse(await who.done('GET', `${BASE}/${id}`))
  const body = { verb, revision, ...more }
  return PolicyOrdered.parse(await who.done('POST', `${BASE}/${id}/orders`, body))
}

/** What somebody is told whose password was given too long ago. */
const NOT_RECENT = [403, { code: 'session.not_recent' }]

async function answerOf(who: SignedIn, method: string, path: string, body?: object) {
  const { status, body: answer } = await who.call(method, path, body)
  return [status, answer]
}

test('M10: a secret of a working copy is told to nobody, only that it is set', async () => {
  const reply = await editor.call('GET', `${BASE}/${id}/document`)
  expect(reply.text).not.toContain(PASSWORD)
  expect(reply.body).toMatchObject({ secrets: { password: { set: true, by: { name: 'Ed' } } } })
})

test('M11: who proposed servers cannot have them tested with the secrets; who approves can', async () => {
  const { requestId } = await order(editor, 'deploy', { asRequest: {} })
  const path = `/api/v1/policy-requests/${requestId}/test`
  const none = await answerOf(approver, 'GET', path)
  expect(none).toMatchObject([404, { code: 'mail_test.not_found' }])
  const refused = await answerOf(editor, 'POST', path)
  expect(refused).toMatchObject([403, { code: 'policy.forbidden' }])
  expect((await approver.call('POST', path)).status).toBe(202)
  const outcome = async () => MailTestView.parse(await approver.done('GET', path)).outcome
  // The mail server of the test takes no passwords.
  await expect.poll(outcome, { timeout: 60_000 }).toMatchObject({ is: 'failed' })
  const shown = await editor.call('GET', path)
  expect([shown.status, shown.text.includes(PASSWORD)]).toEqual([200, false])
  const request = `/api/v1/policy-requests/${requestId}`
  await approver.done('POST', `${request}/orders`, { verb: 'reject' })
})

test('M9: an open browser moves no secret, deploys no way to sign in and gives no rights away', async () => {
  const created = await administrator.done<{ id: string }>('POST', BASE, {
    ...{ kind: 'sign-in', name: 'Sign-in', template: 'empty' },
  })
  const signIn = PolicyView.parse(await administrator.done('GET', `${BASE}/${created.id}`))
  const deploy = { verb: 'deploy', revision: signIn.revision }
  const { revision } = await order(editor, 'check-out')
  const values = await workingValues()
  const moved = {
    revision,
    values: { ...values, host: 'mail.elsewhere.example', encryption: 'starttls-required' },
  }
  const delegate = {
    principal: { is: 'role', role: 'editor' },
    ...{ permission: 'deploy-policy', effect: 'allow' },
  }

  aheadMs = 11 * 60_000
  const forbidden = [
    [editor, 'PUT', `${BASE}/${id}/document`, moved],
    [administrator, 'POST', `${BASE}/${created.id}/orders`, deploy],
    [administrator, 'POST', `${BASE}/${id}/access`, delegate],
    [
      ...([administrator, 'POST', `${BASE}/${created.id}/orders`] as const),
      { ...deploy, verb: 'break-glass', reason: 'because' },
    ],
  ] as const
  for (const [who, method, path, body] of forbidden) {
    expect(await answerOf(who, method, path, body)).toMatchObject(NOT_RECENT)
  }
  // Nothing that is kept goes elsewhere.
  const replaced = { ...moved, secrets: { password: { set: 'another password' } } }
  const replacing = await editor.call('PUT', `${BASE}/${id}/document`, replaced)
  expect(replacing.status, replacing.text).toBe(200)

  administrator = await signInAdmin(hub)
  const done = await administrator.call('POST', `${BASE}/${created.id}/orders`, deploy)
  expect(done.status, done.text).toBe(200)
  const settings = await administrator.done('GET', '/api/v1/sign-in-settings')
  expect(settings).toMatchObject({ version: 1, settings: SIGN_IN_DEFAULTS })
})
