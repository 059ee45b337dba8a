/** Names and secrets of credentials: made here, never chosen. */

import { createHash, randomBytes } from 'node:crypto'

/** More than anyone can try, so a plain hash keeps it: slowness is for what people make up. */
const SECRET_BYTES = 32

/** Tells people and scanners of source code what this is. */
const PREFIX = 'sealpost_'

/** Keeps two credentials of one name apart, of which one is revoked. */
const SUFFIX_BYTES = 4

/** A new secret, shown once: printable, without characters that a shell or a URL minds. */
export function newSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64url')
}

/** What is kept of a secret. */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest()
}

/** A user name that tells what the credential is for: `Invoice run` becomes `invoice-run-3f9a2c01`. */
export function newUserName(name: string): string {
  const word = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return [word, randomBytes(SUFFIX_BYTES).toString('hex')].filter((part) => part !== '').join('-')
}
