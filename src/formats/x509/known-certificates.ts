/** Certificates that were read before: most mail is signed by the same few. */

import { equalBytes, toHex } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { type Certificate, parseCertificate } from './certificate.ts'

/** A certificate with its key takes about 10 KB. */
const DEFAULT_MAX_COUNT = 2000

/** The end of a signature is as good as random, and short. */
const KEY_BYTES = 24

/**
 * Keeps parsed certificates with their public keys ready for use. Parsing and importing a key cost
 * about as much as five signatures that are verified with it.
 */
export class KnownCertificates {
  readonly #maxCount: number
  /** In the order in which they were last asked for. */
  readonly #certificates = new Map<string, Certificate>()

  constructor(maxCount: number = DEFAULT_MAX_COUNT) {
    this.#maxCount = maxCount
  }

  /**
   * Reads a certificate, or finds it among those read before.
   *
   * @throws HubError `certificate.malformed`
   */
  read(der: Uint8Array): Certificate {
    // Who can choose the last octets can only push others out of here: all octets are compared.
    const key = toHex(der.subarray(-KEY_BYTES))
    const known = this.#certificates.get(key)
    this.#certificates.delete(key)
    // A copy, so that a certificate does not keep alive the message it came in.
    const certificate =
      known !== undefined && equalBytes(known.der, der)
        ? known
        : parseCertificate(Uint8Array.from(der))
    this.#certificates.set(key, certificate)
    if (this.#certificates.size > this.#maxCount) this.#forgetOldest()
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

  #forgetOldest(): void {
    for (const oldest of this.#certificates.keys()) {
      this.#certificates.delete(oldest)
      return
    }
  }
}
