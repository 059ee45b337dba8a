/** The test of the way out, stage by stage, as it is written down and shown. */

import { z } from 'zod'
import { MAIL_CAUSE_CODES } from './mail-causes.ts'

/**
 * What a test can go through, in no particular order: `mailStagesOf` gives the order.
 *
 * `tls` is the handshake of a port that speaks TLS from the first byte, `starttls` the command and
 * its handshake. `content` is DATA and the message, `accepted` the reply to its end. `token`, `role`,
 * `size` and `send` are OAuth 2.0 and Graph; `send` is done when Graph answered 202.
 */
export const MAIL_STAGE_NAMES = [
  'look-up',
  'connect',
  'tls',
  'greeting',
  'hello',
  'starttls',
  'login',
  'sender',
  'recipient',
  'content',
  'accepted',
  'token',
  'role',
  'size',
  'send',
] as const

export type MailStageName = (typeof MAIL_STAGE_NAMES)[number]

/** Whatever follows a failed stage is `skipped`, and so is what the server makes needless. */
export const MAIL_STAGE_STATES = ['waiting', 'running', 'done', 'failed', 'skipped'] as const

/**
 * Why a stage failed; on a stage that is `done`, what there is to beware of. Parameters go into the
 * help text: `host port seconds names until reason offered code status role roles sizeBytes
 * limitBytes number mailbox`, those that the code has.
 */
export const MailCause = z
  .strictObject({
    code: z.enum(MAIL_CAUSE_CODES),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .meta({ id: 'MailCause' })

export type MailCause = z.infer<typeof MailCause>

/** What a stage found out; the web translates the names. */
export const MAIL_FACTS = [
  'addresses',
  'address',
  'protocol',
  'cipher',
  'certificate',
  'issuer',
  'names',
  'validUntil',
  'capabilities',
  'mechanism',
  'expiresAt',
  'roles',
  'application',
  'tenant',
  'sizeBytes',
  'limitBytes',
  'httpStatus',
  'errorCode',
  'correlationId',
  'traceId',
  'requestId',
  'retryAfterSeconds',
] as const

export const MailStage = z
  .strictObject({
    name: z.enum(MAIL_STAGE_NAMES),
    state: z.enum(MAIL_STAGE_STATES),
    durationMs: z.number().optional(),
    /** The server's own words, untranslated. */
    reply: z.string().optional(),
    cause: MailCause.optional(),
    facts: z.partialRecord(z.enum(MAIL_FACTS), z.string()).optional(),
    /** What was said: `> ` by us, `< ` by the server, `- ` of the connection. Secrets are left out. */
    transcript: z.array(z.string()),
  })
  .meta({ id: 'MailStage' })

export type MailStage = z.infer<typeof MailStage>

/** What a test came to: the server has taken the message, or the stage and cause that ended it. */
export const MailTestOutcome = z
  .discriminatedUnion('is', [
    z.strictObject({ is: z.literal('accepted') }),
    z.strictObject({
      is: z.literal('failed'),
      stage: z.enum(MAIL_STAGE_NAMES),
      cause: MailCause,
    }),
  ])
  .meta({ id: 'MailTestOutcome' })

export type MailTestOutcome = z.infer<typeof MailTestOutcome>

/** The stages of a test by this way out, in their order, before it began. */
export function mailStagesOf(way: {
  is: 'smtp' | 'graph'
  tls?: 'none' | 'opportunistic' | 'required' | 'implicit'
  login?: 'none' | 'password' | 'xoauth2'
}): MailStage[] {
  return namesOf(way).map((name) => ({ name, state: 'waiting', transcript: [] }))
}

function namesOf({
  is,
  tls = 'none',
  login = 'none',
}: Parameters<typeof mailStagesOf>[0]): MailStageName[] {
  if (is === 'graph') return ['token', 'role', 'size', 'send']
  return [
    ...(login === 'xoauth2' ? (['token', 'role'] as const) : []),
    'look-up',
    'connect',
    ...(tls === 'implicit' ? (['tls'] as const) : []),
    'greeting',
    'hello',
    ...(tls === 'opportunistic' || tls === 'required' ? (['starttls'] as const) : []),
    ...(login === 'none' ? [] : (['login'] as const)),
    'sender',
    'recipient',
    'content',
    'accepted',
  ]
}
