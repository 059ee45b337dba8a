/** The mail server that a hub of before had in its settings: now it is the policy `mail`. */

import { z } from 'zod'
import { decodeUtf8 } from '../base/bytes.ts'
import { type SealingKey, unseal } from '../base/seal.ts'
import type { Transaction } from '../db/connection.ts'
import type { RelayAddress } from '../db/tables/organization.ts'
import type { RelayLogin } from './organization-settings.ts'
import * as store from './store.ts'

export interface FormerRelay {
  readonly relay: {
    readonly address: RelayAddress
    readonly login: RelayLogin | undefined
    /** PEM. */
    readonly roots: string | undefined
  }
  readonly domains: readonly string[]
}

const LOGIN_PURPOSE = 'organization:relay'

const Login = z.object({ user: z.string(), password: z.string() })

/** Takes it out of the settings; undefined when there is none. @throws HubError `seal.broken` */
export async function takeFormerRelay(
  tx: Transaction,
  key: SealingKey,
): Promise<FormerRelay | undefined> {
  const row = await store.lockOrganization(tx)
  if (row === undefined || row.relay === null) return undefined
  const { relay: address, relayLogin, relayRoots, domains } = row
  const login = relayLogin === null ? undefined : openLogin(relayLogin, key)
  await store.removeRelay(tx)
  return { relay: { address, login, roots: relayRoots ?? undefined }, domains }
}

function openLogin(box: Uint8Array, key: SealingKey): RelayLogin {
  return Login.parse(JSON.parse(decodeUtf8(unseal(key, LOGIN_PURPOSE, box))))
}
