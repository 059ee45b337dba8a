/**
 * Validates a certificate: looks for a path from it to a trust anchor and holds the path to the rules
 * of RFC 5280 section 6. A pure function of what it is given; nothing is fetched.
 *
 * Not evaluated: name constraints, policies, and revocation lists other than complete ones of the
 * issuer itself. A certificate that carries such a limit is not valid, and a list not used; neither
 * is ever taken for one without the limit.
 */

import { equalBytes } from '../base/bytes.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import type { Crl } from '../formats/x509/crl.ts'
import { type SignatureCheck, checkSignature } from '../formats/x509/signature.ts'
import { type PathRules, type Problem, brokenRule, keyProblem } from './path-rules.ts'
import type { PathVerdict, Purpose, UnusedCrl } from './path-verdict.ts'
import { revocationStatus } from './revocation.ts'

export interface ValidationRequest {
  readonly certificate: Certificate
  /** Certificates that may be part of a path, in any order, trusted by nobody: those of a message. */
  readonly others?: readonly Certificate[]
  /**
   * Certificates that are trusted. One that is an authority's vouches for what it issued; any other
   * for itself only. Their dates and limits hold like those of others, their signatures are not
   * looked at.
   */
  readonly anchors: readonly Certificate[]
  /**
   * Lists that the one who asks relies on. Where they hold lists of an issuer of the path, one of
   * them has to be usable: a list that is old, forged or not understood is no better than none.
   */
  readonly crls?: readonly Crl[]
  /** Lists that came along, as those in a message: used if they can be, else passed over. */
  readonly carriedCrls?: readonly Crl[]
  readonly at: Date
  readonly purpose: Purpose
  /** Lets MD5, SHA-1, RSA from 1,024 bits and serial numbers that are not positive pass. */
  readonly legacy?: boolean
  /** Refuses a path unless usable lists vouch for every certificate below the anchor. */
  readonly requireRevocation?: boolean
}

/** End entity, anchor and eight between them; real paths have three or four. */
const MAX_PATH_LENGTH = 10

/** Signatures verified in one search: 0.1 s of work at the most. Real searches need three. */
const MAX_SIGNATURES = 100

/** Certificates tried as issuer of another; RFC 4158 section 2 shows how they multiply. */
const MAX_STEPS = 1_000

/** Finds a path that is valid, or says at which certificate the most promising one failed. */
export function validatePath(request: ValidationRequest): PathVerdict {
  return new Search(request).run()
}

/** How far an attempt came; a later failure says more than an earlier one. */
interface Failure extends Problem {
  readonly rank: number
}

const RANK = { noIssuer: 0, notSigned: 1, brokenRule: 2 }

class Search {
  readonly #request: ValidationRequest
  readonly #rules: PathRules
  readonly #bySubject: ReadonlyMap<string, Certificate[]>
  readonly #unusedCrls = new Map<string, UnusedCrl>()
  readonly #checks = new Map<string, SignatureCheck>()
  #stepsLeft = MAX_STEPS
  #failure: Failure | undefined

  constructor(request: ValidationRequest) {
    this.#request = request
    const { at, purpose, legacy = false, anchors, others = [] } = request
    this.#rules = { at, purpose, legacy }
    this.#bySubject = Map.groupBy([...anchors, ...others], ({ subject }) => subject.comparable)
  }

  run(): PathVerdict {
    const { certificate } = this.#request
    const valid = this.#extend([certificate])
    if (valid !== undefined) return { ...valid, unusedCrls: [...this.#unusedCrls.values()] }
    const { because, certificate: at, detail } = this.#failure ?? unknownIssuer(certificate)
    return {
      is: 'untrusted',
      because,
      certificate: at,
      ...(detail === undefined ? {} : { detail }),
      unusedCrls: [...this.#unusedCrls.values()],
    }
  }

  /** Goes on from a path that does not yet end in an anchor; depth first, best candidates first. */
  #extend(path: readonly Certificate[]): Found | undefined {
    const last = path.at(-1)
    if (last === undefined) return undefined
    if (this.#isAnchor(last)) return this.#judge(path)
    if (path.length >= MAX_PATH_LENGTH) {
      this.#note({ because: 'too_complex', certificate: last, rank: RANK.noIssuer })
      return undefined
    }
    const issuers = this.#issuersOf(last).filter((issuer) => !path.some(isSameAs(issuer)))
    if (issuers.length === 0) this.#note({ ...unknownIssuer(last), rank: RANK.noIssuer })
    for (const issuer of issuers) {
      this.#stepsLeft -= 1
      if (this.#stepsLeft < 0) {
        this.#note({ because: 'too_complex', certificate: last, rank: RANK.brokenRule })
        return undefined
      }
      const problem = this.#signatureProblem(last, issuer)
      if (problem !== undefined) {
        this.#note({ ...problem, rank: RANK.notSigned })
        continue
      }
      const found = this.#extend([...path, issuer])
      if (found !== undefined) return found
    }
    return undefined
  }

  #judge(path: readonly Certificate[]): Found | undefined {
    const problem = brokenRule(path, this.#rules)
    if (problem !== undefined) {
      this.#note({ ...problem, rank: RANK.brokenRule })
      return undefined
    }
    const revocation = this.#revocationOf(path)
    if (typeof revocation === 'string') return { is: 'valid', path, revocation }
    this.#note({ ...revocation, rank: RANK.brokenRule })
    return undefined
  }

  #revocationOf(path: readonly Certificate[]): 'good' | 'unknown' | Problem {
    const { crls = [], carriedCrls = [], at, legacy = false } = this.#request
    const { requireRevocation = false } = this.#request
    const evidence = { crls, carriedCrls, at, allowWeak: legacy }
    let overall: 'good' | 'unknown' = 'good'
    for (let index = path.length - 2; index >= 0; index -= 1) {
      const [certificate, issuer] = path.slice(index, index + 2)
      if (certificate === undefined || issuer === undefined) continue
      const unused: UnusedCrl[] = []
      const status = revocationStatus(certificate, issuer, { evidence, unused })
      for (const each of unused) this.#unusedCrls.set(JSON.stringify(each), each)
      if (status.is === 'revoked') {
        const detail = `${status.reason} at ${status.at.toISOString()}`
        return { because: 'revoked', certificate, detail }
      }
      if (status.is === 'good') continue
      const { because: detail } = status
      if (detail !== undefined) return { because: 'revocation_unknown', certificate, detail }
      if (requireRevocation) return { because: 'revocation_unknown', certificate }
      overall = 'unknown'
    }
    return overall
  }

  /** Certificates of the issuer's name: anchors first, and first those that have the key named. */
  #issuersOf(certificate: Certificate): Certificate[] {
    const keyId = certificate.authorityKeyId
    const hasKey = ({ subjectKeyId }: Certificate) =>
      keyId !== undefined && subjectKeyId !== undefined && equalBytes(keyId, subjectKeyId) ? 0 : 1
    return (this.#bySubject.get(certificate.issuer.comparable) ?? []).toSorted(
      (a, b) => hasKey(a) - hasKey(b),
    )
  }

  #signatureProblem(certificate: Certificate, issuer: Certificate): Problem | undefined {
    const weakKey = keyProblem(issuer, this.#rules)
    if (weakKey !== undefined) return weakKey
    switch (this.#check(certificate, issuer)) {
      case 'valid':
        return undefined
      case 'invalid':
        return { because: 'bad_signature', certificate }
      case 'weak_algorithm':
        return { because: 'weak_signature', certificate }
      case 'unsupported_algorithm':
        return { because: 'unsupported_algorithm', certificate }
      case 'over_budget':
        return { because: 'too_complex', certificate }
    }
  }

  #check(certificate: Certificate, issuer: Certificate): SignatureCheck | 'over_budget' {
    const pair = `${certificate.fingerprint} ${issuer.fingerprint}`
    const known = this.#checks.get(pair)
    if (known !== undefined) return known
    if (this.#checks.size >= MAX_SIGNATURES) return 'over_budget'
    const allowWeakDigests = this.#rules.legacy
    const check = checkSignature(certificate, issuer.publicKey, { allowWeakDigests })
    this.#checks.set(pair, check)
    return check
  }

  #isAnchor({ fingerprint }: Certificate): boolean {
    return this.#request.anchors.some((anchor) => anchor.fingerprint === fingerprint)
  }

  #note(failure: Failure): void {
    if (this.#failure === undefined || failure.rank > this.#failure.rank) this.#failure = failure
  }
}

type Found = Omit<Extract<PathVerdict, { is: 'valid' }>, 'unusedCrls'>

function unknownIssuer(certificate: Certificate): Failure {
  return { because: 'unknown_issuer', certificate, rank: RANK.noIssuer }
}

/** A path does not pass twice through one name with one key: it would be a loop. */
function isSameAs(issuer: Certificate): (other: Certificate) => boolean {
  return (other) =>
    equalBytes(other.publicKey.spki, issuer.publicKey.spki) && other.subject.equals(issuer.subject)
}
