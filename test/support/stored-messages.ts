/** Messages as they stand in the database, without the way they came. */

import type { Database } from '../../src/db/connection.ts'
import type { DeliveryState } from '../../src/db/tables/messages.ts'
import { newMessageId } from '../../src/messages/message-id.ts'
import type { Facts } from '../../src/rules/facts.ts'

export interface GivenMessage {
  readonly at?: Date
  readonly from?: string
  readonly via?: Facts['via']
  readonly messageIdField?: string
  readonly isSigned?: boolean
  readonly contentErasedAt?: Date
  readonly deliveries?: readonly GivenDelivery[]
}

export interface GivenDelivery {
  readonly to?: string
  readonly state?: DeliveryState
  readonly strength?: 'encrypted' | 'clear' | 'passed' | null
  readonly dueAt?: Date
  readonly reply?: string
  readonly bounce?: 'none' | 'due' | 'sent'
}

const FINGERPRINT = 'a'.repeat(64)

/** Stores a message and says its identifier. What is not said is of no matter. */
export async function storeMessage(db: Database, message: GivenMessage = {}): Promise<string> {
  const { at = new Date('2030-01-01T00:00:00Z'), from = 'ada@example.org', via = 'api' } = message
  const deliveries = message.deliveries ?? [{}]
  const id = newMessageId(at)
  const addressOf = ({ to = 'ben@partner.example' }: GivenDelivery) => to
  const facts = {
    via,
    envelopeFrom: from,
    authors: [from],
    recipients: deliveries.map((each) => ({
      address: addressOf(each),
      named: true,
      candidates: [],
    })),
    localDomains: ['example.org'],
    signers: [],
    outcome: 'each-or-clear',
    encryptionRequired: false,
    protection: 'none',
  } satisfies Facts
  const decision = {
    is: 'send',
    rule: { name: 'organization', outcome: 'each-or-clear' },
    signing:
      message.isSigned === false
        ? { is: 'unsigned', because: 'no_certificate' }
        : { is: 'signed', certificate: FINGERPRINT, author: from },
    recipients: deliveries.map((each) => ({
      address: addressOf(each),
      gets: 'clear',
      because: 'no_certificate',
      copy: 0,
    })),
    copies: [{ strength: 'clear', recipients: deliveries.map(addressOf), certificates: [] }],
    twoStrengths: false,
  }
  await db
    .insertInto('message')
    .values({
      id,
      acceptedAt: at,
      via,
      envelopeFrom: from,
      smtpUtf8: false,
      headerMessageId: message.messageIdField ?? null,
      client: JSON.stringify({ address: '192.0.2.1' }),
      sizeBytes: 1234,
      facts: JSON.stringify(facts),
      decision: JSON.stringify(decision),
      contentErasedAt: message.contentErasedAt ?? null,
    })
    .execute()
  await db
    .insertInto('delivery')
    .values(
      deliveries.map((each, position) => {
        const { state = 'delivered', strength = 'encrypted', dueAt = at } = each
        return {
          messageId: id,
          position,
          recipient: addressOf(each),
          copy: strength === null ? null : 0,
          strength,
          travelled: state === 'delivered' ? strength : null,
          state,
          attempts: 1,
          dueAt,
          reply: each.reply ?? null,
          finishedAt: state === 'waiting' || state === 'held' ? null : at,
          bounce: each.bounce ?? ('none' as const),
        }
      }),
    )
    .execute()
  await db.insertInto('messageChange').values({ messageId: id }).execute()
  return id
}
