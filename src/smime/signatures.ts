/** Judges the signatures of one layer: each against the content, then its certificate. */

import { createHash } from 'node:crypto'
import { HubError } from '../base/errors.ts'
import type { PathVerdict } from '../certificates/path-verdict.ts'
import { validatePath } from '../certificates/validate.ts'
import { type DigestName, findDigest } from '../formats/cms/digests.ts'
import { signatureName } from '../formats/cms/signature-method.ts'
import type { SignerInfo } from '../formats/cms/signer-info.ts'
import type { SignedTrailer } from '../formats/cms/signed-data.ts'
import { type SignatureResult, verifySigner } from '../formats/cms/verify.ts'
import { surveyContent, withCrlf } from '../formats/mime/line-ends.ts'
import {
  type ByteRange,
  type ByteSource,
  chunksOf,
  collect,
  readWhole,
} from '../formats/mime/source.ts'
import { type Certificate, parseCertificate } from '../formats/x509/certificate.ts'
import { type Crl, parseCrl } from '../formats/x509/crl.ts'
import type {
  SignatureOutcome,
  SignatureVerdict,
  SignerAlgorithms,
  SignerVerdict,
} from './verdicts.ts'

/** Whom to trust, and when. */
export interface Trust {
  readonly anchors: readonly Certificate[]
  /** Certificates that paths may go through, besides those of the message. */
  readonly others?: readonly Certificate[]
  readonly crls?: readonly Crl[]
  readonly at: Date
  /** Takes weak algorithms for what they were. */
  readonly legacy?: boolean
}

/** Signatures without signed attributes are over the content itself, which has to be in memory then. */
const MAX_CONTENT_IN_MEMORY = 32 * 1024 * 1024

/** A list for each authority of a path, and some of others; each costs a public key operation. */
const MAX_CARRIED_CRLS = 16

/** Everything a signed layer says besides its content. */
export interface Signatures extends SignedTrailer {
  /** Dotted type of the content. */
  readonly contentType: string
}

/** The content that was signed. */
export interface SignedContent {
  readonly source: ByteSource
  readonly range: ByteRange
}

/** The verdict on every signature, in order, and the certificates that came along. */
export function judgeSignatures(
  signatures: Signatures,
  content: SignedContent,
  trust: Trust,
): { signers: readonly SignerVerdict[]; certificates: readonly Certificate[] } {
  const certificates = readAll(signatures.certificates, parseCertificate)
  const carriedCrls = readAll(signatures.crls.slice(0, MAX_CARRIED_CRLS), parseCrl)
  const known = [...certificates, ...(trust.others ?? [])]
  const verify = verifierOf(signatures, content, { certificates: known, trust })
  const judgePath = pathJudge({ ...trust, others: known, carriedCrls })
  const signers = signatures.signerInfos.map((info) => ({
    algorithms: algorithmsOf(info),
    ...judgeSigner(verify(info), judgePath),
  }))
  return { signers, certificates }
}

/**
 * The verdict on a layer from those on its signatures: all of them count (C-06).
 *
 * @param hasContent the content is inside, so that without signers it is content that nobody signed
 */
export function verdictOf(
  signers: readonly SignerVerdict[],
  { hasContent }: { hasContent: boolean },
): SignatureVerdict {
  if (signers.length === 0) {
    return { is: 'unsigned', because: hasContent ? 'no_signers' : 'certificates_only' }
  }
  const broken = signers.find((signer) => signer.is === 'broken')
  if (broken !== undefined) return { is: 'broken', because: broken.because }
  const untrusted = signers.find((signer) => signer.is === 'untrusted')
  if (untrusted !== undefined) return { is: 'untrusted', because: untrusted.because }
  return { is: 'valid' }
}

type Verify = (info: SignerInfo) => SignatureResult

/**
 * Verifies against the bytes as they came. Programs that save messages with the line ends of Unix
 * change what was signed: where the bytes do not fit, their canonical form is tried.
 */
function verifierOf(
  { contentType }: Signatures,
  content: SignedContent,
  { certificates, trust }: { certificates: readonly Certificate[]; trust: Trust },
): Verify {
  const pieces = () => chunksOf(content.source, content.range)
  const raw = digester(pieces)
  const canonical = digester(() => withCrlf(pieces()))
  const context = { contentType, certificates, acceptWeak: trust.legacy === true }
  const isSmall = content.range.end - content.range.start <= MAX_CONTENT_IN_MEMORY
  let isCanonical: boolean | undefined
  return (info) => {
    const isOverContent = info.signedAttributes === undefined && isSmall
    const whole = isOverContent ? { content: readWhole(content.source, content.range) } : {}
    const result = verifySigner(info, { ...context, ...whole, digest: raw })
    const isChanged =
      result.is === 'invalid' &&
      (result.because === 'digest_mismatch' ||
        (isOverContent && result.because === 'bad_signature'))
    if (!isChanged) return result
    isCanonical ??= surveyContent(content.source, content.range).isCanonical
    if (isCanonical) return result
    const mended = isOverContent ? { content: collect(withCrlf(pieces())) } : {}
    return verifySigner(info, { ...context, ...mended, digest: canonical })
  }
}

/** Digests of content of any size; each is computed once, when it is first asked for. */
function digester(pieces: () => Iterable<Uint8Array>): (name: DigestName) => Uint8Array {
  const digests = new Map<DigestName, Uint8Array>()
  return (name) => {
    const known = digests.get(name)
    if (known !== undefined) return known
    const hash = createHash(name)
    for (const piece of pieces()) hash.update(piece)
    const digest = hash.digest()
    digests.set(name, digest)
    return digest
  }
}

type JudgePath = (certificate: Certificate) => PathVerdict

/** Looks for a path from each certificate once, however often it signed. */
function pathJudge(trust: Trust & { readonly carriedCrls: readonly Crl[] }): JudgePath {
  const verdicts = new Map<Certificate, PathVerdict>()
  return (certificate) => {
    const verdict =
      verdicts.get(certificate) ?? validatePath({ ...trust, certificate, purpose: 'email-sign' })
    verdicts.set(certificate, verdict)
    return verdict
  }
}

export function algorithmsOf(info: SignerInfo): SignerAlgorithms {
  const { oid } = info.digestAlgorithm
  return { digest: findDigest(oid) ?? oid, signature: signatureName(info.signatureAlgorithm.oid) }
}

function judgeSigner(result: SignatureResult, judgePath: JudgePath): SignatureOutcome {
  if (result.is === 'invalid') {
    const { because, signer } = result
    return { is: 'broken', because, ...(signer === undefined ? {} : { certificate: signer }) }
  }
  const { signer: certificate, method, attributes } = result
  const signedAt = attributes?.signingTime
  const verified = {
    certificate,
    method: `${method.family} ${method.digest}`,
    ...(signedAt === undefined ? {} : { signedAt }),
  }
  const path = judgePath(certificate)
  return path.is === 'valid'
    ? { is: 'valid', revocation: path.revocation, ...verified }
    : { is: 'untrusted', because: path.because, at: path.certificate, ...verified }
}

/** What can be read of what a stranger sent along; the rest of it says nothing. */
export function readAll<T>(
  all: readonly Uint8Array[],
  parse: (der: Uint8Array) => T,
): readonly T[] {
  return all.flatMap((der) => {
    try {
      return [parse(der)]
    } catch (error) {
      if (error instanceof HubError) return []
      throw error
    }
  })
}
