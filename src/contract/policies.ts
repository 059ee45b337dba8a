/** Settings under version control: what every kind of them has in common. */

import { z } from 'zod'

export const MAX_COMMENT_CHARACTERS = 1000

/** Who did something, by the name they had then. The id is an account's, or `command`, `setup`, `hub`. */
export const PolicyAuthor = z.strictObject({ id: z.string(), name: z.string() })

export type PolicyAuthor = z.infer<typeof PolicyAuthor>

/** One version. Versions are numbered from 1 and never change. */
export const PolicyVersionView = z
  .strictObject({
    number: z.int(),
    at: z.iso.datetime(),
    by: PolicyAuthor,
    comment: z.string(),
    label: z.string().meta({ description: 'a name somebody gave it; empty for none' }),
    isDeployed: z.boolean().meta({ description: 'whether it is in force now' }),
    /** The version that it was made equal to again. */
    rolledBackTo: z.int().nullable(),
  })
  .meta({ id: 'PolicyVersion' })

export type PolicyVersionView = z.infer<typeof PolicyVersionView>

export const PolicyHistoryQuery = z.strictObject({
  before: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: 'only versions before this one' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Newest first. */
export const PolicyHistory = z
  .strictObject({
    versions: z.array(PolicyVersionView),
    /** For the next page: its `before`. Null on the last. */
    before: z.int().nullable(),
  })
  .meta({ id: 'PolicyHistory' })

export type PolicyHistory = z.infer<typeof PolicyHistory>

/** A secret is never told, only that there is one, since when and by whom. */
export const SecretSet = z.strictObject({
  set: z.literal(true),
  at: z.iso.datetime(),
  by: PolicyAuthor,
})

export type SecretSet = z.infer<typeof SecretSet>

/** One version with what it says; `values` is null where the settings were cleared. */
export const PolicyVersionContent = z
  .strictObject({
    version: PolicyVersionView,
    values: z.record(z.string(), z.json()).nullable(),
    secrets: z.record(z.string(), SecretSet),
  })
  .meta({ id: 'PolicyVersionContent' })

export type PolicyVersionContent = z.infer<typeof PolicyVersionContent>

/** One field that differs. Of a secret, values are never told. */
export const FieldChange = z
  .strictObject({
    path: z.string(),
    change: z.enum(['added', 'removed', 'changed']),
    isSecret: z.boolean(),
    was: z.json().optional(),
    is: z.json().optional(),
  })
  .meta({ id: 'FieldChange' })

export type FieldChange = z.infer<typeof FieldChange>

/** 0 is the time before the first version: nothing. */
export const PolicyDifferenceQuery = z.strictObject({
  from: z.coerce.number().int().min(0),
  to: z.coerce.number().int().min(0),
})

export const PolicyDifference = z
  .strictObject({ from: z.int(), to: z.int(), changes: z.array(FieldChange) })
  .meta({ id: 'PolicyDifference' })

export type PolicyDifference = z.infer<typeof PolicyDifference>

/** The newest version that the caller saw; 0 when there was none. Another one meanwhile: `policy.changed_meanwhile`. */
export const basedOn = z
  .int()
  .min(0)
  .meta({ description: 'number of the newest version the caller saw; 0 for none' })

/** Why, for the history. */
export const comment = z.string().trim().max(MAX_COMMENT_CHARACTERS).default('')

/** Makes a new version that is equal to an old one, secrets too. */
export const RollBackPolicy = z
  .strictObject({ to: z.int().min(0), basedOn, comment })
  .meta({ id: 'RollBackPolicy' })

export type RollBackPolicy = z.infer<typeof RollBackPolicy>

/** What became of saving, clearing or rolling back. */
export const PolicySaved = z
  .strictObject({
    version: z.int(),
    /** The test that the change set off, for kinds that are tested: `/api/v1/mail-tests/:id`. */
    testId: z.string().nullable(),
  })
  .meta({ id: 'PolicySaved' })

export type PolicySaved = z.infer<typeof PolicySaved>
