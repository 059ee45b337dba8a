/** Tokens that open something: of sessions, of links in mails. Made here, kept only as a hash. */

import { createHash, randomBytes } from 'node:crypto'

/** 256 bits: nobody guesses one, so a plain hash keeps it. */
const TOKEN_BYTES = 32

/** A new token, in characters that cookies and URLs leave alone. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/** What is kept of a token. */
export function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}
