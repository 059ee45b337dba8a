/**
 * Opens messages: goes through the layers of S/MIME from the outside in, verifies what is signed and
 * decrypts what is encrypted, until what is displayed is reached.
 *
 * Only what is around the whole message is a layer. A signed or encrypted part with something beside
 * it is neither verified nor decrypted (attacks ): it is a part like any other, and named.
 */

import { equalBytes } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import type { CmsDecrypter } from '../formats/cms/decrypt.ts'
import { CONTENT_TYPE } from '../formats/cms/oids.ts'
import { parseCertificate } from '../formats/x509/certificate.ts'
import { type Entity, splitMessage } from '../formats/mime/entity.ts'
import { type ByteRange, type ByteSource, chunksOf } from '../formats/mime/source.ts'
import { decodeBody } from '../formats/mime/transfer-encoding.ts'
import { isAmbiguous } from './ambiguity.ts'
import { readCmsLayer } from './cms-layer.ts'
import { smimeFormOf } from './forms.ts'
import { judgeMessage } from './judge.ts'
import type { SealedSpool } from './sealed-spool.ts'
import { judgeSignatures, readAll, type Signatures, type Trust, verdictOf } from './signatures.ts'
import type { Layer, LayerFlaw, MessageVerdict, SignedLayer } from './verdicts.ts'
import { unwrapFile, type Wrapped } from './wrapped.ts'

/** With what a message is opened. */
export interface OpenOptions extends Trust {
  readonly decrypters: readonly CmsDecrypter[]
  /** False: whoever signed may have signed it, whatever From says. */
  readonly addressBinding?: boolean
}

/** A message with its layers taken off. Has to be closed: content may wait on disk. */
export interface OpenedMessage {
  /** From the outside in. */
  readonly layers: readonly Layer[]
  readonly verdict: MessageVerdict
  /** What the message is displayed from: its header is `outer`'s, completed by that of the content. */
  readonly content: Wrapped
  readonly outer: Wrapped
  /** S/MIME that is only a part of the content, by its path. */
  readonly partsNotOpened: readonly string[]
  close(): void
}

/** Triple wrapping makes three; mailing lists and gateways may add some. */
export const MAX_LAYERS = 20

/**
 * Opens a message, or a bare CMS object.
 *
 * What is wrong with it is in the verdicts. Only what cannot be read as a message at all is an error.
 *
 * @throws HubError `mime.*`; `smime.too_deep`: more than 20 layers; `spool.failed`
 */
export function openMessage(source: ByteSource, options: OpenOptions): OpenedMessage {
  const peeling = new Peeling(unwrapFile(source), options)
  try {
    while (peeling.next());
    return peeling.result()
  } catch (error) {
    peeling.close()
    throw error
  }
}

/** A message with its encryption taken off. Has to be closed: content may wait on disk. */
export interface DecryptedMessage {
  /** From the outside in: all that were passed, signatures among them. */
  readonly layers: readonly Layer[]
  readonly outer: Wrapped
  /** What was inside of the last layer of encryption that was opened; undefined when none was. */
  readonly content: Wrapped | undefined
  close(): void
}

/**
 * Takes off the outermost layer of encryption, or all of them. What is signed inside keeps its
 * signature; a signature around the encryption comes off with it.
 *
 * @throws HubError as `openMessage`
 */
export function decryptMessage(
  source: ByteSource,
  { decrypters, all, at }: { decrypters: readonly CmsDecrypter[]; all: boolean; at: Date },
): DecryptedMessage {
  const peeling = new Peeling(unwrapFile(source), { decrypters, anchors: [], at })
  try {
    while ((all || peeling.decrypted === undefined) && peeling.next());
    return {
      layers: peeling.layers,
      outer: peeling.outer,
      content: peeling.decrypted,
      close: () => peeling.close(),
    }
  } catch (error) {
    peeling.close()
    throw error
  }
}

/** One message while its layers come off. */
class Peeling {
  readonly #options: OpenOptions
  readonly outer: Wrapped
  readonly layers: Layer[] = []
  /** What was inside of the last layer of encryption that came off. */
  decrypted: Wrapped | undefined
  readonly #spools: SealedSpool[] = []
  #current: Wrapped
  /** A header so far can be read in two ways: what it stands before is signed for nobody. */
  #isAmbiguous = false

  constructor(outer: Wrapped, options: OpenOptions) {
    this.outer = outer
    this.#current = outer
    this.#options = options
  }

  /** Takes one layer off. False when there is none, or it does not come off. */
  next(): boolean {
    const form = smimeFormOf(this.#current.entity)
    if (form === undefined) return false
    if (this.layers.length >= MAX_LAYERS) {
      throw new HubError('smime.too_deep', `a message has at most ${MAX_LAYERS} layers of S/MIME`)
    }
    this.#isAmbiguous ||= isAmbiguous(this.#current.entity)
    return form === 'clear-signed' ? this.#clearSigned() : this.#cms()
  }

  result(): OpenedMessage {
    const content = this.#current
    const partsNotOpened = smimeParts(content.entity)
    const verdict = judgeMessage({
      layers: this.layers,
      fields: this.outer.entity.fields,
      insideFields: content === this.outer ? [] : content.entity.fields,
      hasSignedParts: partsNotOpened.length > 0,
      options: this.#options,
    })
    return {
      layers: this.layers,
      verdict,
      content,
      outer: this.outer,
      partsNotOpened,
      close: () => this.close(),
    }
  }

  close(): void {
    for (const spool of this.#spools) spool.close()
  }

  #clearSigned(): boolean {
    const { source, entity } = this.#current
    const [signed, signature, more] = entity.parts
    // A signature that says it is something else is displayed, and nobody signed that.
    const isWrong =
      signature === undefined || more !== undefined || smimeFormOf(signature) !== 'cms'
    if (signed === undefined || isWrong) {
      this.layers.push(brokenLayer('clear', 'wrong_parts'))
      return false
    }
    this.#isAmbiguous ||= isAmbiguous(signature)
    const cms = readCmsLayer(() => decodeBody(source, signature), [])
    if (cms.is === 'encrypted') cms.content?.close()
    if (cms.is !== 'signed') this.layers.push(brokenLayer('clear', 'malformed'))
    else this.#judgeClearSigned(signed, cms)
    this.#current = { source, entity: signed }
    return true
  }

  #judgeClearSigned(
    signed: Entity,
    cms: { signatures: Signatures; content: SealedSpool | undefined },
  ): void {
    const { source } = this.#current
    const inside = cms.content
    try {
      const isOther = inside !== undefined && !isSame(inside, { source, range: signed.range })
      const flaw = isOther ? 'other_content_inside' : undefined
      this.#addSigned('clear', cms.signatures, { source, range: signed.range, flaw })
    } finally {
      inside?.close()
    }
  }

  #cms(): boolean {
    const { source, entity } = this.#current
    const cms = readCmsLayer(() => decodeBody(source, entity), this.#options.decrypters)
    if (cms.is === 'unreadable') {
      const { is: kind, ...why } = cms
      this.layers.push({ kind, ...why })
      return false
    }
    const { content } = cms
    if (content !== undefined) this.#spools.push(content)
    if (cms.is === 'encrypted') this.layers.push(cms.layer)
    else if (content !== undefined) {
      const range = { start: 0, end: content.sizeBytes }
      this.#addSigned('opaque', cms.signatures, { source: content, range, flaw: undefined })
    } else this.layers.push(layerWithoutContent(cms.signatures))
    if (content === undefined) return false
    this.#current = { source: content, entity: splitMessage(content) }
    if (cms.is === 'encrypted') this.decrypted = this.#current
    return true
  }

  #addSigned(
    form: SignedLayer['form'],
    signatures: Signatures,
    content: { source: ByteSource; range: ByteRange; flaw: LayerFlaw | undefined },
  ): void {
    const judged = judgeSignatures(signatures, content, this.#options)
    const flaw = content.flaw ?? this.#flawOf(signatures)
    this.layers.push({
      kind: 'signed',
      form,
      ...judged,
      verdict:
        flaw === undefined
          ? verdictOf(judged.signers, { hasContent: form === 'opaque' })
          : { is: 'broken', because: flaw },
    })
  }

  #flawOf({ contentType }: Signatures): LayerFlaw | undefined {
    if (this.#isAmbiguous) return 'ambiguous_header'
    return contentType === CONTENT_TYPE.data ? undefined : 'other_content_type'
  }
}

/** Paths of the outermost S/MIME below an entity. */
function smimeParts({ parts }: Entity): readonly string[] {
  return parts.flatMap((part) => (smimeFormOf(part) === undefined ? smimeParts(part) : [part.path]))
}

/** A signature alone, or a bag of certificates. */
function layerWithoutContent({ signerInfos, certificates }: Signatures): SignedLayer {
  if (signerInfos.length > 0) return brokenLayer('opaque', 'content_missing')
  const verdict = verdictOf([], { hasContent: false })
  const readable = readAll(certificates, parseCertificate)
  return { kind: 'signed', form: 'opaque', signers: [], verdict, certificates: readable }
}

function brokenLayer(form: SignedLayer['form'], because: LayerFlaw): SignedLayer {
  return { kind: 'signed', form, signers: [], verdict: { is: 'broken', because }, certificates: [] }
}

function isSame(inside: ByteSource, shown: { source: ByteSource; range: ByteRange }): boolean {
  if (inside.sizeBytes !== shown.range.end - shown.range.start) return false
  let at = 0
  for (const chunk of chunksOf(shown.source, shown.range)) {
    if (!equalBytes(chunk, inside.read(at, at + chunk.byteLength))) return false
    at += chunk.byteLength
  }
  return true
}
