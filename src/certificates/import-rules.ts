/** What a certificate that is imported can be good for, or why it is refused. */

import { addressKey } from '../accounts/address.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import { brokenRule } from './path-rules.ts'
import type { PathProblem } from './path-verdict.ts'

export type ImportVerdict =
  | { readonly is: 'partner'; readonly addresses: readonly IndexedAddress[] }
  | { readonly is: 'authority' }
  | {
      readonly is: 'refused'
      readonly because: PathProblem | 'no_address'
      readonly detail?: string
    }

/** An address with what it is looked up by. */
export interface IndexedAddress {
  readonly key: string
  readonly address: string
}

/** RFC 5321 allows 254 octets; more is nobody's address, and an index has its limits. */
const MAX_ADDRESS_CHARACTERS = 254

/**
 * Judges one certificate at a moment. A partner's must name an address and be usable for signing or
 * for encryption: in time, with a strong key and a usage that allows it, and without limits that are
 * not understood. One that is not valid yet is taken: it will be. An authority's must be in time and
 * strong; what it issued does not come with it.
 */
export function judgeImport(certificate: Certificate, at: Date): ImportVerdict {
  const moment = at < certificate.notBefore ? certificate.notBefore : at
  const rules = { at: moment, legacy: false }
  if (isAuthority(certificate)) {
    const problem = brokenRule([certificate], { ...rules, purpose: 'any' })
    return problem === undefined ? { is: 'authority' } : refused(problem)
  }
  const addresses = addressesOf(certificate)
  if (addresses.length === 0) return { is: 'refused', because: 'no_address' }
  const encrypting = brokenRule([certificate], { ...rules, purpose: 'email-encrypt' })
  const signing = brokenRule([certificate], { ...rules, purpose: 'email-sign' })
  if (encrypting !== undefined && signing !== undefined) return refused(encrypting)
  return { is: 'partner', addresses }
}

/**
 * The addresses of a certificate that mail can be sent to, each once. A text with blanks, control
 * characters or brackets in it is none: it could be meant to look like another.
 */
export function addressesOf({ emailAddresses }: Certificate): IndexedAddress[] {
  const byKey = new Map<string, string>()
  for (const address of emailAddresses) {
    const isMailbox = /^[^\s\p{C}<>,;:]+@[^\s\p{C}<>,;:@]+$/u.test(address)
    if (isMailbox && address.length <= MAX_ADDRESS_CHARACTERS) {
      byKey.set(addressKey(address), address)
    }
  }
  return [...byKey].map(([key, address]) => ({ key, address }))
}

/** Simple tools make people's self-signed certificates look like authorities; the address tells. */
function isAuthority(certificate: Certificate): boolean {
  if (certificate.basicConstraints?.isCa !== true) return false
  return (
    certificate.keyUsage?.has('keyCertSign') === true || certificate.emailAddresses.length === 0
  )
}

function refused({ because, detail }: { because: PathProblem; detail?: string }): ImportVerdict {
  return { is: 'refused', because, ...(detail === undefined ? {} : { detail }) }
}
