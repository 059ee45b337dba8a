/** Passwords of people, kept as argon2id (RFC 9106). */

import { hash, verify } from '@node-rs/argon2'
import { HubError } from '../base/errors.ts'

/**
 * 19 MiB, two passes, one lane: OWASP's choice for log-ins. One check takes about 50 ms of a thread
 * that is not the event loop's.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** NIST SP 800-63B asks for at least 8, and 15 without a second factor, which is each owner's choice. */
const MIN_CHARACTERS = 12

/** Nobody types more; hashing megabytes would be a gift to an attacker. */
const MAX_BYTES = 1_024

/**
 * The hash of a new password, as a PHC string.
 *
 * @throws HubError `password.unfit`: shorter than 12 characters or longer than 1024 bytes
 */
export async function hashPassword(password: string): Promise<string> {
  const text = password.normalize('NFC')
  if ([...text].length < MIN_CHARACTERS || Buffer.byteLength(text) > MAX_BYTES) {
    throw new HubError(
      'password.unfit',
      `a password has at least ${MIN_CHARACTERS} characters and at most ${MAX_BYTES} bytes`,
    )
  }
  return hash(text, COST)
}

/**
 * True when the password belongs to the hash. Without a hash (no such account) it works as long and
 * says no, so that the time tells nothing.
 */
export async function isPassword(password: string, passwordHash?: string): Promise<boolean> {
  const text = password.normalize('NFC')
  if (Buffer.byteLength(text) > MAX_BYTES) return false
  if (passwordHash !== undefined) return verify(passwordHash, text)
  await hash(text, COST)
  return false
}
