/** The log-in mechanism XOAUTH2 of Google and Microsoft: an access token in place of a password. */

import { decodeUtf8, encodeUtf8, toBase64 } from '../../base/bytes.ts'

/** What follows `AUTH XOAUTH2`: base64 of `user=…^Aauth=Bearer …^A^A`. */
export function encodeXoauth2({ user, token }: { user: string; token: string }): string {
  return toBase64(encodeUtf8(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`))
}

/**
 * What a server says in its 334 of why it does not take the token: JSON in base64, shown as it is
 * but without controls. The text itself when it is no base64. The server waits for an empty line
 * then, before it gives its final reply.
 */
export function decodeXoauth2Error(text: string): string {
  const bytes = Buffer.from(text.trim(), 'base64')
  const isBase64 = bytes.toString('base64').replace(/=+$/, '') === text.trim().replace(/=+$/, '')
  const words = isBase64 && bytes.byteLength > 0 ? decodeUtf8(bytes) : text
  return words.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()
}
