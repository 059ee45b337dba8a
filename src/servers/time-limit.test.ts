import { expect, test } from 'vitest'
import type { Submission } from '../messages/submission.ts'
import type { MailHandlers } from './mail-handlers.ts'
import { answeringInTime } from './time-limit.ts'

const submission: Submission = {
  envelopeFrom: 'ada@example.org',
  recipients: ['ben@partner.example'],
  content: new Uint8Array(),
  smtpUtf8: false,
  via: 'api',
  client: { address: '192.0.2.1' },
}

function handlersWith(
  accept: MailHandlers['accept'],
): Pick<MailHandlers, 'authenticate' | 'accept'> {
  return {
    accept,
    authenticate: () => new Promise(() => undefined),
  }
}

test('a hub whose database does not move answers in time that it cannot now', async () => {
  const handlers = answeringInTime(
    handlersWith(() => new Promise(() => undefined)),
    5,
  )
  const unavailable = { code: 'database.unavailable' }
  await expect(handlers.accept(submission)).rejects.toMatchObject(unavailable)
  await expect(handlers.authenticate('user', 'secret')).rejects.toMatchObject(unavailable)
})

test('an answer in time is passed on as it is, and so is a refusal', async () => {
  const good = answeringInTime(
    handlersWith(() => Promise.resolve({ id: '1' })),
    5_000,
  )
  await expect(good.accept(submission)).resolves.toEqual({ id: '1' })
  const bad = answeringInTime(
    handlersWith(() => Promise.reject(new Error('no'))),
    5_000,
  )
  await expect(bad.accept(submission)).rejects.toThrow('no')
})
