/** What the crypto rows work on. */

import { signNow, type SignatureScheme } from '../src/formats/cms/signature-schemes.ts'
import type { CmsSigner } from '../src/formats/cms/signing-template.ts'
import { type Identity, makeCa, makeIdentity } from '../test/support/identities.ts'

/** A MIME entity of 4,096 octets. */
export const ENTITY: Buffer = Buffer.from(
  `Content-Type: text/plain; charset=utf-8\r\n\r\n${'The board meets on Friday at noon.\r\n'.repeat(200)}`,
).subarray(0, 4096)

export const AT: Date = new Date('2026-03-04T05:06:07Z')

const ca = makeCa()

/** A key of a kind with a certificate from a CA. */
export function subject(key: 'rsa-2048' | 'p-256'): Identity {
  return makeIdentity({ key, address: 'ada@example.com', issuer: ca })
}

/** Signs on this thread, as the peers it is compared with do. */
export function signerOf(identity: Identity, scheme: SignatureScheme): CmsSigner {
  const { certificate, privateKey } = identity
  return { certificate, chain: [], scheme, sign: (bytes) => signNow(privateKey, scheme, bytes) }
}
