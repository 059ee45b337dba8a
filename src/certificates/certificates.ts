/**
 * Certificates: those of our people, of partners and of authorities, and which of them is used.
 *
 * A partner's certificate is believed when a valid path leads from it to an authority that is
 * trusted, or when an administrator imported it: that is trust in this very certificate and in
 * nothing that it or its issuer signed. An imported authority is only a step on a path, unless the
 * administrator says that it is trusted.
 *
 * For an address and a purpose the newest certificate that is valid for it is used (`choice.ts`,
 * `validate.ts`). Answers come from memory (`certificate-cache.ts`); nothing is ever deleted, so what
 * a message was protected with can be looked at for ever.
 */

import { addressKey } from '../accounts/address.ts'
import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Database, Transaction } from '../db/connection.ts'
import type { CertificateOwner } from '../db/tables/certificates.ts'
import type { CmsDecrypter } from '../formats/cms/decrypt.ts'
import type { CmsSigner } from '../formats/cms/signing-template.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import { readContainer } from '../formats/x509/containers.ts'
import type { Fingerprint } from '../formats/x509/fingerprint.ts'
import type { Keys } from '../keys/keys.ts'
import { CertificateCache, type KnownCertificate, asConsidered } from './certificate-cache.ts'
import { type CandidateReport, type TrustBase, validationOf } from './choice.ts'
import { type ImportedObject, importInto, unreadableObject } from './import.ts'
import { addressesOf } from './import-rules.ts'
import * as store from './store.ts'
import { validatePath } from './validate.ts'

/** What is to be added in a transaction of someone else. */
export interface OwnCertificate {
  readonly certificate: Certificate
  readonly owner: 'person' | 'hub' | 'authority'
  readonly isAnchor?: boolean
  readonly personId?: string
  /** Absent when its key is elsewhere. */
  readonly keyId?: string
  readonly issuedBy?: Fingerprint
}

/** Own certificates that mail may come in for: all of a large organisation's, past ones too. */
const MAX_DECRYPTERS = 100_000

export class Certificates {
  readonly #db: Database
  readonly #keys: Keys
  readonly #audit: Audit
  readonly #clock: Clock
  readonly #log: Log
  readonly #cache: CertificateCache
  readonly #signers = new WeakMap<Certificate, Promise<CmsSigner>>()

  constructor(parts: { db: Database; keys: Keys; audit: Audit; clock: Clock; log: Log }) {
    this.#db = parts.db
    this.#keys = parts.keys
    this.#audit = parts.audit
    this.#clock = parts.clock
    this.#log = parts.log
    this.#cache = new CertificateCache(parts)
  }

  /**
   * For each address the certificates that could be encrypted to, best first; none is an empty list.
   * The one that is used is `taken`; the others say why not. Upper and lower case make no difference.
   */
  async forEncryption(
    addresses: readonly string[],
    at: Date,
  ): Promise<ReadonlyMap<string, readonly CandidateReport[]>> {
    const keys = addresses.map(addressKey)
    const reports = await this.#cache.reports(keys, { purpose: 'email-encrypt', at })
    return new Map(addresses.map((address, n) => [address, reports.get(keys[n] ?? '') ?? []]))
  }

  /** Certificates that could sign for an address, best first; only those whose keys are here can. */
  async forSigning(address: string, at: Date): Promise<readonly CandidateReport[]> {
    const key = addressKey(address)
    const reports = await this.#cache.reports([key], { purpose: 'email-sign', at })
    return reports.get(key) ?? []
  }

  /**
   * A certificate of the store. The same object each time, so that what is prebuilt for it serves.
   *
   * @throws HubError `certificate.not_found`
   */
  async get(fingerprint: string): Promise<KnownCertificate> {
    const known = await this.#cache.find(fingerprint)
    if (known !== undefined) return known
    throw new HubError('certificate.not_found', `there is no certificate ${fingerprint}`)
  }

  /**
   * The certificate whose fingerprint begins with these hex digits.
   *
   * @throws HubError `certificate.not_found`: none does
   * @throws HubError `certificate.ambiguous`: several do
   */
  async getByPrefix(prefix: string): Promise<KnownCertificate> {
    const digits = prefix.replaceAll(':', '').toLowerCase()
    const rows = /^[0-9a-f]{1,64}$/.test(digits) ? await store.findByPrefix(this.#db, digits) : []
    const [row, another] = rows
    if (another !== undefined) {
      throw new HubError('certificate.ambiguous', `several certificates begin with ${digits}`)
    }
    if (row !== undefined) return this.#cache.known(row)
    throw new HubError('certificate.not_found', `no certificate begins with ${prefix}`)
  }

  /** Certificates that name an address, good or bad, newest first. */
  async findByAddress(address: string): Promise<readonly KnownCertificate[]> {
    const key = addressKey(address)
    return (await this.#cache.byAddresses([key])).get(key) ?? []
  }

  /** In the order in which they were added, after one of them when it is given. */
  async list(page: {
    owner?: CertificateOwner
    limit: number
    after?: KnownCertificate
  }): Promise<KnownCertificate[]> {
    const rows = await store.listCertificates(this.#db, page)
    return rows.map((row) => this.#cache.known(row))
  }

  /**
   * Certificates of our people, of the hub and of its authority that end after a moment and not after
   * another, soonest first, whether they are still used or not.
   */
  async findEnding(span: {
    after: Date
    before: Date
    limit: number
  }): Promise<(KnownCertificate & { addresses: readonly string[] })[]> {
    const rows = await store.findEnding(this.#db, span)
    return rows.map((row) => ({ ...this.#cache.known(row), addresses: row.addresses }))
  }

  /** The authorities that paths are looked for with. */
  trust(): Promise<TrustBase> {
    return this.#cache.trust()
  }

  /**
   * A signer of messages with one of our certificates; its chain travels along, without the root.
   * That it may be used now is the caller's decision, by `forSigning`.
   *
   * @throws HubError `certificate.not_found`, `key.not_found`: its key is not here
   */
  async signer(fingerprint: string): Promise<CmsSigner> {
    const known = await this.get(fingerprint)
    let signer = this.#signers.get(known.certificate)
    if (signer === undefined) {
      signer = this.#makeSigner(known)
      this.#signers.set(known.certificate, signer)
      // One that failed is made anew the next time.
      signer.catch(() => this.#signers.delete(known.certificate))
    }
    return signer
  }

  /** Whoever can open mail to our people and to the hub, those of past certificates too. */
  async decrypters(): Promise<CmsDecrypter[]> {
    const rows = await store.findWithKeys(this.#db, MAX_DECRYPTERS)
    return Promise.all(
      rows.flatMap((row) => {
        if (row.keyId === null) return []
        return [this.#keys.decrypter(row.keyId, this.#cache.known(row).certificate)]
      }),
    )
  }

  /**
   * Takes what a file holds: PEM, DER or P7B, by content. One that is refused does not hinder the
   * others, and is in the answer with its reason. With `trustAuthorities` the authorities of the
   * file become anchors: everything they issue is believed from then on.
   *
   * @throws HubError `container.unreadable`, `pem.malformed`
   */
  async import(
    bytes: Uint8Array,
    { by, trustAuthorities = false }: { by: string; trustAuthorities?: boolean },
  ): Promise<ImportedObject[]> {
    const { certificates, unreadable } = readContainer(bytes)
    const at = this.#clock.now()
    const objects = await this.#db
      .transaction()
      .execute((tx) =>
        importInto(tx, certificates, { at, by, trustAuthorities, audit: this.#audit }),
      )
    this.#cache.drop()
    const refused = unreadable.map(unreadableObject)
    this.#log.info('certificates.imported', {
      by,
      added: objects.filter(({ is }) => is === 'added').length,
      refused: refused.length + objects.filter(({ is }) => is === 'refused').length,
    })
    return [...objects, ...refused]
  }

  /**
   * Adds certificates of our own in a transaction of the one who issued them, who also writes the
   * audit entry. `changed` is to be called once it is committed.
   */
  async addOwn(
    tx: Transaction,
    own: readonly OwnCertificate[],
    { at, by }: { at: Date; by: string },
  ): Promise<void> {
    for (const { isAnchor = false, ...each } of own) {
      await store.insertCertificate(tx, {
        ...each,
        trust: isAnchor ? 'anchor' : 'path',
        addresses: addressesOf(each.certificate),
        addedAt: at,
        addedBy: by,
      })
    }
    await store.markChanged(tx)
  }

  /** Says that a transaction with `addOwn` is committed. */
  changed(): void {
    this.#cache.drop()
  }

  async #makeSigner(known: KnownCertificate): Promise<CmsSigner> {
    const { certificate, keyId } = known
    if (keyId === null) {
      throw new HubError('key.not_found', `the key of ${certificate.subject.text} is not here`)
    }
    const chain = await this.#chainOf(known)
    return this.#keys.signer(keyId, { certificate, chain })
  }

  /** The authorities between a certificate and the anchor; none when there is no valid path. */
  async #chainOf(known: KnownCertificate): Promise<readonly Certificate[]> {
    const question = {
      purpose: 'email-sign',
      at: this.#clock.now(),
      trust: await this.#cache.trust(),
    } as const
    const verdict = validatePath(validationOf(asConsidered(known), question))
    return verdict.is === 'valid' ? verdict.path.slice(1, -1) : []
  }
}
