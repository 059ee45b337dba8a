/**
 * PKCS#12 files (`.pfx`, `.p12`; RFC 7292): private keys and certificates under a password. Reading,
 * with the password's MAC verified before anything inside is used. BER as others write it.
 */

import { type KeyObject, createHmac } from 'node:crypto'
import { equalSecrets } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG, contextPrimitive } from '../asn1/tags.ts'
import { readAlgorithm } from '../x509/algorithm.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { readingAs } from '../x509/malformed.ts'
import { type DigestAlgorithm, DIGEST_ALGORITHMS } from '../x509/oids.ts'
import { importPrivateKey, isKeyOf } from '../x509/private-key.ts'
import { IterationBudget, bmpPassword, derivePkcs12 } from './key-derivation.ts'
import { decryptWithPassword, readSalt } from './password-encryption.ts'

export interface Pkcs12Content {
  readonly keys: readonly Pkcs12Key[]
  /** In the order of the file, each once. */
  readonly certificates: readonly Certificate[]
}

export interface Pkcs12Key {
  readonly privateKey: KeyObject
  /** What its owner calls it. */
  readonly friendlyName?: string
  /** The certificates of this very key: the public keys were compared. May be none. */
  readonly certificates: readonly Certificate[]
}

/** A key and a chain have 10 KB; a whole trust store has 500 KB. */
const MAX_BYTES = 16 * 1024 * 1024
const MAX_BAGS = 1_000
const MAX_NESTED_SAFES = 8
const VERSION = 3

const DATA = '1.2.840.113549.1.7.1'
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6'
const BAG = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  safeContents: '1.2.840.113549.1.12.10.1.6',
} as const
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1'
const FRIENDLY_NAME = '1.2.840.113549.1.9.20'

/** The key of the MAC is as long as the digest (RFC 7292 appendix B.4). */
const MAC_BYTES: Readonly<Record<DigestAlgorithm, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
}

/** True when the bytes begin like a PKCS#12 file: a sequence whose first member is version 3. */
export function looksLikePkcs12(bytes: Uint8Array): boolean {
  try {
    const reader = Asn1Reader.ber(bytes).sequence()
    return reader.has(TAG.integer) && reader.smallInteger() === VERSION && reader.has(TAG.sequence)
  } catch (error) {
    if (error instanceof HubError) return false
    throw error
  }
}

/**
 * Opens a file with its password, which may be empty. Key derivation runs on the thread pool or in
 * turns, so that others go on meanwhile.
 *
 * @throws HubError `pkcs12.malformed`, `pkcs12.unsupported` (no MAC, other kinds of contents),
 *   `passphrase.wrong`, `passphrase.too_expensive`, `key.unsupported`, `certificate.malformed`
 */
export async function readPkcs12(bytes: Uint8Array, password: string): Promise<Pkcs12Content> {
  if (bytes.byteLength > MAX_BYTES) {
    throw new HubError('pkcs12.malformed', `a PKCS#12 file has at most ${MAX_BYTES} bytes`)
  }
  try {
    return await new Opening(password).read(bytes)
  } catch (error) {
    return readingAs('pkcs12.malformed', 'a PKCS#12 file', () => {
      throw error
    })
  }
}

class Opening {
  readonly #password: string
  readonly #budget = new IterationBudget()
  readonly #keys: { privateKey: KeyObject; friendlyName: string | undefined }[] = []
  readonly #certificates = new Map<string, Certificate>()
  #bagsLeft = MAX_BAGS

  constructor(password: string) {
    this.#password = password
  }

  async read(bytes: Uint8Array): Promise<Pkcs12Content> {
    const outer = Asn1Reader.ber(bytes)
    const pfx = outer.sequence()
    outer.end()
    if (pfx.smallInteger() !== VERSION) {
      throw new HubError('pkcs12.malformed', 'a PKCS#12 file of another version than 3')
    }
    const authenticated = plainContent(pfx.sequence())
    if (pfx.isAtEnd) {
      throw new HubError('pkcs12.unsupported', 'a PKCS#12 file without a MAC cannot be trusted')
    }
    await this.#verifyMac(pfx.sequence(), authenticated)
    const safes = Asn1Reader.ber(authenticated).sequence()
    while (!safes.isAtEnd) await this.#readSafe(safes.sequence())
    return this.#result()
  }

  /** K-02: nothing inside is looked at before. */
  async #verifyMac(reader: Asn1Reader, content: Uint8Array): Promise<void> {
    const info = reader.sequence()
    const { oid } = readAlgorithm(info)
    const expected = info.octetString()
    const salt = readSalt(reader)
    const iterations = reader.isAtEnd ? 1 : reader.smallInteger()
    const digest = DIGEST_ALGORITHMS.get(oid)
    if (digest === undefined) throw new HubError('pkcs12.unsupported', `a MAC by ${oid}`)
    const attempts =
      this.#password === '' ? [bmpPassword(''), new Uint8Array(0)] : [bmpPassword(this.#password)]
    for (const attempt of attempts) {
      this.#budget.spend(iterations)
      // As long as the digest, whatever the file says that its MAC is: each round costs.
      const bytes = MAC_BYTES[digest]
      const asked = { digest, salt, iterations, bytes, what: 'mac' } as const
      const key = await derivePkcs12(attempt, asked)
      const mac = createHmac(digest, key).update(content).digest()
      if (equalSecrets(mac, expected)) return
    }
    throw new HubError('passphrase.wrong', 'the passphrase does not open this file')
  }

  async #readSafe(contentInfo: Asn1Reader): Promise<void> {
    const type = contentInfo.objectIdentifier()
    switch (type) {
      case DATA:
        await this.#readBags(contentInfo.explicit(0).octetString(), 0)
        return
      case ENCRYPTED_DATA: {
        const encrypted = contentInfo.explicit(0).sequence()
        encrypted.smallInteger()
        const info = encrypted.sequence()
        info.objectIdentifier()
        const algorithm = readAlgorithm(info)
        const ciphertext = info.octetString(contextPrimitive(0))
        await this.#readBags(await this.#decrypt(algorithm, ciphertext), 0)
        return
      }
      default:
        throw new HubError('pkcs12.unsupported', `contents of the kind ${type}`)
    }
  }

  async #readBags(bytes: Uint8Array, depth: number): Promise<void> {
    if (depth > MAX_NESTED_SAFES) {
      throw new HubError('pkcs12.malformed', `safes nested more than ${MAX_NESTED_SAFES} deep`)
    }
    const bags = Asn1Reader.ber(bytes).sequence()
    while (!bags.isAtEnd) {
      this.#bagsLeft -= 1
      if (this.#bagsLeft < 0) {
        throw new HubError('pkcs12.malformed', `a PKCS#12 file has at most ${MAX_BAGS} entries`)
      }
      const bag = bags.sequence()
      const type = bag.objectIdentifier()
      const value = bag.explicit(0)
      const friendlyName = bag.isAtEnd ? undefined : readFriendlyName(bag.set())
      await this.#readBag(type, value, { friendlyName, depth })
    }
  }

  async #readBag(
    type: string,
    value: Asn1Reader,
    { friendlyName, depth }: { friendlyName: string | undefined; depth: number },
  ): Promise<void> {
    switch (type) {
      case BAG.key:
        this.#keys.push({ privateKey: importPrivateKey(value.rest), friendlyName })
        return
      case BAG.shroudedKey: {
        const info = value.sequence()
        const algorithm = readAlgorithm(info)
        const pkcs8 = await this.#decrypt(algorithm, info.octetString())
        this.#keys.push({ privateKey: importPrivateKey(pkcs8), friendlyName })
        return
      }
      case BAG.certificate: {
        const bag = value.sequence()
        if (bag.objectIdentifier() !== X509_CERTIFICATE) return
        const certificate = parseCertificate(bag.explicit(0).octetString())
        this.#certificates.set(certificate.fingerprint, certificate)
        return
      }
      case BAG.safeContents:
        await this.#readBags(value.rest, depth + 1)
        return
      default:
        // Revocation lists and secrets are not what a mail gateway opens a file for.
        return
    }
  }

  #decrypt(algorithm: ReturnType<typeof readAlgorithm>, ciphertext: Uint8Array) {
    return decryptWithPassword(ciphertext, {
      algorithm,
      password: this.#password,
      budget: this.#budget,
    })
  }

  #result(): Pkcs12Content {
    const certificates = [...this.#certificates.values()]
    const keys = this.#keys.map(({ privateKey, friendlyName }) => ({
      privateKey,
      ...(friendlyName === undefined ? {} : { friendlyName }),
      certificates: certificates.filter((certificate) => isKeyOf(privateKey, certificate)),
    }))
    return { keys, certificates }
  }
}

function plainContent(contentInfo: Asn1Reader): Uint8Array {
  const type = contentInfo.objectIdentifier()
  if (type !== DATA) {
    throw new HubError('pkcs12.unsupported', `a PKCS#12 file protected by a signature (${type})`)
  }
  return contentInfo.explicit(0).octetString()
}

function readFriendlyName(attributes: Asn1Reader): string | undefined {
  while (!attributes.isAtEnd) {
    const attribute = attributes.sequence()
    if (attribute.objectIdentifier() === FRIENDLY_NAME) return attribute.set().text()
  }
  return undefined
}
