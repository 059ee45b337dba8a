import type { QueuedMessage } from './queue/outbox.ts'

/** Frame, certificates and signature: about 6 KB with a chain of three and keys of 4096 bits. */
const SIGNATURE_BYTES = 12_000
/** What every reader adds: a key that RSA has encrypted, and whose it is. */
const READER_BYTES = 800
/** Lines of 76 characters, each with its line end, hold 57 bytes. */
const BASE64 = 78 / 57

/**
 * How large a copy will be once it is protected, within a few kilobytes. 8-bit content that has to
 * be made 7-bit before it is signed may grow by more.
 */
export function sizeAsProtected({ plan, content }: QueuedMessage, index: number): number {
  const copy = plan.copies[index]
  if (copy === undefined || copy.strength === 'passed') return content.byteLength
  const isSigned = plan.signing.is === 'signed'
  const signed = content.byteLength + (isSigned ? SIGNATURE_BYTES : 0)
  if (copy.strength !== 'encrypted') return signed
  const readers = copy.certificates.length * READER_BYTES
  return Math.ceil((signed + readers) * BASE64)
}
