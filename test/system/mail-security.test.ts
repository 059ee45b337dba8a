/** Registry policies decide how all mail of a hub leaves, on each of its processes. */

import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { RunningHub } from '../../src/cli/hub-access.ts'
import type { SmtpMail } from '../../src/contract/mail-configuration.ts'
import { NEW_MAIL_CONFIGURATION } from '../../src/contract/new-mail-configuration.ts'
import type { Tester } from '../../src/delivery/configuration/mail-tests.ts'
import { type MailSecurityPolicies, mailSecurityPolicies } from '../support/registry-policy.ts'
import { connectSmtp } from '../support/smtp-client.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'
import { makeTlsIdentity } from '../support/tls-identity.ts'

/** Within this all mail has to follow, on a machine that does other things as well. */
const SECONDS_MS = 8_000

/** What each process calls itself to the mail server. */
const NAMES = ['EHLO hub.example.org', 'EHLO second.example.org']

let hub: TestHub
let second: RunningHub
let policies: MailSecurityPolicies
let encrypted: SmtpSink
let clear: SmtpSink
let by: Tester

beforeAll(async () => {
  hub = await startTestHub()
  second = await hub.startAnother({ SEALPOST_HOSTNAME: 'second.example.org' })
  policies = await mailSecurityPolicies(hub.config)
  const identity = makeTlsIdentity()
  encrypted = await startSmtpSink({ tls: identity })
  clear = await startSmtpSink()
  const [admin] = await hub.command.accounts.findAccountsWithRole('administrator')
  if (admin === undefined) throw new Error('a hub that is set up has an administrator')
  by = { id: admin.id, name: admin.name, address: admin.address }
  await save({ caPem: identity.rootPem })
})
afterAll(async () => {
  await policies.close()
  await hub.close()
  for (const sink of [encrypted, clear]) await sink.close()
})

/** In clear to the mail server of the hub under test, as far as nothing decides otherwise. */
async function save({ caPem }: { caPem: string }): Promise<void> {
  const { mailConfiguration, mailTests } = hub.command
  const values: SmtpMail = {
    ...NEW_MAIL_CONFIGURATION.smtp,
    ...{ host: hub.sink.host, port: hub.sink.port, authentication: false },
    encryption: 'none',
    senderAddress: 'post@example.org',
    caPem,
  }
  const basedOn = (await mailConfiguration.current())?.version.number ?? 0
  const options = { secrets: {}, basedOn, comment: '', by }
  const { testId } = await mailConfiguration.save(values, options)
  await vi.waitFor(async () => expect((await mailTests.get(testId)).state).toBe('over'), SECONDS_MS)
}

/** A message by each process, told apart by how they greet the mail server. */
async function submitByBoth(): Promise<void> {
  for (const address of [hub.submission, second.submissionAddress ?? '']) {
    const client = await connectSmtp(address, hub.login)
    await client.send({
      from: 'ada@example.org',
      to: ['ben@partner.example'],
      content: 'From: ada@example.org\r\nTo: ben@partner.example\r\n\r\nmeet me at noon\r\n',
    })
    client.close()
  }
}

/** Mail goes on being handed in until that of both processes arrives here; then none goes elsewhere. */
async function bothFollowTo(sink: SmtpSink): Promise<void> {
  const before = sink.lines.length
  const greeted = async () => {
    await submitByBoth()
    const lines = sink.lines.slice(before)
    return NAMES.filter((name) => lines.includes(name))
  }
  await expect.poll(greeted, { timeout: SECONDS_MS, interval: 300 }).toEqual(NAMES)
  await arrivals(sink)
  const others = [hub.sink, encrypted, clear].filter((other) => other !== sink)
  const had = () => others.map(({ messages }) => messages.length)
  const elsewhere = had()
  await arrivals(sink)
  expect(had()).toEqual(elsewhere)
}

async function arrivals(sink: SmtpSink): Promise<void> {
  const count = sink.messages.length
  await submitByBoth()
  await sink.received(count + 2)
}

test('M6: all mail of two processes follows a policy within seconds, encrypted and in clear, and comes back', async () => {
  await bothFollowTo(hub.sink)
  expect(hub.sink.messages.at(-1)?.tls).toBeUndefined()

  const id = await policies.deploy('AGPM', { EncryptSmtp: 1, SmtpPort: encrypted.port })
  await bothFollowTo(encrypted)
  expect(encrypted.messages.map((message) => message.tls)).not.toContain(undefined)

  await policies.redeploy(id, { EncryptSmtp: 0, SmtpPort: clear.port })
  await bothFollowTo(clear)
  expect(clear.messages.at(-1)?.tls).toBeUndefined()

  await policies.redeploy(id, { SmtpPort: clear.port }, [
    { target: 'hub', isEnabled: false, order: 1 },
  ])
  await bothFollowTo(hub.sink)
})

test('M6: a policy that says a port only leaves the encryption alone, and open connections to others carry nothing any more', async () => {
  const opened = hub.sink.connections
  const id = await policies.deploy('Port only', { SmtpPort: clear.port })
  await bothFollowTo(clear)
  expect(clear.messages.at(-1)?.tls).toBeUndefined()
  await policies.redeploy(id, {})
  await bothFollowTo(hub.sink)
  expect(hub.sink.connections).toBeGreaterThan(opened)
})

test('M6: the test of the e-mail configuration tests what holds, and warnings are of what holds', async () => {
  const { mailConfiguration, mailTests } = hub.command
  const id = await policies.deploy('Tested', { EncryptSmtp: 1, SmtpPort: encrypted.port })
  const effective = await mailConfiguration.effective(null)
  const origin = { is: 'policy', id, name: 'Tested', version: 2 }
  expect(effective).toEqual({
    encryption: { value: 'starttls-required', origin },
    port: { value: encrypted.port, origin },
  })
  const current = (await mailConfiguration.current())?.document
  if (current === undefined || current === null) throw new Error('e-mail is configured')
  const warnings = await mailConfiguration.warnings(current)
  expect(warnings.map(({ code }) => code)).not.toContain('mail.not_encrypted')

  const count = encrypted.messages.length
  const testId = await mailConfiguration.testSaved(by)
  await expect.poll(async () => (await mailTests.get(testId)).state).toBe('over')
  expect((await mailTests.get(testId)).outcome).toEqual({ is: 'accepted' })
  const tests = encrypted.messages.slice(count).filter(({ from }) => from !== 'ada@example.org')
  expect(tests).toMatchObject([
    { recipients: [by.address], tls: expect.stringMatching(/^TLS/) as string },
  ])
  await policies.redeploy(id, {})
  expect((await mailConfiguration.effective(current)).port).toEqual({
    ...{ value: hub.sink.port, origin: { is: 'organization' } },
  })
})

test('M6: of two policies the one that is linked to the hub decides, and its own port takes effect', async () => {
  await policies.deploy('For all', { EncryptSmtp: 1, SmtpPort: encrypted.port })
  await bothFollowTo(encrypted)
  await policies.deploy('For the hub', { EncryptSmtp: 0, SmtpPort: clear.port }, [
    { target: 'hub', isEnabled: true, order: 9 },
  ])
  await bothFollowTo(clear)
})
