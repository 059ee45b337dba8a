/** The mail queue: what waits, what is held, and why. */

import { z } from 'zod'

const moment = z.iso.datetime()
const domain = z.string().max(255)

export const QueueQuery = z
  .strictObject({
    state: z.enum(['waiting', 'held']).optional(),
    domain: domain.optional().meta({ description: 'of the recipient' }),
    after: z.string().max(100).optional().meta({ description: '`next` of a reply' }),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .meta({ id: 'QueueQuery' })

export type QueueQuery = z.infer<typeof QueueQuery>

/** One recipient that waits or is held. */
export const QueueLine = z
  .strictObject({
    messageId: z.string(),
    position: z.int(),
    recipient: z.string(),
    from: z.string(),
    acceptedAt: moment,
    state: z.enum(['waiting', 'held']),
    isUnderWay: z.boolean().meta({ description: 'a hub is at it now' }),
    attempts: z.int(),
    dueAt: moment.nullable().meta({ description: 'next attempt; null when held' }),
    status: z.string().nullable(),
    reply: z.string().nullable().meta({ description: 'words of the last attempt' }),
  })
  .meta({ id: 'QueueLine' })

export type QueueLine = z.infer<typeof QueueLine>

export const QueueView = z
  .strictObject({
    counts: z.strictObject({ waiting: z.int(), held: z.int(), due: z.int() }),
    oldestAcceptedAt: moment.nullable(),
    nextAttemptAt: moment.nullable(),
    domains: z
      .array(
        z.strictObject({
          domain: z.string(),
          waiting: z.int(),
          held: z.int(),
          oldestAcceptedAt: moment,
          nextAttemptAt: moment.nullable(),
        }),
      )
      .meta({ description: 'those with most first, at most 100' }),
    errors: z
      .array(
        z.strictObject({ status: z.string().nullable(), reply: z.string(), deliveries: z.int() }),
      )
      .meta({ description: 'last answers, same words once; most frequent first, at most 50' }),
    deliveries: z.array(QueueLine).meta({ description: 'those accepted first, first' }),
    next: z.string().nullable(),
  })
  .meta({ id: 'QueueView' })

export type QueueView = z.infer<typeof QueueView>

/** Makes waiting mail due now: of one domain, or all of it. */
export const QueueRetryRequest = z
  .strictObject({ domain: domain.optional() })
  .meta({ id: 'QueueRetryRequest' })

export type QueueRetryRequest = z.infer<typeof QueueRetryRequest>

export const QueueRetryReply = z
  .strictObject({ deliveries: z.int() })
  .meta({ id: 'QueueRetryReply' })
