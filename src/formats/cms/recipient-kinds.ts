/** How the content key of a message is encrypted, for people who look into it. */

import { contextConstructed } from '../asn1/tags.ts'
import { KEY_ENCRYPTION_OID } from './oids.ts'
import type { RecipientInfo } from './recipient-info.ts'

export type RecipientKind = 'rsa-pkcs1' | 'rsa-oaep' | 'ecdh' | 'shared-key' | 'password' | 'other'

/** So many recipients of a kind; kinds in the order in which they come first. */
export interface RecipientCount {
  readonly kind: RecipientKind
  readonly count: number
}

export function countRecipients(infos: readonly RecipientInfo[]): RecipientCount[] {
  const counts = new Map<RecipientKind, number>()
  for (const info of infos) {
    const count = info.kind === 'key-agreement' ? info.recipients.length : 1
    const kind = kindOf(info)
    counts.set(kind, (counts.get(kind) ?? 0) + count)
  }
  return [...counts].map(([kind, count]) => ({ kind, count }))
}

function kindOf(info: RecipientInfo): RecipientKind {
  switch (info.kind) {
    case 'key-transport':
      if (info.algorithm.oid === KEY_ENCRYPTION_OID.rsaEncryption) return 'rsa-pkcs1'
      return info.algorithm.oid === KEY_ENCRYPTION_OID.rsaOaep ? 'rsa-oaep' : 'other'
    case 'key-agreement':
      return 'ecdh'
    case 'other':
      // RFC 5652 section 6.2.
      if (info.tag === contextConstructed(2)) return 'shared-key'
      return info.tag === contextConstructed(3) ? 'password' : 'other'
  }
}
