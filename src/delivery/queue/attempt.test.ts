import { expect, test } from 'vitest'
import { settleByReport } from './attempt.ts'
import type { RecipientResult } from './delivery-report.ts'

const now = new Date('2030-01-01T00:00:00Z')
const delivery = { messageId: 'm', position: 0, recipient: 'ben@b.example', copy: 0, attempts: 0 }

function settle(
  result: RecipientResult | undefined,
  { acceptedAt = now, envelopeFrom = 'ada@example.org', attempts = 0 } = {},
) {
  const report = { recipients: result === undefined ? [] : [result], dialogue: [] }
  const [settlement] = settleByReport([{ ...delivery, attempts }], report, {
    message: { acceptedAt, envelopeFrom },
    now,
    random: 0.5,
    strength: 'encrypted',
  })
  return settlement
}

const recipient = delivery.recipient
const reply = (code: number) => ({ code, text: 'words' })

test.for<{ name: string; result: RecipientResult | undefined; settlement: object }>([
  {
    name: 'taken by the server',
    result: { recipient, is: 'delivered', status: '2.0.0', reply: reply(250) },
    settlement: { state: 'delivered', travelled: 'encrypted', reply: '250 words', bounce: 'none' },
  },
  {
    name: 'refused for good',
    result: { recipient, is: 'failed', status: '5.1.1', because: 'unknown', reply: reply(550) },
    settlement: { state: 'failed', travelled: null, status: '5.1.1', bounce: 'due' },
  },
  {
    name: 'refused for now',
    result: { recipient, is: 'deferred', status: '4.2.2', because: 'full', reply: reply(452) },
    settlement: { state: 'waiting', attempts: 1, dueAt: new Date('2030-01-01T00:01:00Z') },
  },
  {
    name: 'lost after the final dot: it may be a duplicate, but it is tried again',
    result: { recipient, is: 'deferred', status: '4.4.2', because: 'lost', ambiguous: true },
    settlement: { state: 'waiting', reply: 'lost', bounce: 'none' },
  },
  {
    name: 'not mentioned in the report',
    result: undefined,
    settlement: { state: 'waiting', travelled: null },
  },
])('a recipient that was $name', ({ result, settlement }) => {
  expect(settle(result)).toMatchObject(settlement)
})

test('a delivery that waited five days has failed, and its sender is told', () => {
  const result: RecipientResult = {
    recipient,
    is: 'deferred',
    status: '4.4.1',
    because: 'no answer',
  }
  expect(
    settle(result, { acceptedAt: new Date('2029-12-27T00:00:00Z'), attempts: 30 }),
  ).toMatchObject({
    state: 'failed',
    status: '5.4.7',
    reply: 'given up after 31 attempts; the last answer: no answer',
    bounce: 'due',
  })
})

test('the failure of a message with the null reverse-path is told to nobody', () => {
  const result: RecipientResult = { recipient, is: 'failed', status: '5.1.1', because: 'unknown' }
  expect(settle(result, { envelopeFrom: '' })).toMatchObject({ state: 'failed', bounce: 'none' })
})
