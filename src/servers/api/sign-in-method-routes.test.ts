import { Secret, TOTP } from 'otpauth'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { givenAccounts, PASSWORD, type TestAccounts } from '../../../test/support/account-side.ts'
import { startApi, type TestApi } from '../../../test/support/api-listener.ts'
import { Authenticator } from '../../../test/support/authenticator.ts'
import { openTestProvider, type TestProvider } from '../../../test/support/openid-provider.ts'
import type { FoundSession } from '../../accounts/sessions/session.ts'
import { Factors } from '../../accounts/factors/factors.ts'
import { NeededFactor } from '../../accounts/factors/needed-factor.ts'
import { buildSignInMethods } from '../../accounts/sign-in-methods.ts'
import { silentLog } from '../../base/log.ts'
import { generateSealingKey } from '../../base/seal.ts'
import { SIGN_IN_DEFAULTS } from '../../contract/sign-in-settings.ts'
import { Policies } from '../../policies/policies.ts'
import { secondFactorRule, signInSettings } from '../../policies/sign-in-policy.ts'
import { callerOfSession } from './account-api.ts'

const ORIGIN = 'http://localhost:8080'

let hub: TestAccounts
let api: TestApi
let policies: Policies
let provider: TestProvider | undefined
let anna: string

beforeEach(async () => {
  hub = await givenAccounts()
  // The provider's tokens are of the real present.
  hub.now = new Date()
  anna = await hub.give('anna@example.org', ['administrator'])
  const clock = { now: () => hub.now }
  const { db, audit, accounts, lockOut, signIn } = hub
  const parts = { db, audit, clock, log: silentLog, site: { origin: ORIGIN } }
  const master = generateSealingKey()
  policies = new Policies({ ...parts, key: master })
  const factors = new Factors({
    ...{ ...parts, master },
    siteName: () => Promise.resolve('Example'),
    tellOwner: () => Promise.resolve(),
  })
  const signInMethods = buildSignInMethods({
    ...{ ...parts, master, accounts, factors, lockOut, signIn },
    enqueue: () => Promise.resolve(),
    settings: () => signInSettings(policies),
  })
  const needed = new NeededFactor({ factors, needs: () => secondFactorRule(policies) })
  const mustEnrol = (found: FoundSession) => needed.isMissing(found)
  api = await startApi(
    {
      policies,
      signInMethods,
      accounts: {
        ...hub,
        secondFactors: factors,
        mustEnrol,
        organizationName: () => Promise.resolve('Example'),
        isSetupLinkValid: () => Promise.resolve(false),
        notices: () => Promise.resolve([]),
        signInMethods: () => Promise.resolve({ password: true, passkey: true }),
      },
      sessions: {
        async find(token) {
          const found = await hub.sessions.find(token)
          return found && callerOfSession(found, { mustEnrol: await mustEnrol(found) })
        },
      },
    },
    { publicUrl: ORIGIN },
  )
})

afterEach(async () => {
  await api.server.close()
  await provider?.[Symbol.asyncDispose]()
  provider = undefined
  await hub.database.close()
})

/** A browser: keeps its cookies, and sends the token against foreign pages. */
function openBrowser() {
  const cookies = new Map<string, string>()
  let csrfToken = ''
  return {
    cookies,
    async call(method: string, path: string, body?: unknown) {
      const response = await fetch(`${api.url}/api/v1${path}`, {
        method,
        redirect: 'manual',
        headers: {
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          'x-csrf-token': csrfToken,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      for (const each of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
        if (value === '') cookies.delete(name)
        else cookies.set(name, value)
      }
      const text = await response.text()
      const json = (text === '' ? {} : JSON.parse(text)) as Record<string, never>
      if (typeof json.csrfToken === 'string') csrfToken = json.csrfToken
      return { status: response.status, json, location: response.headers.get('location') }
    },
  }
}

type Browser = ReturnType<typeof openBrowser>

const withPassword = (browser: Browser) =>
  browser.call('POST', '/session', { address: 'anna@example.org', password: PASSWORD })

async function signedIn() {
  const browser = openBrowser()
  expect((await withPassword(browser)).json).toMatchObject({ state: 'signed-in' })
  return browser
}

const METHODS = '/profile/sign-in-methods'
const notRecent = { status: 403, json: { code: 'session.not_recent' } }

async function enrolTotp(browser: Browser) {
  const { status, json } = await browser.call('POST', `${METHODS}/totp`)
  expect(status).toBe(201)
  const application = new TOTP({ secret: Secret.fromBase32(json.secret as unknown as string) })
  const code = () => application.generate({ timestamp: hub.now.getTime() })
  const confirmed = await browser.call('POST', `${METHODS}/totp/confirm`, { code: code() })
  expect(confirmed.status).toBe(200)
  hub.factors.set(anna, ['totp', 'recovery-code'])
  return { code, recoveryCodes: confirmed.json.recoveryCodes as unknown as string[] }
}

test('M1: a one-time code completes the sign-in, a recovery code does when the telephone is lost', async () => {
  const { code, recoveryCodes } = await enrolTotp(await signedIn())
  expect(recoveryCodes).toHaveLength(10)
  hub.pass({ minutes: 1 })
  const browser = openBrowser()
  expect((await withPassword(browser)).json).toMatchObject({
    state: 'needs-second-factor',
    secondFactors: ['totp', 'recovery-code'],
  })
  expect(await browser.call('GET', METHODS)).toMatchObject({ status: 401 })
  expect(await browser.call('POST', '/session/totp', { code: '000000' })).toMatchObject({
    status: 403,
    json: { code: 'second_factor.wrong' },
  })
  expect(await browser.call('POST', '/session/totp', { code: code() })).toMatchObject({
    status: 200,
    json: { state: 'signed-in' },
  })
  const another = openBrowser()
  await withPassword(another)
  const done = await another.call('POST', '/session/recovery-code', { code: recoveryCodes[0] })
  expect(done.json).toMatchObject({ state: 'signed-in' })
  expect((await another.call('GET', METHODS)).json).toMatchObject({
    hasPassword: true,
    totp: { lastUsedAt: hub.now.toISOString() },
    recoveryCodes: { left: 9, made: 10 },
    passkeys: [],
  })
})

test('M1: a passkey signs in without address and password', async () => {
  const browser = await signedIn()
  const authenticator = new Authenticator({ origin: ORIGIN })
  const options = await browser.call('POST', `${METHODS}/passkeys/options`)
  const created = authenticator.create(options.json as never)
  const added = await browser.call('POST', `${METHODS}/passkeys`, { name: 'Key', created })
  expect(added).toMatchObject({ status: 201, json: { passkey: { name: 'Key' } } })
  const other = openBrowser()
  const asked = await other.call('POST', '/session/passkey-options')
  const assertion = authenticator.sign(asked.json as never)
  expect(await other.call('POST', '/session/passkey', assertion)).toMatchObject({
    status: 200,
    json: { state: 'signed-in', account: { id: anna } },
  })
  const { id } = added.json.passkey as unknown as { id: string }
  const renamed = await other.call('PATCH', `${METHODS}/passkeys/${id}`, { name: 'Desk' })
  expect(renamed.json).toMatchObject({ name: 'Desk' })
  expect(await other.call('DELETE', `${METHODS}/passkeys/${id}`)).toMatchObject({ status: 204 })
})

test('M1: a provider signs in who has an account, and its settings are kept without telling the secret', async () => {
  provider = await openTestProvider({ redirectUri: `${ORIGIN}/api/v1/session/openid/callback` })
  provider.people.set('ben', { email: 'ben@example.org', email_verified: true })
  provider.subject = 'ben'
  const ben = await hub.give('ben@example.org')
  const browser = openBrowser()
  expect(await browser.call('GET', '/session/openid')).toMatchObject({
    status: 303,
    location: '/sign-in?error=openid.off',
  })
  const administrator = await signedIn()
  const { issuer, clientId, clientSecret } = provider
  const openid = { ...SIGN_IN_DEFAULTS.openid, enabled: true, name: 'Example', issuer, clientId }
  const settings = { ...SIGN_IN_DEFAULTS, openid }
  const change = { basedOn: 0, settings, clientSecret }
  expect(await administrator.call('PUT', '/sign-in-settings', change)).toMatchObject({
    status: 200,
    json: { version: 1 },
  })
  const shown = await administrator.call('GET', '/sign-in-settings')
  expect(shown.json).toMatchObject({ version: 1, clientSecretSet: true, settings })
  expect(JSON.stringify(shown.json)).not.toContain(clientSecret)
  const half = { basedOn: 1, settings: { ...settings, openid: { ...openid, clientId: '' } } }
  expect(await administrator.call('PUT', '/sign-in-settings', half)).toMatchObject({
    json: { code: 'policy.refused', issues: [{ path: 'openid.clientId' }] },
  })
  const off = { basedOn: 1, settings: { ...settings, openid: { ...openid, enabled: false } } }
  expect((await administrator.call('PUT', '/sign-in-settings', off)).json).toMatchObject({
    version: 2,
  })
  const back = { to: 1, basedOn: 2 }
  expect(await administrator.call('POST', '/sign-in-settings/roll-back', back)).toMatchObject({
    status: 200,
    json: { version: 3 },
  })
  const there = await browser.call('GET', '/session/openid')
  const search = await provider.visit(there.location ?? '')
  const stranger = await openBrowser().call('GET', `/session/openid/callback${search}`)
  expect(stranger.location).toBe('/sign-in?error=openid.expired')
  const home = await browser.call('GET', `/session/openid/callback${search}`)
  expect(home).toMatchObject({ status: 303, location: '/' })
  expect([...browser.cookies.keys()]).toEqual(['sealpost'])
  expect((await browser.call('GET', '/session')).json).toMatchObject({
    state: 'signed-in',
    account: { id: ben },
  })
})

test('what one signs in with is changed only by who signed in a moment ago', async () => {
  const browser = await signedIn()
  hub.pass({ minutes: 11 })
  for (const [method, path, body] of [
    ['POST', '/totp', undefined],
    ['POST', '/totp/confirm', { code: '000000' }],
    ['DELETE', '/totp', undefined],
    ['POST', '/passkeys/options', undefined],
    ['POST', '/recovery-codes', undefined],
  ] as const) {
    expect(await browser.call(method, METHODS + path, body)).toMatchObject(notRecent)
  }
})

test('by whom people are let in is changed only by who signed in a moment ago', async () => {
  const browser = await signedIn()
  hub.pass({ minutes: 11 })
  const change = { basedOn: 0, settings: SIGN_IN_DEFAULTS }
  expect(await browser.call('PUT', '/sign-in-settings', change)).toMatchObject(notRecent)
  const back = { to: 0, basedOn: 0 }
  const path = '/sign-in-settings/roll-back'
  expect(await browser.call('POST', path, back)).toMatchObject(notRecent)
})

const ruled = async (secondFactor: 'off' | 'administrators' | 'everyone') => {
  const settings = { ...SIGN_IN_DEFAULTS, secondFactor }
  const administrator = openBrowser()
  await withPassword(administrator)
  const { version } = (await administrator.call('GET', '/sign-in-settings')).json
  const change = { basedOn: version, settings }
  expect((await administrator.call('PUT', '/sign-in-settings', change)).status).toBe(200)
  return administrator
}

test('M1: who needs a second factor and has none can do nothing before one is enrolled', async () => {
  const open = await ruled('administrators')
  const required = { status: 403, json: { code: 'second_factor.required' } }
  expect(await open.call('GET', '/profile')).toMatchObject(required)
  const browser = openBrowser()
  expect((await withPassword(browser)).json).toMatchObject({
    ...{ state: 'needs-enrolment', signedIn: true, account: { id: anna } },
    permissions: [],
  })
  for (const [method, path, body] of [
    ['GET', '/people', undefined],
    ['POST', '/profile/tokens', { name: 'x', scopes: ['self'], validityDays: 1 }],
    ['PUT', '/profile/password', { currentPassword: PASSWORD, newPassword: 'four green frogs' }],
    ['PUT', '/sign-in-settings', { basedOn: 1, settings: SIGN_IN_DEFAULTS }],
  ] as const) {
    expect(await browser.call(method, path, body)).toMatchObject(required)
  }
  await enrolTotp(browser)
  expect((await browser.call('GET', '/profile')).status).toBe(200)
  expect((await browser.call('GET', '/session')).json).toMatchObject({ state: 'signed-in' })
  // Nobody gave a second factor there, whoever it is.
  expect((await open.call('GET', '/profile')).status).toBe(401)
  expect((await open.call('GET', '/session')).json).toMatchObject({ signedIn: false })
  expect((await browser.call('DELETE', `${METHODS}/totp`)).status).toBe(204)
  expect(await browser.call('GET', '/profile')).toMatchObject(required)
  expect((await browser.call('DELETE', '/session')).status).toBe(204)
})

test('the rule for administrators leaves others alone, and the one for everyone does not', async () => {
  await hub.give('ben@example.org')
  const ben = openBrowser()
  const signIn = { address: 'ben@example.org', password: PASSWORD }
  const administrator = await ruled('administrators')
  expect((await ben.call('POST', '/session', signIn)).json).toMatchObject({ state: 'signed-in' })
  await enrolTotp(administrator)
  const settings = { ...SIGN_IN_DEFAULTS, secondFactor: 'everyone' }
  await administrator.call('PUT', '/sign-in-settings', { basedOn: 1, settings })
  expect((await ben.call('GET', '/session')).json).toMatchObject({ state: 'needs-enrolment' })
  expect((await administrator.call('GET', '/session')).json).toMatchObject({ state: 'signed-in' })
})

test('settings are not saved by who does not say whether a second factor is needed', async () => {
  const { openid } = SIGN_IN_DEFAULTS
  const browser = await signedIn()
  const change = { basedOn: 0, settings: { openid } }
  expect((await browser.call('PUT', '/sign-in-settings', change)).status).toBe(400)
})
