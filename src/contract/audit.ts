/** The audit log: who did what to which thing, and when. */

import { z } from 'zod'

const MAX_LIMIT = 200
/** An address has 254 characters at most, an id 36. */
const MAX_WORD = 320

const moment = z.iso.datetime()
const word = z
  .string()
  .trim()
  .min(1)
  .max(MAX_WORD)
  .regex(/^\P{Cc}*$/u)
  .optional()

/** What the log is asked for. Everything given must hold. */
export const AuditQuery = z
  .strictObject({
    action: word.meta({ description: 'such as person.add, or person for all that begin so' }),
    by: word.meta({ description: 'id or address of an account; or hub, command, setup' }),
    subject: word.meta({ description: 'id, address or name of what it was done to' }),
    from: moment.optional().meta({ description: 'first moment' }),
    to: moment.optional().meta({ description: 'first moment after the last' }),
    after: z.coerce.number().int().positive().optional().meta({
      description: 'where the page before ended: its `next`',
    }),
    limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(50),
  })
  .meta({ id: 'AuditQuery' })

/** Somebody or something by its id, with what it is called now if that is known. */
export const AuditName = z
  .strictObject({
    id: z.string(),
    name: z.string().nullable(),
    address: z.string().nullable(),
  })
  .meta({ id: 'AuditName' })

export const AuditEntryView = z
  .strictObject({
    number: z.int(),
    at: moment,
    action: z.string(),
    subject: AuditName,
    by: AuditName.meta({ description: 'an account; or hub, command, setup by themselves' }),
    detail: z.record(z.string(), z.unknown()),
    hash: z.string().meta({ description: 'SHA-256 in hex' }),
  })
  .meta({ id: 'AuditEntry' })

/** Newest first. */
export const AuditPage = z
  .strictObject({
    entries: z.array(AuditEntryView),
    next: z.int().nullable().meta({ description: '`after` of the next page; null at the end' }),
  })
  .meta({ id: 'AuditPage' })

/** What became of computing every hash again. */
export const AuditVerification = z
  .discriminatedUnion('is', [
    z.strictObject({
      is: z.literal('whole'),
      entries: z.int(),
      head: z.string().meta({ description: 'hash of the last entry, in hex' }),
      checkedAt: moment,
    }),
    z.strictObject({
      is: z.literal('broken'),
      entry: z.int().meta({ description: 'first entry that is not as it was recorded' }),
      because: z.enum(['missing', 'link_mismatch', 'hash_mismatch']),
      checkedAt: moment,
    }),
  ])
  .meta({ id: 'AuditVerification' })

export type AuditQuery = z.infer<typeof AuditQuery>
export type AuditName = z.infer<typeof AuditName>
export type AuditEntryView = z.infer<typeof AuditEntryView>
export type AuditPage = z.infer<typeof AuditPage>
export type AuditVerification = z.infer<typeof AuditVerification>
