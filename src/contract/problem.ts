import { z } from 'zod'

/** What went wrong: RFC 9457. `code` is stable and meant for programs, the rest for people. */
export const Problem = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    /** From when on it may be tried again (`sign_in.locked`). */
    until: z.iso.datetime().optional(),
    /** The addresses it is about. */
    recipients: z.array(z.string()).optional(),
    /** What is wrong with the body, each with the place as a path such as `to.0`. */
    issues: z
      .array(
        z.strictObject({
          path: z.string(),
          message: z.string(),
          /** Stable, where the rule of the field has a name; `params` say what its words need. */
          code: z.string().optional(),
          params: z.record(z.string(), z.string()).optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457); code is stable' })

export type Problem = z.infer<typeof Problem>
