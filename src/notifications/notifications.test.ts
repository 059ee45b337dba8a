import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../test/support/database.ts'
import { decodeLatin1 } from '../base/bytes.ts'
import { silentLog } from '../base/log.ts'
import { generateSealingKey } from '../base/seal.ts'
import { Jobs } from '../jobs/jobs.ts'
import type { Handover } from '../messages/acceptance.ts'
import { accountNotices } from './account-notices.ts'
import { Notifications } from './notifications.ts'
import type { Reader } from './values.ts'

const NOW = new Date('2026-11-21T20:05:00Z')
const ada: Reader = { address: 'ada@example.org', name: 'Ada', language: 'en' }
const reset = {
  link: 'https://mail.example.org/password-reset#c2VjcmV0LXRva2Vu',
  validUntil: '2026-11-21T20:35:00.000Z',
}

/** Notifications that hand their mail to the test. */
function given() {
  const sent: Handover[] = []
  const notifications = new Notifications({
    messages: {
      accept: (handover) => Promise.resolve({ id: String(sent.push(handover)) }),
      releaseUnstored: () => Promise.reject(new Error('nothing is tested here')),
    },
    sender: () => Promise.resolve({ address: 'hub@example.org', envelopeFrom: '' }),
    hub: () => Promise.resolve({ organization: 'Example', url: 'https://mail.example.org' }),
    prepareSigner: () => Promise.resolve(),
    master: generateSealingKey(),
    clock: { now: () => NOW },
    log: silentLog,
  })
  return { notifications, sent }
}

test('M4: what waits in a job is sealed, and is sent when the job is done', async () => {
  const fresh = await freshDatabase()
  const { db, connection } = fresh
  const { notifications, sent } = given()
  const jobs = new Jobs({ connection, log: silentLog })
  onTestFinished(async () => {
    await jobs.stop()
    await fresh.close()
  })
  await jobs.prepare()
  await db.transaction().execute((tx) => notifications.enqueue(tx, 'password-reset', ada, reset))
  const { rows } = await sql`select payload::text from job._private_jobs`.execute(db)
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).toContain('password-reset')
  expect(JSON.stringify(rows)).not.toMatch(/c2VjcmV0|ada@|mail\.example/)

  notifications.handleJobs(jobs)
  await jobs.start(db, { isAlone: true })
  await expect.poll(() => sent).toHaveLength(1)
  expect(sent[0]).toMatchObject({
    via: 'hub',
    envelopeFrom: '',
    recipients: ['ada@example.org'],
    idempotencyKey: expect.stringMatching(/^notification:[0-9a-f-]{36}$/) as unknown,
  })
  expect(decodeLatin1(sent[0]?.content ?? new Uint8Array())).toContain('c2VjcmV0')
})

test('M4: names that are hostile to a header are a name and nothing else', async () => {
  const { notifications, sent } = given()
  const name = 'A\r\nBcc: eve@example.net\r\n\r\n<script>'
  await notifications.send('password-reset', { ...ada, name }, reset)
  const content = decodeLatin1(sent[0]?.content ?? new Uint8Array())
  const header = content.slice(0, content.indexOf('\r\n\r\n'))
  expect(header).not.toMatch(/^Bcc/m)
  expect(header).toMatch(/^To: .*ada@example\.org/m)
})

test('M4: a notice that comes twice has one key, and each new one its own', async () => {
  const { notifications, sent } = given()
  const notices = accountNotices(notifications)
  const to = { accountId: 'account-1', ...ada }
  const place = { address: '192.0.2.1', userAgent: 'Firefox' }
  const later = new Date(NOW.getTime() + 60_000)
  const link = { link: reset.link, expiresAt: later }
  await notices.passwordReset(to, link)
  await notices.passwordReset(to, link)
  await notices.passwordReset(to, { ...link, link: `${reset.link}2` })
  await notices.invitation(to, { ...link, by: 'Zoë' })
  await notices.lockedOut(to, { at: NOW, until: later, place })
  await notices.newSignIn(to, { at: NOW, place })
  await notices.newSignIn(to, { at: later, place: { address: '::1', userAgent: '' } })
  await notices.accountChanged(to, { what: 'password-changed', at: NOW, place: undefined })
  await notices.accountChanged(to, { what: 'password-reset', at: NOW, place })
  await notices.accountChanged(to, { what: 'recovery-code-used', at: NOW, place })
  const keys = sent.map(({ idempotencyKey }) => idempotencyKey)
  expect(keys[0]).toBe(keys[1])
  expect(new Set(keys).size).toBe(keys.length - 1)
})

test('M4: a preview is made of values that are visibly made up', async () => {
  const { notifications } = given()
  for (const { name, title, description } of notifications.list('ko')) {
    const shown = await notifications.preview(name, 'ko')
    expect(shown.sender.address).toBe('hub@example.org')
    expect(shown.subject).not.toBe('')
    expect(`${shown.text}${shown.html}`).not.toMatch(/mail\.example\.org\/./)
    expect([title, description].join()).toMatch(/^[^a-z]+$/)
  }
  expect((await notifications.preview('password-reset', 'fr')).text).toContain('sample.invalid')
})
