import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { generateSealingKey } from '../../src/base/seal.ts'
import { encodePem } from '../../src/formats/pem.ts'
import type { Sender } from '../../src/notifications/compose.ts'
import { Notifications } from '../../src/notifications/notifications.ts'
import type { Reader } from '../../src/notifications/values.ts'
import { runOk } from '../support/peers.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({ partners: ['ben'] })
  const { root } = await hub.command.authority.get()
  writeFileSync(hub.rootFile, encodePem('CERTIFICATE', root.der))
})
afterAll(() => hub.close())

const ada: Reader = { address: 'ada@example.org', name: 'Ada', language: 'en' }
const ben: Reader = { address: 'ben@partner.example', name: 'Ben', language: 'fr' }

/** Notifications of this hub, from a sender of the test's choice. */
function notificationsFrom(sender: Sender): Notifications {
  const { authority, messages } = hub.command
  return new Notifications({
    messages,
    sender: () => Promise.resolve(sender),
    hub: () => Promise.resolve({ organization: 'Example', url: 'https://mail.example.org' }),
    prepareSigner: async (address) => {
      await authority.issueForHub(address, { by: 'test' })
    },
    master: generateSealingKey(),
    clock: systemClock,
    log: silentLog,
  })
}

const noreply: Sender = {
  address: 'noreply@example.org',
  name: 'Example mail',
  replyTo: 'help@example.org',
}

/** The content of a message that OpenSSL verified, and the addresses of the certificate that signed it. */
function verified(content: Uint8Array | string): { inner: string; signers: string[] } {
  const file = join(hub.folder, 'signer.pem')
  const options = ['-verify', '-CAfile', hub.rootFile, '-signer', file]
  const inner = runOk(['openssl', 'cms', ...options], { input: content }).toString()
  const signers = runOk(['openssl', 'x509', '-noout', '-email'], { input: readFileSync(file) })
  return { inner, signers: [...new Set(signers.toString().trim().split('\n'))] }
}

async function arriving(doing: () => Promise<unknown>): Promise<Uint8Array> {
  const before = hub.sink.messages.length
  await doing()
  await hub.sink.received(before + 1)
  return hub.sink.messages[before]?.content ?? new Uint8Array()
}

const reset = {
  link: 'https://mail.example.org/password-reset#c2VjcmV0LXRva2Vu',
  validUntil: new Date(Date.now() + 1_800_000).toISOString(),
}

test('M4: a person whose key is with the hub gets a notification that is signed, and can be read', async () => {
  const content = await arriving(() =>
    notificationsFrom(noreply).send('password-reset', ada, reset),
  )
  const { inner, signers } = verified(content)
  expect(signers).toEqual(['noreply@example.org'])
  expect(hub.sink.messages.at(-1)).toMatchObject({
    from: 'noreply@example.org',
    recipients: ['ada@example.org'],
  })
  const text = Buffer.from(content).toString('latin1')
  expect(text).toMatch(/^[\r\n\t -~]*$/)
  expect(text).toContain('\r\nAuto-Submitted: auto-generated\r\n')
  expect(text).toContain('\r\nX-Auto-Response-Suppress: All\r\n')
  const mail = await PostalMime.parse(content)
  expect(mail).toMatchObject({
    from: { name: 'Example mail', address: 'noreply@example.org' },
    replyTo: [{ address: 'help@example.org' }],
    to: [{ name: 'Ada', address: 'ada@example.org' }],
    subject: 'Choose a new password for Example',
  })
  expect(mail.messageId).toMatch(/@example\.org>$/)
  const read = await PostalMime.parse(inner)
  expect(read.text).toContain(`\n${reset.link}\n`)
  expect(read.html).toContain(`href="${reset.link}"`)
})

test('M4: a reader who has their key gets it encrypted, in their language', async () => {
  const content = await arriving(() =>
    notificationsFrom(noreply).send('password-reset', ben, reset),
  )
  expect(Buffer.from(content).toString()).not.toContain('c2VjcmV0')
  const { inner, signers } = verified(hub.decryptAs('ben', content))
  expect(signers).toEqual(['noreply@example.org'])
  const read = await PostalMime.parse(inner)
  expect(read.text).toContain('Bonjour Ben,')
  expect(read.text).toContain(reset.link)
})

test('M4: with the same key it is sent once, and not at all when its link is over', async () => {
  const notifications = notificationsFrom(noreply)
  const first = await notifications.send('password-reset', ada, reset, { key: 'once' })
  expect(await notifications.send('password-reset', ada, reset, { key: 'once' })).toBe(first)
  const over = { ...reset, validUntil: new Date(Date.now() - 1).toISOString() }
  expect(await notifications.send('password-reset', ada, over)).toBeUndefined()
  await vi.waitFor(async () => {
    const { deliveries } = await hub.command.messages.get(first ?? '')
    expect(deliveries).toMatchObject([{ state: 'delivered', strength: 'clear' }])
  })
})

test('M4: a sender of a domain that is not ours is not signed for', async () => {
  const foreign: Sender = { address: 'hub@elsewhere.example' }
  const content = await arriving(() =>
    notificationsFrom(foreign).send('password-reset', ada, reset),
  )
  expect(Buffer.from(content).toString()).toContain('multipart/alternative')
  expect(Buffer.from(content).toString()).not.toContain('pkcs7')
})

test('M4: the test mail is protected like all mail, says so, and is not stored', async () => {
  const notifications = notificationsFrom(noreply)
  const tested = { values: 'shown', version: 0 } as const
  const order = { reader: ada, sender: noreply, tested }
  const stored = async () => (await hub.command.messages.list({ limit: 100 })).length
  const before = await stored()

  const signed = await notifications.composeTestMail(order)
  expect(signed).toMatchObject({
    protection: 'signed',
    message: { from: 'noreply@example.org', recipients: ['ada@example.org'], eightBit: false },
  })
  const { inner } = verified(signed.message.content)
  expect((await PostalMime.parse(inner)).text).toContain('is signed by noreply@example.org')

  const traits = { cipher: 'aes-256-cbc' } as const
  const both = await notifications.composeTestMail({
    ...order,
    reader: { ...ben, language: 'en' },
    traits,
  })
  expect(both.protection).toBe('signed-and-encrypted')
  expect(Buffer.from(both.message.content).toString()).toContain('smime-type=enveloped-data')
  const opened = verified(hub.decryptAs('ben', both.message.content))
  expect((await PostalMime.parse(opened.inner)).text).toContain('that it is encrypted')

  const foreign: Sender = { address: 'hub@elsewhere.example' }
  const none = await notifications.composeTestMail({ ...order, sender: foreign })
  expect(none.protection).toBe('none')
  expect(Buffer.from(none.message.content).toString()).toContain('neither signed nor encrypted')
  expect(await stored()).toBe(before)
})
