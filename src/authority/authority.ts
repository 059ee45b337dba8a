/**
 * The hub's own certificate authority: a root that recipients trust, an issuing authority below it,
 * and the certificates that it issues for the organisation's people and for the hub itself.
 *
 * Each person gets two certificates, one to sign with and one to be encrypted to. All keys are made
 * here and sealed (`keys/`). Keys and certificates are made first, which takes a while, and stored
 * with their audit entry in one transaction.
 */

import { parseOwnAddress } from '../accounts/address.ts'
import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { KnownCertificate } from '../certificates/certificate-cache.ts'
import type { Certificates, OwnCertificate } from '../certificates/certificates.ts'
import type { Database } from '../db/connection.ts'
import type { KeyType } from '../db/tables/certificates.ts'
import { buildCertificate } from '../formats/x509/build.ts'
import { type Certificate, parseCertificate } from '../formats/x509/certificate.ts'
import { DEFAULT_KEY_TYPE, type Keys } from '../keys/keys.ts'
import { type IssuedPair, issuePair } from './certificate-pair.ts'
import { issuingProfile, listenerProfile, rootProfile } from './profiles.ts'
import * as store from './store.ts'

/** An authority as it stands: trusted by those who have its root. */
export interface Establishment {
  readonly root: Certificate
  readonly issuing: Certificate
}

/**
 * RSA because every mail program reads it, 3,072 bits because the root is to last twenty years. The
 * time that its signatures take (1.4 ms) is nothing beside that of making the person's keys.
 */
const AUTHORITY_KEY_TYPE: KeyType = 'rsa-3072'

/** A certificate of the hub's own is made anew when it ends within so many days: nobody has to think of it. */
const RENEW_HUB_DAYS = 35

const DAY_MS = 86_400_000

export class Authority {
  readonly #db: Database
  readonly #keys: Keys
  readonly #certificates: Certificates
  readonly #domains: () => Promise<readonly string[]>
  readonly #audit: Audit
  readonly #clock: Clock
  readonly #log: Log

  constructor(parts: {
    db: Database
    keys: Keys
    certificates: Certificates
    /** Domains for whose addresses it may issue. */
    domains: () => Promise<readonly string[]>
    audit: Audit
    clock: Clock
    log: Log
  }) {
    this.#db = parts.db
    this.#keys = parts.keys
    this.#certificates = parts.certificates
    this.#domains = parts.domains
    this.#audit = parts.audit
    this.#clock = parts.clock
    this.#log = parts.log
  }

  /**
   * Makes root, issuing authority and the hub's own certificates, once.
   *
   * @throws HubError `authority.exists`
   */
  async establish({
    organization,
    hubAddress,
    by,
  }: {
    /** Name for the subjects; what goes beyond 64 characters is cut. */
    organization: string
    /** The address under which the hub writes: `sealpost@example.com`. */
    hubAddress: string
    by: string
  }): Promise<Establishment> {
    if ((await this.find()) !== undefined) throw alreadyThere()
    const at = this.#clock.now()
    const [rootKey, issuingKey] = await Promise.all([
      this.#keys.make(AUTHORITY_KEY_TYPE),
      this.#keys.make(AUTHORITY_KEY_TYPE),
    ])
    const rootSigner = this.#keys.newCertificateSigner(rootKey)
    const rootTemplate = rootProfile({ organization, publicKey: rootKey.publicKey, at })
    const root = parseCertificate(await buildCertificate(rootTemplate, rootSigner))
    const { publicKey } = issuingKey
    const issuingTemplate = issuingProfile({ organization, publicKey, root, at })
    const issuing = parseCertificate(await buildCertificate(issuingTemplate, rootSigner))
    const signer = this.#keys.newCertificateSigner(issuingKey)
    const hub = await issuePair(this.#keys, { address: hubAddress, issuing, root, signer, at })
    await this.#db.transaction().execute(async (tx) => {
      for (const key of [rootKey, issuingKey, ...hub.keys]) await this.#keys.keep(tx, key, { at })
      const issuedBy = issuing.fingerprint
      const own: OwnCertificate[] = [
        { certificate: root, owner: 'authority', isAnchor: true, keyId: rootKey.id },
        {
          certificate: issuing,
          owner: 'authority',
          keyId: issuingKey.id,
          issuedBy: root.fingerprint,
        },
        ...hub.certificates.map((each) => ({ ...each, owner: 'hub' as const, issuedBy })),
      ]
      await this.#certificates.addOwn(tx, own, { at, by })
      for (const [role, { fingerprint }] of [
        ['root', root],
        ['issuing', issuing],
      ] as const) {
        const isFirst = await store.insertAuthority(tx, { fingerprint, role, createdAt: at })
        if (!isFirst) throw alreadyThere()
      }
      const detail = { issuing: issuing.fingerprint, ...fingerprintsOf(hub.pair) }
      const subject = root.fingerprint
      await this.#audit.record(tx, { action: 'authority.establish', subject, by, at, detail })
    })
    this.#certificates.changed()
    this.#log.info('authority.established', { root: root.fingerprint, by })
    return { root, issuing }
  }

  /** Root and issuing authority; undefined before `establish`. */
  async find(): Promise<Establishment | undefined> {
    const found = await this.#current()
    return found && { root: found.root.certificate, issuing: found.issuing.certificate }
  }

  /** @throws HubError `authority.missing`: not established yet */
  async get(): Promise<Establishment> {
    const found = await this.find()
    if (found === undefined) throw notEstablished()
    return found
  }

  /**
   * Says no to addresses that are not the organisation's: nobody here could answer for them.
   *
   * @throws HubError `authority.foreign_address`, `address.malformed`
   */
  async checkAddress(address: string): Promise<void> {
    const { domain } = parseOwnAddress(address)
    const domains = await this.#domains()
    if (domains.includes(domain)) return
    throw new HubError(
      'authority.foreign_address',
      `certificates are issued for addresses of ${domains.join(', ')} only`,
    )
  }

  /**
   * Issues a certificate for signing and one for encryption to a person. Earlier ones stay: mail to
   * them can still be read, and the new ones are preferred because they are newer.
   *
   * @throws HubError `authority.missing`: not established, or at its end
   * @throws HubError `authority.foreign_address`
   */
  async issueFor(
    person: { id: string; address: string },
    options: { by: string; keyType?: KeyType; crlUrl?: string },
  ): Promise<IssuedPair> {
    await this.checkAddress(person.address)
    return this.#issue({ address: person.address, owner: 'person', personId: person.id }, options)
  }

  async #issue(
    { address, ...owner }: { address: string } & Pick<OwnCertificate, 'owner' | 'personId'>,
    { by, keyType = DEFAULT_KEY_TYPE, crlUrl }: { by: string; keyType?: KeyType; crlUrl?: string },
  ): Promise<IssuedPair> {
    const at = this.#clock.now()
    const { root, issuing } = await this.#usable(at)
    const signer = await this.#keys.certificateSigner(issuing.keyId ?? '')
    const made = await issuePair(this.#keys, {
      address,
      issuing: issuing.certificate,
      root: root.certificate,
      signer,
      at,
      keyType,
      ...(crlUrl === undefined ? {} : { crlUrl }),
    })
    const issuedBy = issuing.certificate.fingerprint
    await this.#db.transaction().execute(async (tx) => {
      for (const key of made.keys) await this.#keys.keep(tx, key, { at })
      const own = made.certificates.map((each) => ({
        ...each,
        ...owner,
        issuedBy,
      }))
      await this.#certificates.addOwn(tx, own, { at, by })
      const detail = { address, keyType, ...fingerprintsOf(made.pair) }
      const subject = owner.personId ?? owner.owner
      await this.#audit.record(tx, { action: 'certificate.issue', subject, by, at, detail })
    })
    this.#certificates.changed()
    this.#log.info('certificates.issued', { address, ...fingerprintsOf(made.pair) })
    return made.pair
  }

  /**
   * Sees to it that the hub can sign as an address that it writes from, for a month at the least:
   * false when that is not an address of the organisation's, and nobody here could answer for it.
   *
   * @throws HubError `authority.missing`, `address.malformed`
   */
  async issueForHub(address: string, { by }: { by: string }): Promise<boolean> {
    const { domain } = parseOwnAddress(address)
    if (!(await this.#domains()).includes(domain)) return false
    const now = this.#clock.now()
    const { issuing } = await this.#usable(now)
    // Nothing that is issued lasts longer than its authority.
    const enoughMs = Math.min(
      now.getTime() + RENEW_HUB_DAYS * DAY_MS,
      issuing.certificate.notAfter.getTime(),
    )
    const candidates = await this.#certificates.forSigning(address, new Date(enoughMs))
    if (!candidates.some(({ usable }) => usable))
      await this.#issue({ address, owner: 'hub' }, { by })
    return true
  }

  /**
   * Issues a certificate to the hub's own listeners, by the root itself: the issuing authority is for
   * mail only. It is not kept, and neither is its key.
   *
   * @throws HubError `authority.missing`
   */
  async issueForListener(listener: {
    hostName: string
    publicKey: Uint8Array
  }): Promise<Certificate> {
    const at = this.#clock.now()
    const { root } = await this.#usable(at)
    const template = listenerProfile({ ...listener, root: root.certificate, at })
    const signer = await this.#keys.certificateSigner(root.keyId ?? '')
    return parseCertificate(await buildCertificate(template, signer))
  }

  async #usable(at: Date): Promise<{ root: KnownCertificate; issuing: KnownCertificate }> {
    const found = await this.#current()
    if (found === undefined) throw notEstablished()
    const { notAfter } = found.issuing.certificate
    if (at > notAfter) {
      throw new HubError('authority.missing', `the authority ended on ${notAfter.toISOString()}`)
    }
    return found
  }

  async #current(): Promise<{ root: KnownCertificate; issuing: KnownCertificate } | undefined> {
    const root = await store.findCurrentAuthority(this.#db, 'root')
    const issuing = await store.findCurrentAuthority(this.#db, 'issuing')
    if (root === undefined || issuing === undefined) return undefined
    return {
      root: await this.#certificates.get(root),
      issuing: await this.#certificates.get(issuing),
    }
  }
}

function fingerprintsOf({ signing, encryption }: IssuedPair) {
  return { signing: signing.fingerprint, encryption: encryption.fingerprint }
}

function alreadyThere(): HubError {
  return new HubError('authority.exists', 'the hub has its authority already')
}

function notEstablished(): HubError {
  return new HubError('authority.missing', 'the hub has no authority yet: set it up first')
}
