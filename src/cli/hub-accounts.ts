/** `sealpost account reset-link`: the way back in when nobody else can help. */

import type { Order } from './commands.ts'
import { HubError } from '../base/errors.ts'
import { type HubOptions, withHub } from './hub-access.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

export interface ResetLinkOptions extends HubOptions {
  readonly removeSecondFactors?: boolean
}

/** Prints a link to a new password; whoever runs commands here may do anything to this hub anyway. */
export function resetLinkCommand(
  { files: [address = ''], options }: Order<ResetLinkOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const { removeSecondFactors = false, ...hubOptions } = options
  return withHub(hubOptions, surroundings, {
    async work({ accounts, factors, links }) {
      const by = 'command'
      // First the link: of an address without an account nothing is removed.
      const { link, expiresAt } = await links.makePasswordReset(address, { by })
      const account = await accounts.findAccountOfAddress(address)
      if (account === undefined) {
        throw new HubError('account.not_found', `${address} has no account any more`)
      }
      const isRemoved = removeSecondFactors && (await factors.removeAll(account.id, { by }))
      const left = isRemoved ? [] : await factors.methodsOf(account.id)
      return {
        isYes: true,
        json: { link, expiresAt, secondFactorsRemoved: isRemoved },
        lines: [
          link,
          '',
          `It works once, until ${expiresAt.toISOString()}.`,
          ...(isRemoved ? ['One-time codes, passkeys and recovery codes were removed.'] : []),
          ...(left.length > 0
            ? [`To sign in then takes one of: ${left.join(', ')} (see --remove-second-factors).`]
            : []),
        ],
      }
    },
  })
}
