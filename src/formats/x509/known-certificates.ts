/** Certificates that were read before: most mail is signed by the same few. */

import { equalBytes } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { type Certificate, parseCertificate } from './certificate.ts'

/** A certificate with its key takes about 10 KB. */
const DEFAULT_MAX_COUNT = 2000

/** The end of a signature is as good as random; so many octets fit a number. */
const KEY_BYTES = 6

/**
 * Keeps parsed certificates with their public keys ready for use. Parsing and importing a key cost
 * about as much as five signatures that are verified with it.
 */
export class KnownCertificates {
  /** What was asked for lately, up to half of all; then it becomes the older half. */
  #recent = new Map<number, Certificate>()
  #older = new Map<number, Certificate>()
  readonly #maxRecent: number

  constructor(maxCount: number = DEFAULT_MAX_COUNT) {
    this.#maxRecent = Math.ceil(maxCount / 2)
  }

  /**
   * Reads a certificate, or finds it among those read before.
   *
   * @throws HubError `certificate.malformed`
   */
  read(der: Uint8Array): Certificate {
    // Who can choose the last octets can only push others out of here: all octets are compared.
    const key = keyOf(der)
    const recent = this.#recent.get(key)
    if (recent !== undefined && equalBytes(recent.der, der)) return recent
    const older = this.#older.get(key)
    // A copy, so that a certificate does not keep alive the message it came in.
    const certificate =
      older !== undefined && equalBytes(older.der, der)
        ? older
        : parseCertificate(Uint8Array.from(der))
    this.#keep(key, certificate)
    return certificate
  }

  /** Reads those that can be read: one broken certificate in a message condemns only itself. */
  readAll(ders: readonly Uint8Array[]): readonly Certificate[] {
    const certificates: Certificate[] = []
    for (const der of ders) {
      try {
        certificates.push(this.read(der))
      } catch (error) {
        if (!(error instanceof HubError)) throw error
      }
    }
    return certificates
  }

  #keep(key: number, certificate: Certificate): void {
    if (this.#recent.size >= this.#maxRecent) {
      this.#older = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(key, certificate)
  }
}

/** Few certificates have the same; what it finds has to be compared. */
function keyOf(der: Uint8Array): number {
  let key = 0
  for (let at = Math.max(0, der.byteLength - KEY_BYTES); at < der.byteLength; at += 1) {
    key = key * 256 + (der[at] ?? 0)
  }
  return key
}
