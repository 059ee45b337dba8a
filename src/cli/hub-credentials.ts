/** `sealpost credential add | list | revoke` */

import type { Order } from './commands.ts'
import { type HubOptions, withHub } from './hub-access.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'
import { table } from './table.ts'

const LIST_LIMIT = 1_000

/** Makes a credential; this answer is the only place where its secret ever stands. */
export function addCredentialCommand(
  { files: [name = ''], options }: Order<HubOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  return withHub(options, surroundings, {
    async work({ accounts }) {
      const { id, user, secret } = await accounts.addCredential(name, { by: 'command' })
      return {
        isYes: true,
        json: { credential: { id, name, user, secret } },
        lines: [`user    ${user}`, `secret  ${secret}`, '', 'The secret is not shown again.'],
      }
    },
  })
}

export function listCredentialsCommand(
  { options }: Order<HubOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  return withHub(options, surroundings, {
    async work({ accounts }) {
      const credentials = await accounts.listCredentials({ limit: LIST_LIMIT })
      return {
        isYes: true,
        json: { credentials },
        lines: table(
          ['NAME', 'USER', 'MADE', 'REVOKED'],
          credentials.map(({ name, userName, createdAt, revokedAt }) => [
            name,
            userName,
            createdAt.toISOString(),
            revokedAt?.toISOString() ?? '',
          ]),
          'no credentials yet: sealpost credential add NAME',
        ),
      }
    },
  })
}

export function revokeCredentialCommand(
  { files: [name = ''], options }: Order<HubOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  return withHub(options, surroundings, {
    async work({ accounts }) {
      const { id, userName, revokedAt } = await accounts.revokeCredential(name, { by: 'command' })
      return {
        isYes: true,
        json: { credential: { id, name, user: userName, revokedAt } },
        lines: [`credential ${name} is revoked`],
      }
    },
  })
}
