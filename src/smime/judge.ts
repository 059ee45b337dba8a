/**
 * The verdict on a message as a whole (RFC 8550 section 3): is everything that is displayed signed,
 * validly, by the address in its single From?
 *
 * The innermost signature decides: it is the one that was made over what is displayed. Signatures
 * around it, a mailing list's perhaps, speak for the transport of what they are around; they cannot
 * stand in for it, and they must not be broken.
 */

import { sameAddress } from '../formats/mime/addresses.ts'
import type { HeaderField } from '../formats/mime/header-fields.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import { findSender, isFor, readFrom } from './sender.ts'
import type {
  EncryptedLayer,
  Layer,
  MessageVerdict,
  SignedLayer,
  UnboundBecause,
} from './verdicts.ts'

/** What the verdict depends on. */
export interface Case {
  /** From the outside in. */
  readonly layers: readonly Layer[]
  /** The header of the message as it came. */
  readonly fields: readonly HeaderField[]
  /** The header of what is inside of all layers. */
  readonly insideFields: readonly HeaderField[]
  /** S/MIME is in the content, beside other parts. */
  readonly hasSignedParts: boolean
  readonly options: {
    readonly decrypters: readonly unknown[]
    readonly addressBinding?: boolean
  }
}

/** Judges a message from its layers. */
export function judgeMessage(about: Case): MessageVerdict {
  const { layers, options } = about
  const unreadable = layers.find((layer) => layer.kind === 'unreadable')
  if (unreadable !== undefined) return { is: 'unreadable', because: unreadable.because }
  const signed = layers.filter((layer) => layer.kind === 'signed')
  const innermost = signed.at(-1)
  const closed = layers.map(closedBecause).find((because) => because !== undefined)
  // Who has no keys at all judges the signature around what stays closed.
  const isClosedForUs = closed !== 'no_key' || options.decrypters.length > 0
  if (closed !== undefined && (isClosedForUs || innermost === undefined)) {
    return { is: 'closed', because: closed }
  }
  if (innermost === undefined) {
    return { is: 'unsigned', because: about.hasSignedParts ? 'only_part_signed' : 'no_signature' }
  }
  for (const { verdict } of [...signed].reverse()) {
    if (verdict.is === 'broken') return verdict
  }
  return innermost.verdict.is === 'valid' ? bind(innermost, about) : innermost.verdict
}

function closedBecause(layer: Layer): ClosedOf | undefined {
  if (layer.kind !== 'encrypted' || layer.outcome.is !== 'closed') return undefined
  return layer.outcome.because
}

type ClosedOf = Extract<EncryptedLayer['outcome'], { is: 'closed' }>['because']

/** Holds the signers against From: each of them has to be its address's. */
function bind({ signers }: SignedLayer, about: Case): MessageVerdict {
  const certificates = signers.flatMap((signer) => signer.certificate ?? [])
  const [certificate] = certificates
  if (certificate === undefined) return { is: 'unsigned', because: 'no_signers' }
  if (about.options.addressBinding === false) {
    const signer = certificate.emailAddresses[0] ?? certificate.subject.text
    return { is: 'valid', signer, certificate }
  }
  const from = readFrom(about.fields)
  switch (from.is) {
    case 'missing':
      return { is: 'unbound', because: 'from_missing' }
    case 'several':
      return { is: 'unbound', because: 'several_from' }
    case 'malformed':
      return { is: 'unbound', because: 'from_malformed' }
    case 'single': {
      const because = whyUnbound(from.address, certificates, about)
      return because === undefined
        ? { is: 'valid', signer: from.address, certificate }
        : { is: 'unbound', because }
    }
  }
}

function whyUnbound(
  address: string,
  certificates: readonly Certificate[],
  { fields, insideFields }: Case,
): UnboundBecause | undefined {
  if (certificates.some(({ emailAddresses }) => emailAddresses.length === 0)) return 'no_address'
  if (!certificates.every((certificate) => isFor(certificate, address))) {
    const sender = findSender(fields)
    const isSenders = sender !== undefined && certificates.every((each) => isFor(each, sender))
    return isSenders ? 'sender_only' : 'other_address'
  }
  const inside = readFrom(insideFields)
  if (inside.is === 'missing') return undefined
  const isSame = inside.is === 'single' && sameAddress(inside.address, address)
  return isSame ? undefined : 'other_from_inside'
}
