/**
 * Which certificate is used for an address: of those that name it and are valid for the purpose, the
 * newest. Every one that was looked at is reported with why it was or was not taken: the answer to
 * "why?" later.
 */

import { HubError } from '../base/errors.ts'
import type { CertificateTrust } from '../db/tables/certificates.ts'
import { prepareRecipient } from '../formats/cms/recipient.ts'
import { schemeForKey } from '../formats/cms/signature-schemes.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import type { PathProblem } from './path-verdict.ts'
import { type ValidationRequest, validatePath } from './validate.ts'

export type ChoicePurpose = 'email-sign' | 'email-encrypt'

/** A certificate that names the address, with what the hub knows of it. */
export interface Considered {
  readonly certificate: Certificate
  readonly trust: CertificateTrust
  /** Its private key is here. */
  readonly hasKey: boolean
}

/** What the one that is taken has before another that could be: in the order of `newestFirst`. */
export type NotBest = 'newer_was_taken' | 'longer_was_taken' | 'equal_was_taken'

/** What became of one of them. Plain JSON: it is stored with the message. */
export interface CandidateReport {
  /** SHA-256 of the certificate, 64 hex digits. */
  readonly certificate: string
  readonly usable: boolean
  /** The one that is used: the first that is usable. */
  readonly taken: boolean
  /** Absent for the one that is taken. */
  readonly because?: PathProblem | 'no_private_key' | NotBest
  readonly detail?: string
  /** Its owner has the key, and not the hub; absent when the hub has it. */
  readonly keyIsElsewhere?: true
  readonly subject: string
  /** ISO 8601. */
  readonly notAfter: string
}

/** Whom the hub trusts, and which authorities it knows besides. */
export interface TrustBase {
  readonly anchors: readonly Certificate[]
  readonly others: readonly Certificate[]
}

/** Reports on all of them: the usable ones first, newest first. */
export function chooseCertificate(
  considered: readonly Considered[],
  { purpose, at, trust }: { purpose: ChoicePurpose; at: Date; trust: TrustBase },
): CandidateReport[] {
  const judged = considered
    .toSorted((a, b) => newestFirst(a.certificate, b.certificate))
    .map((each) => ({ each, problem: problemOf(each, { purpose, at, trust }) }))
  const taken = judged.find(({ problem }) => problem === undefined)?.each
  return judged
    .map(({ each, problem }) => report(each, { problem, taken }))
    .toSorted((a, b) => Number(b.usable) - Number(a.usable))
}

/** How a certificate of the hub's store is to be validated: by its path, or as its own anchor. */
export function validationOf(
  { certificate, trust: how }: Considered,
  { purpose, at, trust }: { purpose: ChoicePurpose; at: Date; trust: TrustBase },
): ValidationRequest {
  const anchors = how === 'direct' ? [certificate] : trust.anchors
  return { certificate, others: trust.others, anchors, at, purpose }
}

type Problem = Pick<CandidateReport, 'because' | 'detail'>

function problemOf(
  considered: Considered,
  question: { purpose: ChoicePurpose; at: Date; trust: TrustBase },
): Problem | undefined {
  if (question.purpose === 'email-sign' && !considered.hasKey) return { because: 'no_private_key' }
  const verdict = validatePath(validationOf(considered, question))
  if (verdict.is === 'valid') return unsupportedKey(considered.certificate, question.purpose)
  const { because, certificate, detail } = verdict
  const where = certificate === considered.certificate ? [] : [`at ${certificate.subject.text}`]
  const more = [...where, ...(detail === undefined ? [] : [detail])].join(': ')
  return more === '' ? { because } : { because, detail: more }
}

/**
 * Valid and of no use all the same: a key that we cannot sign or encrypt with, as X25519 or a point
 * that is not on its curve. What is prepared here is kept for the first message.
 */
function unsupportedKey(certificate: Certificate, purpose: ChoicePurpose): Problem | undefined {
  const { kind } = certificate.publicKey
  const problem = { because: 'unsupported_algorithm', detail: `a key of kind ${kind}` } as const
  if (purpose === 'email-sign') {
    return schemeForKey(certificate.publicKey) === undefined ? problem : undefined
  }
  try {
    prepareRecipient({ certificate }, 32)
    return undefined
  } catch (error) {
    if (error instanceof HubError) return problem
    throw error
  }
}

function report(
  { certificate, hasKey }: Considered,
  { problem, taken }: { problem: Problem | undefined; taken: Considered | undefined },
): CandidateReport {
  const isTaken = certificate === taken?.certificate
  return {
    certificate: certificate.fingerprint,
    usable: problem === undefined,
    taken: isTaken,
    ...(problem ?? whyNot(certificate, taken)),
    ...(hasKey ? {} : { keyIsElsewhere: true }),
    subject: certificate.subject.text,
    notAfter: certificate.notAfter.toISOString(),
  }
}

/** Why another that could be used was taken; nothing for the one that is taken. */
function whyNot(certificate: Certificate, taken: Considered | undefined): { because?: NotBest } {
  const best = taken?.certificate ?? certificate
  if (best === certificate) return {}
  if (best.notBefore > certificate.notBefore) return { because: 'newer_was_taken' }
  if (best.notAfter > certificate.notAfter) return { because: 'longer_was_taken' }
  return { because: 'equal_was_taken' }
}

/** By the beginning of validity, then its end; the fingerprint decides, so that all hubs agree. */
function newestFirst(a: Certificate, b: Certificate): number {
  return (
    b.notBefore.getTime() - a.notBefore.getTime() ||
    b.notAfter.getTime() - a.notAfter.getTime() ||
    (a.fingerprint < b.fingerprint ? -1 : 1)
  )
}
