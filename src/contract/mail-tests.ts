/** A test of the mail configuration: a real mail to whoever asked for it, told stage by stage. */

import { z } from 'zod'
import { PolicyAuthor } from './policies.ts'

/** In their order. By SMTP those up to `data`, before it `token` with OAuth; by Graph `token`, `role`, `size`, `send`. */
export const MAIL_TEST_STAGES = [
  'lookup',
  'token',
  'connect',
  'greeting',
  'ehlo',
  'tls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'role',
  'size',
  'send',
] as const

export type MailTestStageName = (typeof MAIL_TEST_STAGES)[number]

/** Why something went wrong, as a code with what its words need. */
export const MailTestCause = z
  .strictObject({ code: z.string(), params: z.record(z.string(), z.string()) })
  .meta({ id: 'MailTestCause' })

export type MailTestCause = z.infer<typeof MailTestCause>

export const MailTestStage = z
  .strictObject({
    name: z.enum(MAIL_TEST_STAGES),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
    durationMs: z.number().optional(),
    /** The server's own words. */
    reply: z.string().optional(),
    /** What was found, such as the address, the TLS version, the certificate's issuer. */
    detail: z.record(z.string(), z.string()).optional(),
    cause: MailTestCause.optional(),
  })
  .meta({ id: 'MailTestStage' })

export type MailTestStage = z.infer<typeof MailTestStage>

/** `interrupted`: the hub ended while it was at it, and nobody knows whether the mail left. */
export const MAIL_TEST_OUTCOMES = ['succeeded', 'failed', 'timed-out', 'interrupted'] as const

export const MailTestView = z
  .strictObject({
    id: z.string(),
    state: z.enum(['waiting', 'running', 'over']),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    by: PolicyAuthor,
    recipient: z.string(),
    /** The saved values of a version, or those of a form that had begun from it. */
    tested: z.strictObject({ values: z.enum(['saved', 'shown']), version: z.int() }),
    /** What was tested, without secrets. */
    values: z.record(z.string(), z.json()),
    stages: z.array(MailTestStage),
    outcome: z.enum(MAIL_TEST_OUTCOMES).nullable(),
    cause: MailTestCause.nullable(),
    /** What was said on the line, with secrets taken out. */
    transcript: z.string(),
  })
  .meta({ id: 'MailTest' })

export type MailTestView = z.infer<typeof MailTestView>

/** Event `test` of `GET /api/v1/mail-tests/:id/events`: the whole of it, each time something changed. */
export const MAIL_TEST_EVENT = 'test'

export const MailTestStarted = z.strictObject({ id: z.string() }).meta({ id: 'MailTestStarted' })

export type MailTestStarted = z.infer<typeof MailTestStarted>
