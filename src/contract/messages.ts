import { z } from 'zod'

/** All recipients of one request; more go in more requests. */
const MAX_RECIPIENTS = 1000
/** Characters of one mailbox with its name. */
const MAX_MAILBOX = 1000

const mailbox = z
  .string()
  .min(3)
  .max(MAX_MAILBOX)
  .meta({ description: 'local@domain or Name <local@domain>' })
const mailboxes = z.array(mailbox).max(MAX_RECIPIENTS).default([])

export const Attachment = z
  .strictObject({
    filename: z.string().min(1).max(255),
    contentType: z.string().min(3).max(255).default('application/octet-stream'),
    content: z.base64().meta({ description: 'base64 (RFC 4648 section 4)' }),
  })
  .meta({ id: 'Attachment' })

/** A message the hub writes for the caller. */
export const SendMessage = z
  .strictObject({
    from: mailbox,
    to: mailboxes,
    cc: mailboxes,
    bcc: mailboxes.meta({ description: 'recipients that the message does not name' }),
    subject: z.string().max(2000).default(''),
    text: z.string().optional(),
    html: z.string().optional(),
    attachments: z.array(Attachment).max(100).default([]),
    headers: z
      .record(z.string().min(1).max(76), z.string().max(2000))
      .default({})
      .meta({ description: 'further header fields; those above and Content-* are not taken' }),
  })
  .refine(({ text, html }) => text !== undefined || html !== undefined, {
    message: 'a message has text, html or both',
    path: ['text'],
  })
  .meta({ id: 'SendMessage' })

export type SendMessage = z.infer<typeof SendMessage>

/** Envelope of a raw message; what is absent comes from its header fields. */
export const RawMessageQuery = z.strictObject({
  from: z.string().max(MAX_MAILBOX).optional().meta({ description: 'envelope sender' }),
  to: z
    .union([
      z
        .string()
        .max(MAX_MAILBOX)
        .transform((one) => [one]),
      z.array(z.string().max(MAX_MAILBOX)).max(MAX_RECIPIENTS),
    ])
    .optional()
    .meta({ description: 'envelope recipient; may be repeated' }),
})

/** The message is on stable storage and will be delivered or bounced. */
export const AcceptedMessage = z.strictObject({ id: z.string() }).meta({
  id: 'AcceptedMessage',
  description: 'on stable storage: delivered or bounced from now on',
})

export type AcceptedMessage = z.infer<typeof AcceptedMessage>

const moment = z.iso.datetime()

/** What is known of a message but its content. */
export const MessageView = z
  .strictObject({
    id: z.string(),
    acceptedAt: moment,
    via: z.string(),
    from: z.string(),
    sizeBytes: z.int(),
    deliveries: z.array(
      z.strictObject({
        recipient: z.string(),
        state: z.enum(['waiting', 'held', 'delivered', 'failed', 'cancelled']),
        strength: z.string().nullable().meta({ description: 'encrypted, clear or passed' }),
        attempts: z.int(),
        status: z.string().nullable().meta({ description: 'RFC 3463, of the last attempt' }),
        reply: z.string().nullable().meta({ description: 'words of the last attempt' }),
        dueAt: moment.nullable().meta({ description: 'when it is tried next' }),
        finishedAt: moment.nullable(),
      }),
    ),
    timeline: z.array(
      z.strictObject({ at: moment, step: z.string(), detail: z.record(z.string(), z.unknown()) }),
    ),
  })
  .meta({ id: 'Message' })

export type MessageView = z.infer<typeof MessageView>
