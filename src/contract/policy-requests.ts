/** Requests: what somebody asked others to do with a policy, and what they said. */

import { z } from 'zod'
import { FieldChange, MAX_COMMENT_CHARACTERS, PolicyAuthor } from './policies.ts'
import { REQUEST_ACTIONS, REQUEST_STATES } from './policy-lifecycle.ts'

const moment = z.iso.datetime()

export const PolicyRequestLine = z
  .strictObject({
    id: z.string(),
    policy: z.strictObject({ id: z.string(), kind: z.string(), name: z.string() }),
    action: z.enum(REQUEST_ACTIONS),
    state: z.enum(REQUEST_STATES),
    at: moment,
    by: PolicyAuthor,
    comment: z.string(),
    expiresAt: moment.nullable(),
    notBefore: moment.nullable(),
  })
  .meta({ id: 'PolicyRequestLine' })
export type PolicyRequestLine = z.infer<typeof PolicyRequestLine>

export const PolicyRequestsQuery = z.strictObject({
  show: z.enum(['open', 'all', 'mine', 'for-me']).default('open'),
  policy: z.uuid().optional(),
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const PolicyRequests = z
  .strictObject({
    requests: z.array(PolicyRequestLine),
    count: z.int(),
    next: z.string().nullable(),
  })
  .meta({ id: 'PolicyRequests' })
export type PolicyRequests = z.infer<typeof PolicyRequests>

/** One effective value that would become another. */
export const EffectChange = z.strictObject({
  target: z.string().meta({ description: '`all`, `hub` or `node:ID`' }),
  setting: z.string().meta({ description: '`mail.encryption`, `mail.port`…' }),
  before: z.json(),
  after: z.json(),
})

export const PolicyRequestView = z
  .strictObject({
    request: PolicyRequestLine,
    cc: z.string(),
    order: z.strictObject({
      version: z.int().nullable(),
      links: z.union([z.literal('all'), z.literal('none'), z.array(z.string())]).meta({
        description: 'of the version: `none` keeps those of production; or these targets',
      }),
      from: z.enum(['archive', 'archive-and-production']).nullable(),
      live: z.boolean(),
    }),
    /** What production would become, field by field. */
    changes: z.array(FieldChange),
    impact: z.strictObject({
      targets: z.array(z.string()).meta({ description: 'where it has effect before or after' }),
      effects: z.array(EffectChange),
    }),
    issues: z
      .array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() }))
      .meta({
        description: 'what the rules have against it now; nothing can be approved with one',
      }),
    approvals: z.array(
      z.strictObject({
        by: PolicyAuthor,
        at: moment,
        verdict: z.enum(['approve', 'reject']),
        comment: z.string(),
        counts: z.boolean().meta({ description: 'whether they may still approve it' }),
      }),
    ),
    needed: z.int().meta({ description: 'approvals that are asked for' }),
    missing: z.int().meta({ description: 'how many of them are still to come' }),
    endedAt: moment.nullable(),
    endedBy: PolicyAuthor.nullable(),
    failure: z.string().nullable().meta({ description: 'code of the error it ended with' }),
    verbs: z.array(z.enum(['approve', 'reject', 'withdraw'])),
    /** Why whoever asks cannot approve it: `own`, `said`, `permission`; null when they can. */
    cannotApprove: z.enum(['own', 'said', 'permission', 'over']).nullable(),
    /** The test of the values before they count: `/api/v1/mail-tests/:id`. */
    testId: z.string().nullable(),
  })
  .meta({ id: 'PolicyRequest' })
export type PolicyRequestView = z.infer<typeof PolicyRequestView>

const comment = z.string().max(MAX_COMMENT_CHARACTERS).default('')

export const PolicyRequestOrder = z
  .strictObject({
    verb: z.enum(['approve', 'reject', 'withdraw']),
    comment,
    links: z
      .union([z.literal('as-asked'), z.literal('none'), z.array(z.string()).max(200)])
      .default('as-asked')
      .meta({ description: 'of a deployment: which links whoever approves lets it have' }),
  })
  .meta({ id: 'PolicyRequestOrder' })
export type PolicyRequestOrder = z.infer<typeof PolicyRequestOrder>
