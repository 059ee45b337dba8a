/** Everything that is known of one message but its text. Reasons are codes: the web has the words. */

import { z } from 'zod'
import { LayerView, RecipientCounts } from './message-layers.ts'
import {
  DELIVERY_STATES,
  MESSAGE_SIGNED,
  MESSAGE_STATES,
  MESSAGE_STRENGTHS,
  MESSAGE_WAYS,
} from './message-list.ts'

const moment = z.iso.datetime()
const strength = z.enum(['encrypted', 'clear', 'passed'])
const fingerprint = z.string().meta({ description: 'SHA-256, 64 hex digits' })

/** Which rule held, and what it asks for. */
const RuleView = z.strictObject({
  name: z.enum(['required', 'organization', 'hub', 'foreign']),
  outcome: z.enum(['all-or-refuse', 'each-or-bounce', 'all-or-clear', 'each-or-clear', 'never']),
})

/** Why it is signed or not. */
const SigningView = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('signed'), certificate: fingerprint, author: z.string() }),
  z.strictObject({
    is: z.literal('unsigned'),
    because: z.enum([
      'signed_before',
      'encrypted_before',
      'no_author',
      'several_authors',
      'foreign_author',
      'no_certificate',
    ]),
  }),
])

/** A certificate that came into question, and why it was or was not taken. */
export const CandidateView = z.strictObject({
  certificate: fingerprint,
  isUsable: z.boolean(),
  isTaken: z.boolean(),
  because: z.string().nullable().meta({
    description: 'code: expired, newer_was_taken, signed_before…; null for the one that is taken',
  }),
  detail: z.string().nullable(),
})

/** Why a recipient gets what it gets. */
const ReasonView = z.discriminatedUnion('gets', [
  z.strictObject({ gets: z.literal('encrypted'), certificate: fingerprint }),
  z.strictObject({
    gets: z.literal('clear'),
    because: z.enum(['encryption_off', 'not_all_can_read', 'no_certificate']),
  }),
  z.strictObject({ gets: z.literal('passed') }),
  z.strictObject({ gets: z.literal('bounce'), because: z.enum(['no_certificate']) }),
])

export const RecipientDetail = z.strictObject({
  position: z.int(),
  address: z.string(),
  isBlind: z.boolean().meta({ description: 'not named in To or Cc' }),
  copy: z.int().nullable().meta({ description: 'index of copies; null when it bounced at once' }),
  state: z.enum(DELIVERY_STATES),
  strength: strength.nullable(),
  attempts: z.int(),
  dueAt: moment.nullable(),
  status: z.string().nullable(),
  reply: z.string().nullable(),
  finishedAt: moment.nullable(),
  reason: ReasonView,
  candidates: z.array(CandidateView),
})

export type RecipientDetail = z.infer<typeof RecipientDetail>

const CopyView = z.strictObject({
  strength,
  recipients: z.array(z.int()).meta({ description: 'positions of the recipients that share it' }),
  certificates: z.array(fingerprint),
})

const TlsView = z.strictObject({
  protocol: z.string(),
  cipher: z.string(),
  isVerified: z.boolean(),
  because: z.string().nullable(),
  peer: z.string().nullable(),
})

const by = z.string().meta({ description: 'who did it: a name, or `command`' })

/** One thing that happened. `other` is what this version does not know. */
export const TimelineEvent = z.discriminatedUnion('step', [
  z.strictObject({ at: moment, step: z.literal('accepted'), via: z.enum(MESSAGE_WAYS) }),
  z.strictObject({
    at: moment,
    step: z.literal('protected'),
    copy: z.int(),
    strength: strength.nullable(),
    signedWith: fingerprint.nullable(),
    encryptedTo: z.array(fingerprint),
    cipher: z.string().nullable(),
    signature: z
      .strictObject({ digest: z.string(), algorithm: z.string() })
      .nullable()
      .meta({ description: 'null: not signed here, or made by an older version' }),
    envelope: z
      .strictObject({
        is: z.enum(['enveloped-data', 'auth-enveloped-data']),
        recipients: RecipientCounts,
      })
      .nullable(),
    sizeBytes: z.int().nullable(),
  }),
  z.strictObject({
    at: moment,
    step: z.literal('attempt'),
    recipients: z.array(
      z.strictObject({
        address: z.string(),
        is: z.enum(['delivered', 'deferred', 'failed']),
        status: z.string(),
        because: z.string().nullable(),
      }),
    ),
    tls: TlsView.nullable().meta({ description: 'null: in clear, or no connection' }),
    dialogue: z
      .array(z.strictObject({ by: z.enum(['client', 'server', 'transport']), text: z.string() }))
      .meta({ description: 'secrets and content are left out' }),
  }),
  z.strictObject({
    at: moment,
    step: z.literal('alarm'),
    copy: z.int().nullable(),
    because: z.string().meta({ description: 'held: it did not agree with its decision' }),
  }),
  z.strictObject({ at: moment, step: z.literal('deferred'), because: z.string() }),
  z.strictObject({ at: moment, step: z.literal('failed'), because: z.string() }),
  z.strictObject({
    at: moment,
    step: z.literal('bounced'),
    notification: z.string().meta({ description: 'identifier of the message that tells' }),
    to: z.string(),
  }),
  z.strictObject({
    at: moment,
    step: z.enum(['held', 'released', 'retried', 'cancelled']),
    by,
    recipients: z.array(z.int()).nullable().meta({ description: 'positions; null for all' }),
  }),
  z.strictObject({ at: moment, step: z.literal('erased') }),
  z.strictObject({ at: moment, step: z.literal('other'), name: z.string() }),
])

export type TimelineEvent = z.infer<typeof TimelineEvent>

/** A certificate that plays a part in the message. */
const CertificateOfMessage = z.strictObject({
  fingerprint,
  subject: z.string(),
  issuer: z.string(),
  serialHex: z.string(),
  notBefore: moment,
  notAfter: moment,
  owner: z.enum(['person', 'partner', 'hub', 'authority']),
})

/** A part of the message as it came: types, names and sizes, never what is in it. */
export interface StructurePart {
  path: string
  type: string
  fileName: string | null
  transferEncoding: string
  sizeBytes: number
  parts: StructurePart[]
}

export const StructurePart: z.ZodType<StructurePart> = z
  .strictObject({
    path: z.string(),
    type: z.string(),
    fileName: z.string().nullable(),
    transferEncoding: z.string(),
    sizeBytes: z.int(),
    get parts() {
      return z.array(StructurePart)
    },
  })
  .meta({ id: 'StructurePart' })

export const MessageDetail = z
  .strictObject({
    id: z.string(),
    acceptedAt: moment,
    via: z.enum(MESSAGE_WAYS),
    from: z.string(),
    messageIdField: z.string().nullable(),
    sizeBytes: z.int(),
    smtpUtf8: z.boolean(),
    state: z.enum(MESSAGE_STATES),
    strength: z.enum(MESSAGE_STRENGTHS),
    signed: z.enum(MESSAGE_SIGNED),
    client: z.strictObject({
      address: z.string(),
      hello: z.string().nullable(),
      tls: z.string().nullable(),
      credential: z.string().nullable(),
    }),
    authors: z.array(z.string()),
    cameAs: z.enum(['none', 'smime-signed', 'smime-encrypted', 'pgp-signed', 'pgp-encrypted']),
    wasEncryptionRequired: z.boolean().meta({ description: 'by the message itself' }),
    rule: RuleView,
    signing: SigningView,
    signers: z.array(CandidateView),
    twoStrengths: z
      .boolean()
      .meta({ description: 'the same content travels encrypted and in clear' }),
    recipients: z.array(RecipientDetail),
    copies: z.array(CopyView),
    certificates: z.array(CertificateOfMessage),
    contentErasedAt: moment.nullable(),
    layers: z.array(LayerView).meta({
      description: 'S/MIME as it came, from the outside in; kept when the content is erased',
    }),
    structure: StructurePart.nullable().meta({
      description: 'null once the content is erased, or when it cannot be read',
    }),
    timeline: z.array(TimelineEvent),
    orders: z.array(z.enum(['retry', 'hold', 'release', 'cancel'])).meta({
      description: 'what can be ordered now',
    }),
  })
  .meta({ id: 'MessageDetail' })

export type MessageDetail = z.infer<typeof MessageDetail>
