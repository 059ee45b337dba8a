import { z } from 'zod'

/** The process lives. */
export const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' })

/** Whether the hub can do its work now, and what it needs for that. */
export const Readiness = z
  .strictObject({
    status: z.enum(['ready', 'not_ready']),
    checks: z.record(z.string(), z.boolean()),
  })
  .meta({ id: 'Readiness' })
