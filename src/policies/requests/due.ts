/** The jobs of requests: one whose time is over ends, one that waited for its time is carried out. */

import { z } from 'zod'
import type { Transaction } from '../../db/connection.ts'
import { enqueueJob, type JobKind } from '../../jobs/jobs.ts'

const Due = z.strictObject({ requestId: z.uuid() })

export const DUE_JOB: JobKind<z.infer<typeof Due>> = { name: 'policy.request_due', payload: Due }

/** Of each request only the last that was put in waits. */
export async function enqueueDue(tx: Transaction, requestId: string, at: Date): Promise<void> {
  await enqueueJob(tx, DUE_JOB, { requestId }, { at, key: `policy-request:${requestId}` })
}
