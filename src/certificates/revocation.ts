/** What revocation lists say about one certificate (RFC 5280 section 6.3, complete lists only). */

import type { Certificate } from '../formats/x509/certificate.ts'
import type { Crl, RevocationReason } from '../formats/x509/crl.ts'
import { EXTENSION } from '../formats/x509/oids.ts'
import { checkSignature } from '../formats/x509/signature.ts'
import type { UnusedCrl } from './path-verdict.ts'

export type RevocationStatus =
  | { readonly is: 'good' }
  | { readonly is: 'revoked'; readonly at: Date; readonly reason: RevocationReason }
  | { readonly is: 'unknown' }

/** Non-critical ones need not be understood; of the critical ones only these are. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.crlNumber,
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
  {
    crls,
    at,
    allowWeak,
    unused,
  }: {
    crls: readonly Crl[]
    at: Date
    allowWeak: boolean
    unused: UnusedCrl[]
  },
): RevocationStatus {
  let status: RevocationStatus = { is: 'unknown' }
  for (const crl of crls) {
    if (!crl.issuer.equals(certificate.issuer)) continue
    const because = whyUnusable(crl, issuer, { at, allowWeak })
    if (because !== undefined) unused.push({ issuer: crl.issuer.text, ...because })
    if (because !== undefined && because.because !== 'out_of_date') continue
    const entry = crl.revoked.get(certificate.serialHex)
    const isRevoked = entry !== undefined && entry.at <= at && entry.reason !== 'removeFromCRL'
    if (isRevoked && (because === undefined || entry.reason !== 'certificateHold')) {
      return { is: 'revoked', at: entry.at, reason: entry.reason }
    }
    if (because === undefined) status = { is: 'good' }
  }
  return status
}

function whyUnusable(
  crl: Crl,
  issuer: Certificate,
  { at, allowWeak }: { at: Date; allowWeak: boolean },
): Omit<UnusedCrl, 'issuer'> | undefined {
  const unknown = unknownCritical(crl)
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
function unknownCritical(crl: Crl): string | undefined {
  const ofList = crl.extensions.find(({ oid, critical }) => critical && !UNDERSTOOD.has(oid))
  if (ofList !== undefined) return ofList.oid
  return crl.unknownCriticalOfEntries[0]
}
