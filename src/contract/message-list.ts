/** The list of messages: what it can be asked for, and a line of it. */

import { z } from 'zod'

/**
 * What a message as a whole came to. `held` and `waiting` before anything else: they are not over.
 * `partly`: delivered to some, and the rest failed or was cancelled.
 */
export const MESSAGE_STATES = [
  'waiting',
  'held',
  'delivered',
  'partly',
  'failed',
  'cancelled',
] as const

/** How it travels. `mixed`: not the same to everyone. `none`: to nobody. */
export const MESSAGE_STRENGTHS = ['encrypted', 'clear', 'passed', 'mixed', 'none'] as const

/** Whether the hub signs it. `before`: it came signed or encrypted and is left as it is. */
export const MESSAGE_SIGNED = ['signed', 'before', 'unsigned'] as const

export const MESSAGE_WAYS = ['submission', 'relay', 'api', 'hub'] as const

export const DELIVERY_STATES = ['waiting', 'held', 'delivered', 'failed', 'cancelled'] as const

export type MessageState = (typeof MESSAGE_STATES)[number]
export type MessageStrength = (typeof MESSAGE_STRENGTHS)[number]
export type MessageSigned = (typeof MESSAGE_SIGNED)[number]
export type MessageWay = (typeof MESSAGE_WAYS)[number]

/** RFC 5321 section 4.5.3.1 allows an address of 254 characters, header fields longer ones. */
const MAX_SEARCH = 1000
const MAX_LIMIT = 200

const moment = z.iso.datetime()

/** One value or several, separated by commas. */
function anyOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values)).min(1))
    .optional()
    .meta({ description: `${values.join(', ')}; several separated by commas` })
}

/** What the list is asked for. Everything given must hold. */
export const MessageListQuery = z
  .strictObject({
    search: z.string().max(MAX_SEARCH).optional().meta({
      description:
        'an address or domain of sender or recipients, or how a word of it begins; or a whole Message-ID or identifier',
    }),
    state: anyOf(MESSAGE_STATES),
    strength: anyOf(MESSAGE_STRENGTHS),
    signed: anyOf(MESSAGE_SIGNED),
    via: anyOf(MESSAGE_WAYS),
    from: z.string().max(MAX_SEARCH).optional().meta({ description: 'as search, of the sender' }),
    to: z.string().max(MAX_SEARCH).optional().meta({ description: 'as search, of recipients' }),
    since: moment.optional().meta({ description: 'accepted then or later' }),
    until: moment.optional().meta({ description: 'accepted before' }),
    order: z.enum(['newest', 'oldest']).default('newest'),
    after: z.string().max(100).optional().meta({ description: 'next or previous of a reply' }),
    limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(50),
  })
  .meta({ id: 'MessageListQuery' })

export type MessageListQuery = z.infer<typeof MessageListQuery>

export const MessageLine = z
  .strictObject({
    id: z.string(),
    acceptedAt: moment,
    via: z.enum(MESSAGE_WAYS),
    from: z.string().meta({ description: 'envelope sender; empty for the null reverse-path' }),
    messageIdField: z.string().nullable(),
    sizeBytes: z.int(),
    state: z.enum(MESSAGE_STATES),
    strength: z.enum(MESSAGE_STRENGTHS),
    signed: z.enum(MESSAGE_SIGNED),
    recipients: z
      .array(z.strictObject({ address: z.string(), state: z.enum(DELIVERY_STATES) }))
      .meta({ description: 'the first of them' }),
    recipientCount: z.int(),
    contentErased: z.boolean(),
  })
  .meta({ id: 'MessageLine' })

export type MessageLine = z.infer<typeof MessageLine>

export const MessageList = z
  .strictObject({
    messages: z.array(MessageLine),
    next: z.string().nullable().meta({ description: 'for `after`; null at the end' }),
    previous: z.string().nullable().meta({ description: 'for `after`; null at the beginning' }),
    count: z.strictObject({
      messages: z.int(),
      isExact: z.boolean().meta({ description: 'false: there are more than that, or may be' }),
    }),
    lookedUntil: moment.nullable().meta({
      description:
        'set when the page is not full because the search stopped there: `next` looks further',
    }),
    addressesLeftOut: z.boolean().meta({
      description: 'more addresses begin so than are looked for: the search has to say more',
    }),
  })
  .meta({ id: 'MessageList' })

export type MessageList = z.infer<typeof MessageList>
