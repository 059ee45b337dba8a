/**
 * Private keys: made here, sealed with the master key at rest, and used only in here (promise 2).
 * What comes out is the use of a key: something that signs, something that decrypts.
 *
 * A key is unsealed at its first use and then kept in memory, since every message of its owner needs
 * it. Making an RSA key takes a fifth of a second, so that happens on the thread pool.
 */

import { type KeyObject, createPublicKey, generateKeyPair, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { HubError } from '../base/errors.ts'
import { type SealingKey, seal, unseal } from '../base/seal.ts'
import type { Database, Transaction } from '../db/connection.ts'
import type { KeyType } from '../db/tables/certificates.ts'
import { type CmsDecrypter, decrypterFor } from '../formats/cms/decrypt.ts'
import { type SignatureScheme, signNow, signSoon } from '../formats/cms/signature-schemes.ts'
import type { CmsSigner } from '../formats/cms/signing-template.ts'
import type { CertificateSigner } from '../formats/x509/build.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import { importPrivateKey } from '../formats/x509/private-key.ts'
import { signerFor } from './signing.ts'
import * as store from './store.ts'

/** A key that was made and is not stored yet: nobody else has it. */
export interface NewKey {
  readonly id: string
  readonly type: KeyType
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
}

/**
 * The type of the keys of people's certificates, unless the organisation chooses another.
 *
 * RSA-2048 for signing and for encryption: Outlook, Apple Mail, Thunderbird and gpgsm all read it,
 * and encrypting to it is supported even where ECDH is not (older Outlook, many gateways). It is as
 * strong as RFC 8551 section 4 demands, and signs six times as fast as RSA-3072 here.
 */
export const DEFAULT_KEY_TYPE: KeyType = 'rsa-2048'

/** What keys can be made of. */
export const KEY_TYPES: readonly KeyType[] = ['rsa-2048', 'rsa-3072', 'p-256']

/** About 5 KB each. */
const MAX_CACHED_KEYS = 10_000

const generate = promisify(generateKeyPair)

export class Keys {
  readonly #db: Database
  readonly #master: SealingKey
  readonly #cache = new Map<string, KeyObject>()
  /** Made and not stored yet; dropped with the one who asked for them. */
  readonly #new = new WeakMap<NewKey, KeyObject>()

  constructor({ db, master }: { db: Database; master: SealingKey }) {
    this.#db = db
    this.#master = master
  }

  /** Makes a key; `keep` stores it. */
  async make(type: KeyType): Promise<NewKey> {
    const privateKey = await makeKey(type)
    const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
    const key: NewKey = { id: randomUUID(), type, publicKey }
    this.#new.set(key, privateKey)
    return key
  }

  /** Stores a key that was made here, in the transaction of what it is for. */
  async keep(tx: Transaction, key: NewKey, { at }: { at: Date }): Promise<void> {
    const pkcs8 = this.#newKey(key).export({ format: 'der', type: 'pkcs8' })
    const sealed = seal(this.#master, purposeOf(key.id), pkcs8)
    pkcs8.fill(0)
    await store.insertKey(tx, { ...key, sealed, createdAt: at })
  }

  /** Signs certificates with a key that is not stored yet: that of an authority in the making. */
  newCertificateSigner(key: NewKey): CertificateSigner {
    return certificateSigner(this.#newKey(key))
  }

  /**
   * Signs certificates with a stored key.
   *
   * @throws HubError `key.not_found`, `seal.broken`
   */
  async certificateSigner(id: string): Promise<CertificateSigner> {
    return certificateSigner(await this.#get(id))
  }

  /**
   * A signer of messages, by the scheme that is given or else by the one that suits the key.
   *
   * @throws HubError `key.not_found`, `seal.broken`, `key.unsupported`
   */
  async signer(
    id: string,
    use: { certificate: Certificate; chain: readonly Certificate[]; scheme?: SignatureScheme },
  ): Promise<CmsSigner> {
    return signerFor(await this.#get(id), use)
  }

  /**
   * Opens messages to a certificate.
   *
   * @throws HubError `key.not_found`, `seal.broken`
   */
  async decrypter(id: string, certificate: Certificate): Promise<CmsDecrypter> {
    return decrypterFor(certificate, await this.#get(id))
  }

  #newKey(key: NewKey): KeyObject {
    const privateKey = this.#new.get(key)
    if (privateKey !== undefined) return privateKey
    throw new HubError('key.not_found', `the key ${key.id} was not made here`)
  }

  async #get(id: string): Promise<KeyObject> {
    const cached = this.#cache.get(id)
    if (cached !== undefined) return cached
    const stored = await store.findKey(this.#db, id)
    if (stored === undefined) throw new HubError('key.not_found', `there is no key ${id}`)
    const pkcs8 = unseal(this.#master, purposeOf(id), stored.sealed)
    const privateKey = importPrivateKey(pkcs8)
    pkcs8.fill(0)
    const [oldest] = this.#cache.keys()
    if (this.#cache.size >= MAX_CACHED_KEYS && oldest !== undefined) this.#cache.delete(oldest)
    this.#cache.set(id, privateKey)
    return privateKey
  }
}

function purposeOf(id: string): string {
  return `key:${id}`
}

async function makeKey(type: KeyType): Promise<KeyObject> {
  switch (type) {
    case 'rsa-2048':
      return (await generate('rsa', { modulusLength: 2048 })).privateKey
    case 'rsa-3072':
      return (await generate('rsa', { modulusLength: 3072 })).privateKey
    case 'p-256':
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey
  }
}

function certificateSigner(privateKey: KeyObject): CertificateSigner {
  return privateKey.asymmetricKeyType === 'ec'
    ? { signature: 'ecdsa-sha256', sign: (tbs) => signNow(privateKey, 'ecdsa-sha256', tbs) }
    : { signature: 'rsa-sha256', sign: (tbs) => signSoon(privateKey, 'rsa-sha256', tbs) }
}
