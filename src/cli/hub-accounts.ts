/** `sealpost account reset-link`: the way back in when nobody else can help. */

import type { Order } from './commands.ts'
import { type HubOptions, withHub } from './hub-access.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

/** Prints a link to a new password; whoever runs commands here may do anything to this hub anyway. */
export function resetLinkCommand(
  { files: [address = ''], options }: Order<HubOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  return withHub(options, surroundings, {
    async work({ links }) {
      const { link, expiresAt } = await links.makePasswordReset(address, { by: 'command' })
      return {
        isYes: true,
        json: { link, expiresAt },
        lines: [link, '', `It works once, until ${expiresAt.toISOString()}.`],
      }
    },
  })
}
