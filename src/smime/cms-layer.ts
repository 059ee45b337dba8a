/** Takes one CMS object apart, of any size: what it is, and what is inside. */

import { releaseBytes } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { recipientIdentifiers } from '../formats/cms/recipient-info.ts'
import { countRecipients } from '../formats/cms/recipient-kinds.ts'
import { type CmsDecrypter, findDecrypter, openContentKey } from '../formats/cms/decrypt.ts'
import type { ContentDecryptor } from '../formats/cms/content-key.ts'
import type { EnvelopeHeader, EnvelopeTrailer } from '../formats/cms/enveloped-data.ts'
import {
  type CmsHeader,
  type CmsSink,
  CmsStreamReader,
  type CmsTrailer,
} from '../formats/cms/stream-reader.ts'
import { SealedSpool } from './sealed-spool.ts'
import type { Signatures } from './signatures.ts'
import type {
  ClosedBecause,
  DecryptionOutcome,
  EncryptedLayer,
  UnreadableLayer,
} from './verdicts.ts'

/** What a CMS object is. */
export type CmsLayer =
  | {
      readonly is: 'signed'
      readonly signatures: Signatures
      /** What is inside; undefined when the content is elsewhere, or there is none. */
      readonly content: SealedSpool | undefined
    }
  | {
      readonly is: 'encrypted'
      readonly layer: EncryptedLayer
      /** The plaintext, its tag verified; undefined when it stays closed. */
      readonly content: SealedSpool | undefined
    }
  | ({ readonly is: 'unreadable' } & Omit<UnreadableLayer, 'kind'>)

/**
 * Reads a CMS object. Plaintext waits sealed and is given out when its tag, or padding, was right.
 *
 * @param pieces the object from its start; asked for twice when the authenticated attributes, which
 *   stand at its end, are needed before its content
 * @throws HubError `spool.failed`; what the pieces throw
 */
export function readCmsLayer(
  pieces: () => Iterable<Uint8Array>,
  decrypters: readonly CmsDecrypter[],
): CmsLayer {
  const first = read(pieces(), new LayerTaker(decrypters, undefined))
  if (!('attributes' in first)) return first
  const second = read(pieces(), new LayerTaker(decrypters, first.attributes))
  return 'attributes' in second ? MALFORMED : second
}

/** Read again, with these authenticated attributes. */
interface AgainWith {
  readonly attributes: Uint8Array
}

const MALFORMED = { is: 'unreadable', because: 'malformed' } as const

function read(pieces: Iterable<Uint8Array>, taker: LayerTaker): CmsLayer | AgainWith {
  const reader = new CmsStreamReader(taker)
  try {
    for (const piece of pieces) reader.push(piece)
    reader.finish()
    return taker.result()
  } catch (error) {
    taker.destroy()
    const code = error instanceof HubError ? error.code : ''
    if (code === 'cms.other_content') return unsupported(error)
    // Also a transfer encoding that cannot be undone.
    if (/^(cms|asn1|mime)\./.test(code)) return MALFORMED
    throw error
  }
}

function unsupported(error: unknown): CmsLayer {
  const contentType = error instanceof HubError ? error.detail.contentType : undefined
  const because = 'unsupported_content'
  return typeof contentType === 'string'
    ? { is: 'unreadable', because, contentType }
    : { is: 'unreadable', because }
}

/** What there is to say of encryption, opened or not. */
export function encryptedLayer(header: EnvelopeHeader, outcome: DecryptionOutcome): EncryptedLayer {
  const { kind, encryption, recipientInfos } = header
  return {
    kind: 'encrypted',
    envelope: kind,
    cipher: encryption.is === 'known' ? encryption.cipher : encryption.oid,
    recipients: recipientIdentifiers(recipientInfos),
    recipientCounts: countRecipients(recipientInfos),
    outcome,
  }
}

/** Collects what the reader finds. */
class LayerTaker implements CmsSink {
  readonly #decrypters: readonly CmsDecrypter[]
  readonly #attributes: Uint8Array | undefined
  #header: CmsHeader | undefined
  #trailer: CmsTrailer | undefined
  #content: SealedSpool | undefined
  #decryptor: ContentDecryptor | undefined
  #outcome: DecryptionOutcome = { is: 'closed', because: 'no_key' }
  #again: AgainWith | undefined

  constructor(decrypters: readonly CmsDecrypter[], attributes: Uint8Array | undefined) {
    this.#decrypters = decrypters
    this.#attributes = attributes
  }

  header(header: CmsHeader): void {
    this.#header = header
    if (header.is === 'encrypted') this.#openKey(header)
    else if (header.hasContent) this.#content = new SealedSpool()
  }

  content(chunk: Uint8Array): void {
    if (this.#decryptor === undefined) this.#content?.write(chunk)
    else {
      const plaintext = this.#decryptor.update(chunk)
      this.#content?.write(plaintext)
      releaseBytes(plaintext)
    }
  }

  trailer(trailer: CmsTrailer): void {
    this.#trailer = trailer
    if (trailer.is === 'encrypted') this.#finishDecryption(trailer)
    this.#content?.finish()
  }

  result(): CmsLayer | AgainWith {
    if (this.#again !== undefined) return this.#again
    const header = this.#header
    const trailer = this.#trailer
    if (header?.is === 'signed' && trailer?.is === 'signed') {
      const signatures = { contentType: header.contentType, ...trailer }
      return { is: 'signed', signatures, content: this.#content }
    }
    if (header?.is !== 'encrypted') return MALFORMED
    const layer = encryptedLayer(header, this.#outcome)
    return { is: 'encrypted', layer, content: this.#content }
  }

  destroy(): void {
    this.#content?.close()
    this.#content = undefined
  }

  #openKey(header: EnvelopeHeader & { readonly hasContent: boolean }): void {
    const decrypter = findDecrypter(header, this.#decrypters)
    const { encryption, contentType } = header
    if (encryption.is !== 'known') this.#close('unsupported_cipher')
    else if (!header.hasContent) this.#close('content_missing')
    else if (decrypter !== undefined) {
      this.#outcome = { is: 'opened', by: decrypter.certificate }
      const contentKey = openContentKey(header, decrypter)
      const attributes = this.#attributes
      this.#decryptor = contentKey.decrypt(encryption, { contentType, attributes })
      this.#content = new SealedSpool()
    }
  }

  #finishDecryption(trailer: EnvelopeTrailer): void {
    if (this.#decryptor === undefined) return
    if (trailer.authenticatedAttributes !== undefined && this.#attributes === undefined) {
      this.#again = { attributes: trailer.authenticatedAttributes }
      this.destroy()
      return
    }
    try {
      this.#content?.write(this.#decryptor.finish(trailer))
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'cms.cannot_decrypt') throw error
      this.#close('cannot_decrypt')
    }
  }

  #close(because: ClosedBecause): void {
    this.#outcome = { is: 'closed', because }
    this.destroy()
  }
}
