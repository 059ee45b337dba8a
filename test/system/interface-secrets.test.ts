/** The whole interface is used, with secrets that are known here, and then they are searched for. */

import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { expect, onTestFinished, test } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { NEW_MAIL_CONFIGURATION } from '../../src/contract/new-mail-configuration.ts'
import { SIGN_IN_DEFAULTS } from '../../src/contract/sign-in-settings.ts'
import { openHubDatabase } from '../../src/db/hub-database.ts'
import { ROUTES } from '../../src/servers/api/routes.ts'
import { type ApiReply, type ApiSession, signInByApi } from '../support/api-session.ts'
import { openLogRecorder } from '../support/log-recorder.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'
import { makeTlsIdentity } from '../support/tls-identity.ts'

const ADMIN = { address: 'admin@example.org', password: 'correct horse battery' }
const IVY = 'ivy@example.org'

/** What may be known to nobody else, by what it is. */
const secrets = new Map<string, string>()
const secret = (name: string, value: string): string => {
  expect(value.length, name).toBeGreaterThan(5)
  secrets.set(name, value)
  return value
}

test('promise 10: no secret is in any response, log, audit entry or column after using the whole interface', async () => {
  const recorder = openLogRecorder()
  const tls = makeTlsIdentity()
  const smtpPassword = secret('SMTP password', 'relay-password-4711')
  const hub = await startTestHub({
    log: recorder.log,
    sink: { tls, users: { hub: smtpPassword } },
  })
  onTestFinished(() => hub.close())
  const heard: string[] = []
  const hear = (reply: ApiReply) => {
    heard.push(reply.text)
    return reply
  }

  secret('password of the administrator', ADMIN.password)
  secret('secret of a program', hub.login.secret)
  const admin = await signIn(hub, ADMIN)
  const call = async (session: ApiSession, method: string, path: string, body?: unknown) => {
    const reply = hear(await session.call(method, path, body))
    expect(reply.status, `${method} ${path}: ${reply.text}`).toBeLessThan(400)
    return reply.body as Record<string, unknown>
  }

  // How mail is sent.
  const client = makeTlsIdentity()
  secret('private key of a client certificate', bodyOf(client.keyPem))
  const { version } = await call(admin, 'GET', '/api/v1/mail-configuration')
  const { testId } = await call(admin, 'PUT', '/api/v1/mail-configuration', {
    basedOn: version,
    values: {
      ...NEW_MAIL_CONFIGURATION.smtp,
      host: '127.0.0.1',
      port: hub.sink.port,
      userName: 'hub',
      senderAddress: 'noreply@example.org',
      caPem: tls.rootPem,
      clientCertificatePem: client.certificatePem,
    },
    secrets: { password: { set: smtpPassword }, clientKey: { set: client.keyPem } },
  })
  await overTest(admin, String(testId), 'accepted')
  const { id: microsoftTest } = await call(admin, 'POST', '/api/v1/mail-tests', {
    basedOn: Number(version) + 1,
    values: {
      ...NEW_MAIL_CONFIGURATION.microsoft,
      senderAddress: 'noreply@example.org',
      applicationId: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
      directoryId: '11111111-2222-4333-8444-555555555555',
      authority: 'http://127.0.0.1:9',
      graph: 'http://127.0.0.1:9',
    },
    secrets: {
      clientSecret: { set: secret('client secret at Microsoft', 'q8Q~microsoft.secret') },
    },
  })
  await overTest(admin, String(microsoftTest), 'failed')
  await call(admin, 'PUT', '/api/v1/sign-in-settings', {
    basedOn: 0,
    settings: {
      ...SIGN_IN_DEFAULTS,
      openid: {
        ...SIGN_IN_DEFAULTS.openid,
        enabled: true,
        name: 'Provider',
        issuer: 'http://127.0.0.1:9',
        clientId: 'sealpost',
      },
    },
    clientSecret: secret('client secret at the provider', 'openid-client-secret-99'),
  })

  // A person, from the invitation to a password reset.
  const { id: ivyId } = await call(admin, 'POST', '/api/v1/people', {
    address: IVY,
    name: 'Ivy',
    invite: { roles: ['auditor'] },
  })
  const invitation = secret('token of an invitation', await linkTo(hub, '/invitation#'))
  const ivyPassword = secret('password of Ivy', 'umbrella under a green hat')
  await call(admin, 'POST', '/api/v1/invitations/check', { token: invitation })
  await call(admin, 'POST', '/api/v1/invitations/accept', {
    token: invitation,
    name: 'Ivy',
    language: 'en',
    password: ivyPassword,
  })
  const wrong = secret('wrong password', 'what she thought it was')
  const refused = { address: IVY, password: wrong }
  expect(hear(await admin.call('POST', '/api/v1/session', refused)).status).toBeGreaterThan(400)
  const ivy = await signIn(hub, { address: IVY, password: ivyPassword })

  // Shown once, so these answers are not searched.
  const totp = await ivy.done<{ secret: string }>('POST', '/api/v1/profile/sign-in-methods/totp')
  secret('TOTP secret', totp.secret)
  const code = new TOTP({ secret: Secret.fromBase32(totp.secret) }).generate()
  const { recoveryCodes } = await ivy.done<{ recoveryCodes: string[] }>(
    'POST',
    '/api/v1/profile/sign-in-methods/totp/confirm',
    { code },
  )
  for (const [at, each] of recoveryCodes.entries()) secret(`recovery code ${at + 1}`, each)
  const ivyAgain = await signIn(hub, { address: IVY, password: ivyPassword })
  await call(ivyAgain, 'POST', '/api/v1/session/recovery-code', { code: recoveryCodes[0] })
  const made = await admin.done<{ token: string }>('POST', '/api/v1/profile/tokens', {
    name: 'monitoring',
    scopes: ['people.read', 'messages.read'],
    validityDays: 1,
  })
  secret('API token', made.token.split('.')[1] ?? '')
  const byToken = await fetch(`${hub.web}/api/v1/people`, {
    headers: { authorization: `Bearer ${made.token}` },
  })
  expect(byToken.status).toBe(200)
  heard.push(await byToken.text())

  await call(admin, 'POST', '/api/v1/password-resets', { address: IVY })
  const reset = secret('token of a password reset', await linkTo(hub, '/password-reset#'))
  await call(admin, 'POST', '/api/v1/password-resets/check', { token: reset })
  const password = secret('new password of Ivy', 'a hat that is no umbrella')
  await call(admin, 'POST', '/api/v1/password-resets/complete', { token: reset, password })

  // Mail of a program; then everything that can be read.
  const sent = await fetch(`${hub.web}/api/v1/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${hub.login.user}.${hub.login.secret}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ from: 'ada@example.org', to: ['ben@partner.example'], text: 'Hello' }),
  })
  const { id: messageId } = (await sent.json()) as { id: string }

  // A working copy with a secret of its own, and a request to deploy it.
  const { policies } = await call(admin, 'GET', '/api/v1/policies?kind=mail')
  const [{ id: policyId }] = policies as [{ id: string }]
  const order = async (verb: string, more: object = {}) => {
    const { revision } = await call(admin, 'GET', `/api/v1/policies/${policyId}`)
    const asked = { verb, revision, ...more }
    return call(admin, 'POST', `/api/v1/policies/${policyId}/orders`, asked)
  }
  const { revision } = await order('check-out')
  const { values } = await call(admin, 'GET', `/api/v1/policies/${policyId}/document?of=working`)
  const proposed = secret('SMTP password in a working copy', 'relay-password-to-be')
  await call(admin, 'PUT', `/api/v1/policies/${policyId}/document`, {
    ...{ revision, values, secrets: { password: { set: proposed } } },
  })
  heard.push((await admin.call('GET', `/api/v1/policies/${policyId}/document?of=working`)).text)
  await order('check-in')
  const { requestId } = await order('deploy', { asRequest: {} })
  await call(admin, 'POST', `/api/v1/policy-requests/${String(requestId)}/test`)

  const things: Readonly<Record<string, string>> = {
    policies: policyId,
    'policy-requests': String(requestId),
    messages: messageId,
    'mail-tests': String(testId),
    people: String(ivyId),
    notifications: 'password-reset',
    versions: '1',
  }
  const queries: Readonly<Record<string, string>> = {
    '/api/v1/policies/difference': `?from=${policyId}@1&to=${policyId}@newest`,
  }
  for (const path of readable()) {
    const query = queries[path] ?? (path.endsWith('/difference') ? '?from=1&to=1' : '')
    const address = path.replaceAll(
      /([\w-]+)\/:\w+/g,
      (_, of: string) => `${of}/${things[of] ?? ''}`,
    )
    const reply = hear(await admin.call('GET', `${address}${query}`))
    expect(reply.status, `${address}: ${reply.text}`).toBeLessThan(400)
  }

  const places = {
    responses: heard.join('\n'),
    log: recorder.text(),
    audit: (await admin.call('GET', '/api/v1/audit?limit=200')).text,
    database: await dumpOf(hub),
  }
  expect(places.log).toContain('message.accepted')
  expect(places.audit).toContain('policy.save')
  expect(places.database).toContain('noreply@example.org')
  expect(secrets.size).toBeGreaterThan(20)
  const found = [...secrets].flatMap(([name, value]) =>
    Object.entries(places).flatMap(([place, text]) =>
      Object.entries(formsOf(value)).flatMap(([form, written]) =>
        text.includes(written) ? [`${name} is in the ${place} (${form})`] : [],
      ),
    ),
  )
  expect(found).toEqual([])
})

async function signIn(
  hub: TestHub,
  who: { address: string; password: string },
): Promise<ApiSession> {
  const session = await signInByApi(hub.web, who)
  secret(`session token of ${who.address}, ${secrets.size}`, session.cookie.split('=')[1] ?? '')
  return session
}

async function overTest(session: ApiSession, id: string, outcome: string): Promise<void> {
  const read = () => session.done<{ outcome: unknown }>('GET', `/api/v1/mail-tests/${id}`)
  await expect
    .poll(async () => (await read()).outcome, { timeout: 60_000 })
    .toMatchObject({ is: outcome })
}

/** What follows the `#` of the newest link of this kind. */
async function linkTo({ sink }: TestHub, page: string): Promise<string> {
  const newest = () => {
    const texts = sink.messages.map(({ content }) =>
      Buffer.from(content).toString('latin1').replaceAll('=\r\n', ''),
    )
    return texts.findLast((text) => text.includes(page))?.split(page)[1]
  }
  await expect.poll(newest, { timeout: 60_000 }).toBeDefined()
  return /^[\w-]+/.exec(newest() ?? '')?.[0] ?? ''
}

/** Paths that an administrator can read as they are; a stream does not end, and two lead elsewhere. */
function readable(): string[] {
  return ROUTES.filter(({ method, path }) => method === 'GET' && !/\/events|\/openid/.test(path))
    .filter(({ replies }) => '200' in replies)
    .map(({ path }) => path)
}

/** Every row of every table of every schema, bytes in hexadecimal. */
async function dumpOf({ config }: TestHub): Promise<string> {
  const database = await openHubDatabase(config, { log: silentLog, role: 'command' })
  try {
    const { rows: tables } = await sql<{ schema: string; name: string }>`
      select table_schema as schema, table_name as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
    `.execute(database.db)
    const texts: string[] = []
    for (const { schema, name } of tables) {
      const { rows } = await sql<{ row: string }>`
        select row_to_json(t)::text as row from ${sql.table(`${schema}.${name}`)} t
      `.execute(database.db)
      texts.push(...rows.map(({ row }) => `${name} ${row}`))
    }
    return texts.join('\n')
  } finally {
    await database.close()
  }
}

/** A secret as it could be written down. */
function formsOf(value: string): Record<string, string> {
  const hex = Buffer.from(value).toString('hex')
  return {
    plain: value,
    'for a URL': encodeURIComponent(value),
    hexadecimal: hex,
    'hexadecimal, upper case': hex.toUpperCase(),
    ...Object.fromEntries(
      [0, 1, 2].flatMap((offset) => {
        // Where it begins within three bytes decides how base64 writes it; its ends depend on others.
        const whole = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)])
        const inner = (text: string) => text.slice(Math.ceil((offset * 4) / 3), -4)
        return [
          [`base64, ${offset}`, inner(whole.toString('base64'))],
          [`base64url, ${offset}`, inner(whole.toString('base64url'))],
        ]
      }),
    ),
  }
}

/** One line of the middle of a PEM file: enough to know it by. */
function bodyOf(pem: string): string {
  return pem.split('\n')[1] ?? ''
}
