/** The secrets of policies: sealed in rows of their own, in clear only on their way. */

import { randomUUID } from 'node:crypto'
import { decodeUtf8, encodeUtf8 } from '../base/bytes.ts'
import { type SealingKey, seal, unseal } from '../base/seal.ts'
import type { Author, SecretFact, SecretOrders, Secrets } from './policy-kind.ts'

export type StoredSecret = SecretFact & { readonly sealed: Uint8Array }

export class PolicySecrets {
  readonly #key: SealingKey

  constructor({ key }: { key: SealingKey }) {
    this.#key = key
  }

  seal(secrets: Secrets, { at, by }: { at: Date; by: Author }): StoredSecret[] {
    return Object.entries(secrets).map(([name, value]) => {
      const id = randomUUID()
      return { id, name, at, by, sealed: seal(this.#key, purposeOf(id), encodeUtf8(value)) }
    })
  }

  /** @throws HubError `seal.broken` */
  open(secrets: readonly StoredSecret[]): Secrets {
    return Object.fromEntries(
      secrets.map(({ id, name, sealed }) => [
        name,
        decodeUtf8(unseal(this.#key, purposeOf(id), sealed)),
      ]),
    )
  }
}

/** Which secrets go with a document: of those that it has a use for, new ones and kept ones. */
export function followOrders(
  names: readonly string[],
  orders: SecretOrders,
  current: readonly StoredSecret[],
): { kept: StoredSecret[]; added: Secrets } {
  const orderOf = (name: string) => orders[name] ?? 'keep'
  return {
    kept: current.filter(({ name }) => names.includes(name) && orderOf(name) === 'keep'),
    added: Object.fromEntries(
      names.flatMap((name) => {
        const order = orderOf(name)
        return typeof order === 'object' ? [[name, order.set]] : []
      }),
    ),
  }
}

function purposeOf(id: string): string {
  return `policy-secret:${id}`
}
