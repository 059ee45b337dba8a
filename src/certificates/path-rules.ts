/** What each certificate of a path has to be, signatures and revocation apart (RFC 5280 section 6.1). */

import type { Certificate } from '../formats/x509/certificate.ts'
import { MIN_RSA_BITS, weaknessOf } from '../formats/x509/key-strength.ts'
import { EXTENSION, PURPOSE } from '../formats/x509/oids.ts'
import type { PathProblem, Purpose } from './path-verdict.ts'

/** What is wrong with one certificate of a path. */
export interface Problem {
  readonly because: PathProblem
  readonly certificate: Certificate
  readonly detail?: string
}

export interface PathRules {
  readonly at: Date
  readonly purpose: Purpose
  /** RSA from 1,024 bits, serial numbers that are not positive, MD5 and SHA-1: old mail only. */
  readonly legacy: boolean
}

const MIN_LEGACY_RSA_BITS = 1024

/**
 * Extensions that may be critical. Policies may stand there because no policy is demanded, and the
 * extensions that would demand one (policy constraints) are not in the list.
 */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.subjectKeyIdentifier,
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  EXTENSION.certificatePolicies,
  EXTENSION.extendedKeyUsage,
])

/** Limits that hold even where an issuer forgot to mark them critical, as the standard demands. */
const NEVER_IGNORED: ReadonlySet<string> = new Set([
  EXTENSION.nameConstraints,
  EXTENSION.policyConstraints,
])

/**
 * The first rule that a path breaks, from the anchor downwards; undefined when it keeps them all.
 * `path` runs from the end entity to the anchor.
 */
export function brokenRule(path: readonly Certificate[], rules: PathRules): Problem | undefined {
  let authoritiesLeft = Infinity
  for (let at = path.length - 1; at > 0; at -= 1) {
    const certificate = path[at]
    if (certificate === undefined) continue
    const problem = ofAnyCertificate(certificate, rules) ?? ofAuthority(certificate, rules)
    if (problem !== undefined) return problem
    // P-02: an authority that only renewed its own key does not count.
    const counts = at < path.length - 1 && !certificate.subject.equals(certificate.issuer)
    if (counts) authoritiesLeft -= 1
    if (authoritiesLeft < 0) return { because: 'path_too_long', certificate }
    const limit = certificate.basicConstraints?.pathLength
    if (limit !== undefined) authoritiesLeft = Math.min(authoritiesLeft, limit)
  }
  const [endEntity] = path
  if (endEntity === undefined) return undefined
  return (
    ofAnyCertificate(endEntity, rules) ??
    ofEndEntity(endEntity, rules.purpose, { isAnchor: path.length === 1 })
  )
}

function ofAnyCertificate(certificate: Certificate, rules: PathRules): Problem | undefined {
  if (rules.at < certificate.notBefore) return { because: 'not_yet_valid', certificate }
  if (rules.at > certificate.notAfter) return { because: 'expired', certificate }
  const unknown = certificate.extensions.find(
    ({ oid, critical }) => (critical && !UNDERSTOOD.has(oid)) || NEVER_IGNORED.has(oid),
  )
  if (unknown !== undefined) {
    return { because: 'unsupported_critical_extension', certificate, detail: unknown.oid }
  }
  const weakKey = keyProblem(certificate, rules)
  if (weakKey !== undefined) return weakKey
  if (!rules.legacy && !isPositive(certificate.serial)) {
    return { because: 'malformed_serial', certificate }
  }
  return undefined
}

/** A key that is too weak, or made to be a burden: asked before anything is verified with it. */
export function keyProblem(
  certificate: Certificate,
  { legacy }: Pick<PathRules, 'legacy'>,
): Problem | undefined {
  const minRsaBits = legacy ? MIN_LEGACY_RSA_BITS : MIN_RSA_BITS
  const detail = weaknessOf(certificate.publicKey, { minRsaBits })
  return detail === undefined ? undefined : { because: 'weak_key', certificate, detail }
}

function ofAuthority(certificate: Certificate, { purpose }: PathRules): Problem | undefined {
  // P-08: certificates below version 3 cannot say that they are an authority's.
  if (certificate.basicConstraints?.isCa !== true) {
    return { because: 'not_an_authority', certificate, detail: 'basic constraints' }
  }
  if (certificate.keyUsage !== undefined && !certificate.keyUsage.has('keyCertSign')) {
    return { because: 'not_an_authority', certificate, detail: 'key usage' }
  }
  if (purpose !== 'any' && !isForMail(certificate)) {
    return { because: 'wrong_usage', certificate, detail: 'extended key usage' }
  }
  return undefined
}

function ofEndEntity(
  certificate: Certificate,
  purpose: Purpose,
  { isAnchor }: { isAnchor: boolean },
): Problem | undefined {
  if (purpose === 'any') return undefined
  // One that is trusted by itself may be a self-signed one, as simple tools make them.
  if (certificate.basicConstraints?.isCa === true && !isAnchor) {
    return { because: 'wrong_usage', certificate, detail: 'an authority' }
  }
  if (!allowsKeyUsage(certificate, purpose)) {
    return { because: 'wrong_usage', certificate, detail: 'key usage' }
  }
  if (!isForMail(certificate)) {
    return { because: 'wrong_usage', certificate, detail: 'extended key usage' }
  }
  return undefined
}

/**
 * True when the key usage extension allows the purpose, or there is none (RFC 8550 section 4.4.2).
 * H-04 for signing; H-06 for encrypting: RSA keys encipher keys, the others agree on them.
 */
function allowsKeyUsage(
  { keyUsage, publicKey }: Certificate,
  purpose: 'email-sign' | 'email-encrypt',
): boolean {
  switch (purpose) {
    case 'email-sign':
      if (publicKey.kind === 'x25519') return false
      if (keyUsage === undefined) return true
      return keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation')
    case 'email-encrypt':
      switch (publicKey.kind) {
        case 'rsa':
          return keyUsage === undefined || keyUsage.has('keyEncipherment')
        case 'ec':
        case 'x25519':
          return keyUsage === undefined || keyUsage.has('keyAgreement')
        case 'rsa-pss':
        case 'ed25519':
        case 'other':
          return false
      }
  }
}

/** H-05: the extended key usage extension allows mail, or there is none. */
function isForMail({ extendedKeyUsage }: Certificate): boolean {
  return (
    extendedKeyUsage === undefined ||
    extendedKeyUsage.includes(PURPOSE.emailProtection) ||
    extendedKeyUsage.includes(PURPOSE.any)
  )
}

function isPositive(serial: Uint8Array): boolean {
  return (serial[0] ?? 0x80) < 0x80 && serial.some((octet) => octet !== 0)
}
