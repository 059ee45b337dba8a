/** Access lists of policies: who holds which permission, for all of them or for one (table A4). */

import { z } from 'zod'
import { ROLES } from './permissions.ts'
import { POLICY_PERMISSIONS } from './policy-lifecycle.ts'

/** One line of an access list. */
export const PolicyAccessLine = z
  .strictObject({
    principal: z.discriminatedUnion('is', [
      z.strictObject({ is: z.literal('role'), role: z.enum(ROLES) }),
      z.strictObject({ is: z.literal('account'), id: z.string(), name: z.string() }),
    ]),
    permission: z.enum(POLICY_PERMISSIONS),
    effect: z.enum(['allow', 'deny']),
    isInherited: z.boolean().meta({ description: 'of the organisation; it is changed there' }),
  })
  .meta({ id: 'PolicyAccessLine' })
export type PolicyAccessLine = z.infer<typeof PolicyAccessLine>

export const PolicyAccess = z
  .strictObject({ lines: z.array(PolicyAccessLine), mayDelegate: z.boolean() })
  .meta({ id: 'PolicyAccess' })
export type PolicyAccess = z.infer<typeof PolicyAccess>

/** Sets or, with `effect: null`, removes one line. */
export const DelegatePolicy = z
  .strictObject({
    principal: z.discriminatedUnion('is', [
      z.strictObject({ is: z.literal('role'), role: z.enum(ROLES) }),
      z.strictObject({ is: z.literal('account'), id: z.uuid() }),
    ]),
    permission: z.enum(POLICY_PERMISSIONS),
    effect: z.enum(['allow', 'deny']).nullable(),
  })
  .meta({ id: 'DelegatePolicy' })
export type DelegatePolicy = z.infer<typeof DelegatePolicy>
