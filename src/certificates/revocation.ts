/** What revocation lists say about one certificate (RFC 5280 section 6.3, complete lists only). */

import type { Certificate } from '../formats/x509/certificate.ts'
import type { Crl, RevocationReason } from '../formats/x509/crl.ts'
import { EXTENSION } from '../formats/x509/oids.ts'
import { checkSignature } from '../formats/x509/signature.ts'
import type { UnusedCrl } from './path-verdict.ts'

export type RevocationStatus =
  | { readonly is: 'good' }
  | { readonly is: 'revoked'; readonly at: Date; readonly reason: RevocationReason }
  /** `because`: why a list that was relied on says nothing; absent when there was no such list. */
  | { readonly is: 'unknown'; readonly because?: UnusedCrl['because'] }

/** Revocation lists, and the moment they are asked about. */
export interface RevocationEvidence {
  /** Lists that whoever asks relies on: if they speak for the issuer, one has to be usable. */
  readonly crls: readonly Crl[]
  /** Lists that came along with what is checked: they may say something, and need not. */
  readonly carriedCrls: readonly Crl[]
  readonly at: Date
  /** Lets MD5, SHA-1 pass. */
  readonly allowWeak: boolean
}

/** Non-critical ones need not be understood; of the critical ones only these are. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.crlNumber,
])

/** Limits that hold even where an issuer forgot to mark them critical, as RFC 5280 section 5.2 demands. */
const NEVER_IGNORED: ReadonlySet<string> = new Set([
  EXTENSION.deltaCrlIndicator,
  EXTENSION.issuingDistributionPoint,
])

/**
 * The status of a certificate by the lists of its issuer that are valid at a moment. The lists that
 * would have spoken and cannot be used are added to `unused`.
 *
 * Lists that are limited to a part of the certificates, indirect lists and delta lists carry critical
 * extensions that are not understood here, so they are not used. A list past its time no longer says
 * that a certificate is good, but what it says is revoked stays revoked, unless it was only on hold.
 */
export function revocationStatus(
  certificate: Certificate,
  issuer: Certificate,
  { evidence, unused }: { evidence: RevocationEvidence; unused: UnusedCrl[] },
): RevocationStatus {
  let status: RevocationStatus = { is: 'unknown' }
  const { crls, carriedCrls } = evidence
  for (const [index, crl] of [...crls, ...carriedCrls].entries()) {
    if (!crl.issuer.equals(certificate.issuer)) continue
    const problem = whyUnusable(crl, issuer, evidence)
    if (problem !== undefined) unused.push({ issuer: crl.issuer.text, ...problem })
    if (problem === undefined || problem.because === 'out_of_date') {
      const revoked = revokedBy(crl, certificate, { at: evidence.at, isCurrent: !problem })
      if (revoked !== undefined) return revoked
    }
    const isReliedOn = index < crls.length
    // A part of the truth, such as a delta list: what it adds to a complete list is not passed over.
    const isPart = problem?.because === 'unsupported_critical_extension'
    if (isReliedOn && isPart && crl.revoked.has(certificate.serialHex)) {
      return { is: 'unknown', because: problem.because }
    }
    if (problem === undefined) status = { is: 'good' }
    else if (isReliedOn && status.is !== 'good')
      status = { is: 'unknown', because: problem.because }
  }
  return status
}

function revokedBy(
  crl: Crl,
  { serialHex }: Certificate,
  { at, isCurrent }: { at: Date; isCurrent: boolean },
): RevocationStatus | undefined {
  const entry = crl.revoked.get(serialHex)
  if (entry === undefined || entry.at > at || entry.reason === 'removeFromCRL') return undefined
  if (!isCurrent && entry.reason === 'certificateHold') return undefined
  return { is: 'revoked', at: entry.at, reason: entry.reason }
}

function whyUnusable(
  crl: Crl,
  issuer: Certificate,
  { at, allowWeak }: RevocationEvidence,
): Omit<UnusedCrl, 'issuer'> | undefined {
  const unknown = notUnderstood(crl)
  if (unknown !== undefined) {
    return { because: 'unsupported_critical_extension', detail: unknown }
  }
  if (crl.thisUpdate > at) return { because: 'not_yet_valid' }
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.has('crlSign')) {
    return { because: 'issuer_may_not_sign_lists' }
  }
  const check = checkSignature(crl, issuer.publicKey, { allowWeakDigests: allowWeak })
  if (check !== 'valid') return { because: 'bad_signature', detail: check }
  if (crl.nextUpdate === undefined || crl.nextUpdate < at) return { because: 'out_of_date' }
  return undefined
}

/** P-05: of the list, and of any of its entries. */
function notUnderstood(crl: Crl): string | undefined {
  const ofList = crl.extensions.find(
    ({ oid, critical }) => (critical && !UNDERSTOOD.has(oid)) || NEVER_IGNORED.has(oid),
  )
  if (ofList !== undefined) return ofList.oid
  return crl.unknownCriticalOfEntries[0]
}
