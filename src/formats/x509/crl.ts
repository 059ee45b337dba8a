/** Certificate revocation lists: from DER to what they say (RFC 5280 section 5). */

import { toHex } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG, contextPrimitive } from '../asn1/tags.ts'
import { type AlgorithmIdentifier, readAlgorithm, sameAlgorithm } from './algorithm.ts'
import { type Extension, readExtensions } from './extensions.ts'
import { readingAs } from './malformed.ts'
import { Name } from './name.ts'
import { EXTENSION } from './oids.ts'

/** Why a certificate was revoked, in the words of RFC 5280 section 5.3.1. */
export type RevocationReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'removeFromCRL'
  | 'privilegeWithdrawn'
  | 'aACompromise'

const REASONS: ReadonlyMap<number, RevocationReason> = new Map([
  [0, 'unspecified'],
  [1, 'keyCompromise'],
  [2, 'cACompromise'],
  [3, 'affiliationChanged'],
  [4, 'superseded'],
  [5, 'cessationOfOperation'],
  [6, 'certificateHold'],
  [8, 'removeFromCRL'],
  [9, 'privilegeWithdrawn'],
  [10, 'aACompromise'],
])

export interface RevokedCertificate {
  readonly at: Date
  readonly reason: RevocationReason
}

/** What a list says. Nothing of it is believed yet: see `certificates/revocation.ts`. */
export interface Crl {
  readonly der: Uint8Array
  readonly version: 1 | 2
  readonly issuer: Name
  readonly thisUpdate: Date
  /** Undefined when the list does not say; RFC 5280 demands that it does. */
  readonly nextUpdate: Date | undefined
  /** By serial number, content octets of the INTEGER in lower-case hex. */
  readonly revoked: ReadonlyMap<string, RevokedCertificate>
  /** Critical extensions of entries that are not understood: with one, the list is unusable. */
  readonly unknownCriticalOfEntries: readonly string[]
  readonly authorityKeyId?: Uint8Array
  readonly extensions: readonly Extension[]
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly tbs: Uint8Array
  readonly signature: Uint8Array
}

/** The largest lists of public authorities have about 40 MB and a million entries. */
const MAX_CRL_BYTES = 64 * 1024 * 1024
const LIMITS = { maxDepth: 32, maxElements: 10_000_000 }

/**
 * Reads one list in strict DER; nothing may follow it.
 *
 * @throws HubError `crl.malformed`
 */
export function parseCrl(der: Uint8Array): Crl {
  if (der.byteLength > MAX_CRL_BYTES) {
    throw new HubError('crl.malformed', `a revocation list of ${der.byteLength} bytes`)
  }
  return readingAs('crl.malformed', 'a revocation list', () => readCrl(der))
}

function readCrl(der: Uint8Array): Crl {
  const outer = Asn1Reader.der(der, LIMITS)
  const reader = outer.sequence()
  outer.end()
  const tbs = reader.element(TAG.sequence)
  const signatureAlgorithm = readAlgorithm(reader)
  const signature = reader.bitString()
  reader.end()
  const { innerAlgorithm, ...signed } = readSigned(reader.within(tbs))
  if (!sameAlgorithm(innerAlgorithm, signatureAlgorithm)) {
    throw new HubError('crl.malformed', 'a revocation list names two signature algorithms')
  }
  return { der, ...signed, signatureAlgorithm, tbs: tbs.encoded, signature }
}

function readSigned(reader: Asn1Reader) {
  const version = readVersion(reader)
  const innerAlgorithm = readAlgorithm(reader)
  const issuer = Name.parse(reader.element(TAG.sequence).encoded)
  const thisUpdate = reader.time()
  const nextUpdate = reader.has(TAG.utcTime, TAG.generalizedTime) ? reader.time() : undefined
  const entries = reader.has(TAG.sequence) ? readRevoked(reader.sequence()) : NO_ENTRIES
  const explicit = version === 2 ? reader.optionalExplicit(0) : undefined
  const extensions = explicit === undefined ? [] : readExtensions(explicit.sequence())
  explicit?.end()
  reader.end()
  const authorityKeyId = authorityKeyIdOf(extensions)
  return {
    version,
    innerAlgorithm,
    issuer,
    thisUpdate,
    nextUpdate,
    ...entries,
    extensions,
    ...(authorityKeyId === undefined ? {} : { authorityKeyId }),
  }
}

function readVersion(reader: Asn1Reader): 1 | 2 {
  if (!reader.has(TAG.integer)) return 1
  if (reader.smallInteger() !== 1) {
    throw new HubError('crl.malformed', 'a revocation list of a version that does not exist')
  }
  return 2
}

type Entries = Pick<Crl, 'revoked' | 'unknownCriticalOfEntries'>

const NO_ENTRIES: Entries = { revoked: new Map(), unknownCriticalOfEntries: [] }

function readRevoked(reader: Asn1Reader): Entries {
  const revoked = new Map<string, RevokedCertificate>()
  const unknown = new Set<string>()
  while (!reader.isAtEnd) {
    const entry = reader.sequence()
    const serial = toHex(entry.integer())
    const at = entry.time()
    const extensions = entry.isAtEnd ? [] : readExtensions(entry.sequence())
    entry.end()
    revoked.set(serial, { at, reason: reasonOf(extensions) })
    for (const { oid, critical } of extensions) {
      if (critical && !ENTRY_EXTENSIONS.has(oid)) unknown.add(oid)
    }
  }
  return { revoked, unknownCriticalOfEntries: [...unknown] }
}

const ENTRY_EXTENSIONS: ReadonlySet<string> = new Set([
  EXTENSION.reasonCode,
  EXTENSION.invalidityDate,
])

function reasonOf(extensions: readonly Extension[]): RevocationReason {
  const extension = extensions.find(({ oid }) => oid === EXTENSION.reasonCode)
  if (extension === undefined) return 'unspecified'
  const reader = Asn1Reader.der(extension.value)
  const reason = REASONS.get(reader.smallInteger(TAG.enumerated))
  reader.end()
  return reason ?? 'unspecified'
}

function authorityKeyIdOf(extensions: readonly Extension[]): Uint8Array | undefined {
  const extension = extensions.find(({ oid }) => oid === EXTENSION.authorityKeyIdentifier)
  if (extension === undefined) return undefined
  return Asn1Reader.der(extension.value).sequence().optional(contextPrimitive(0))?.content
}
