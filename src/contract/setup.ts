import { z } from 'zod'
import { EnteredName, Language } from './session.ts'

/** What makes a new hub ready. */
export const SetupRequest = z
  .strictObject({
    token: z.string().min(1).max(200).meta({ description: 'of the printed one-time link' }),
    organization: z.string().min(1).max(200),
    domain: z.string().min(1).max(253).meta({ description: 'whose mail is ours' }),
    adminAddress: z.string().min(3).max(320),
    adminName: EnteredName.optional().meta({ description: 'else what stands before the @' }),
    adminPassword: z.string().min(1).max(1000),
    language: Language.optional().meta({ description: 'of the administrator' }),
    relay: z
      .string()
      .max(1000)
      .optional()
      .meta({ description: 'smtp://HOST:PORT[?tls=none|opportunistic|required|implicit]' }),
  })
  .meta({ id: 'SetupRequest' })

export type SetupRequest = z.infer<typeof SetupRequest>

export const SetupReply = z.strictObject({ organization: z.string() }).meta({ id: 'SetupReply' })

export const SetupQuery = z.strictObject({ token: z.string().max(200).optional() })

/** Whether there is something to set up, and whether this link would do. */
export const SetupState = z
  .strictObject({ isSetUp: z.boolean(), isLinkValid: z.boolean() })
  .meta({ id: 'SetupState' })
