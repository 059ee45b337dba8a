/** Where a policy has effect: all nodes, the hub itself, or one other host. */

import { z } from 'zod'

/** `all`: every node; `hub`: all processes of this hub; `node:ID`: the agent of another host. */
export const LinkTarget = z
  .string()
  .regex(/^(all|hub|node:[0-9a-f-]{36})$/)
  .meta({ description: '`all`, `hub` or `node:ID`' })

/** Of two policies linked to the same target the one with the lower order wins. */
export const PolicyLink = z.strictObject({
  target: LinkTarget,
  isEnabled: z.boolean(),
  order: z.int().min(1).max(999),
})

export type PolicyLink = z.infer<typeof PolicyLink>

export const PolicyLinks = z.array(PolicyLink).max(200)

export type PolicyLinks = z.infer<typeof PolicyLinks>
