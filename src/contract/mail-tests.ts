/** A test of the mail configuration: a real mail to whoever asked for it, told stage by stage. */

import { z } from 'zod'
import { MailStage, MailTestOutcome } from './mail-stages.ts'
import { PolicyAuthor } from './policies.ts'

/**
 * What became of a test. `interrupted`: the hub ended while it was at it, and nobody knows whether
 * the mail left. It is not sent a second time.
 */
export const MailTestResult = z
  .union([MailTestOutcome, z.strictObject({ is: z.literal('interrupted') })])
  .meta({ id: 'MailTestResult' })

export type MailTestResult = z.infer<typeof MailTestResult>

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
    stages: z.array(MailStage),
    /** Null until it is over. */
    outcome: MailTestResult.nullable(),
  })
  .meta({ id: 'MailTest' })

export type MailTestView = z.infer<typeof MailTestView>

/** Event of `GET /api/v1/mail-tests/:id/events`: a `MailTestView`, each time something changed. */
export const MAIL_TEST_EVENT = 'test'

export const MailTestStarted = z.strictObject({ id: z.string() }).meta({ id: 'MailTestStarted' })

export type MailTestStarted = z.infer<typeof MailTestStarted>
