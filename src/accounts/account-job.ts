/**
 * What accounts leave to be done a moment later, as rows of the job queue: mail, and everything about
 * an address that may be nobody's, so that whoever asks learns nothing from the time it takes.
 *
 * The queue comes later in the order of folders: who puts jobs in is handed in, and `hub.ts` hands the
 * jobs back to `AccountJobs`. A job never carries a token: the link of a mail is made when it is written.
 */

import { z } from 'zod'
import type { Transaction } from '../db/connection.ts'
import { ACCOUNT_CHANGES } from './notices.ts'

const place = z.strictObject({ address: z.string(), userAgent: z.string() })
const moment = z.iso.datetime()

export const AccountJob = z.discriminatedUnion('what', [
  /** For an address as somebody entered it, known or not. */
  z.strictObject({ what: z.literal('password-reset'), address: z.string(), place }),
  z.strictObject({ what: z.literal('invitation'), accountId: z.string(), by: z.string() }),
  /** For an address as somebody entered it, known or not. */
  z.strictObject({
    what: z.literal('locked-out'),
    address: z.string(),
    at: moment,
    until: moment,
    place,
  }),
  z.strictObject({ what: z.literal('new-sign-in'), accountId: z.string(), at: moment, place }),
  z.strictObject({
    what: z.literal('changed'),
    accountId: z.string(),
    change: z.enum(ACCOUNT_CHANGES),
    at: moment,
    place: place.nullable(),
  }),
])

export type AccountJob = z.infer<typeof AccountJob>

/** Puts a job in, to be done once the transaction is there. */
export type EnqueueAccountJob = (tx: Transaction, job: AccountJob) => Promise<void>
