/**
 * Reads SignedData, EnvelopedData and AuthEnvelopedData of any size as they come: what stands before
 * the content, the content in chunks, what stands after it.
 */

import { HubError } from '../../base/errors.ts'
import { Asn1Input, type Reading } from '../asn1/input.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { CONSTRUCTED, TAG, contextConstructed, contextPrimitive } from '../asn1/tags.ts'
import { readAlgorithm } from '../x509/algorithm.ts'
import { readContentEncryption } from './content-ciphers.ts'
import { CMS_LIMITS, isPadding, readingCms } from './content-info.ts'
import {
  type EnvelopeHeader,
  type EnvelopeKind,
  type EnvelopeTrailer,
  envelopeKind,
  fitting,
  readEnvelopeTrailer,
} from './enveloped-data.ts'
import { CONTENT_TYPE } from './oids.ts'
import { readRecipientInfos } from './recipient-info.ts'
import {
  type SignedHeader,
  type SignedTrailer,
  readDigestAlgorithms,
  readSignedTrailer,
} from './signed-data.ts'

/** What is known before the content. */
export type CmsHeader =
  | ({ is: 'signed'; hasContent: boolean } & SignedHeader)
  | ({ is: 'encrypted'; hasContent: boolean } & EnvelopeHeader)

/** What is known after it. */
export type CmsTrailer =
  ({ is: 'signed' } & SignedTrailer) | ({ is: 'encrypted' } & EnvelopeTrailer)

/** Takes what is read. Calls come in this order; what they throw comes out of `push`. */
export interface CmsSink {
  header(header: CmsHeader): void
  /** Content, still encrypted if it was. The memory is the sink's only during the call. */
  content(chunk: Uint8Array): void
  trailer(trailer: CmsTrailer): void
}

/** 10,000 recipients with keys of 4096 bits and long names need 8 MB. */
const MAX_RECIPIENT_INFOS_BYTES = 16 * 1024 * 1024
/** Certificates, CRLs and signatures: a large CRL of a public CA has some MB. */
const MAX_TRAILER_BYTES = 32 * 1024 * 1024
/** Algorithm identifiers, object identifiers, versions. */
const MAX_SMALL_BYTES = 64 * 1024

/**
 * Reads one ContentInfo from chunks of any size.
 *
 * Nothing is verified or decrypted. The chunks given to `push` may be used again when it returns.
 */
export class CmsStreamReader {
  readonly #input = new Asn1Input()
  readonly #reading: Reading<void>

  constructor(sink: CmsSink) {
    this.#reading = readContentInfo(this.#input, sink)
  }

  /**
   * Reads on.
   *
   * @throws HubError `cms.malformed`, `cms.other_content`; what the sink throws. After that, and
   *   after `finish`, the reader is of no more use.
   */
  push(chunk: Uint8Array): void {
    this.#input.give(chunk)
    this.#goOn()
    this.#input.keep()
  }

  /**
   * Says that this was all.
   *
   * @throws HubError `cms.malformed`: something is missing
   */
  finish(): void {
    this.#input.finish()
    this.#goOn()
  }

  #goOn(): void {
    readingCms('a CMS message', () => this.#reading.next())
  }
}

function* readContentInfo(input: Asn1Input, sink: CmsSink): Reading<void> {
  yield* input.open(TAG.sequence)
  const contentType = yield* readSmall(input, (reader) => reader.objectIdentifier())
  yield* input.open(contextConstructed(0))
  yield* input.open(TAG.sequence)
  if (contentType === CONTENT_TYPE.signedData) yield* readSigned(input, sink)
  else yield* readEnveloped(input, { sink, kind: envelopeKind(contentType) })
  yield* input.close()
  yield* input.close()
  yield* input.close()
  yield* input.rest((chunk) => {
    if (!isPadding(chunk)) throw new HubError('asn1.malformed', 'something follows the ContentInfo')
  })
}

function* readSigned(input: Asn1Input, sink: CmsSink): Reading<void> {
  const version = yield* readSmall(input, (reader) => reader.smallInteger())
  const digestAlgorithms = yield* readSmall(input, (reader) => readDigestAlgorithms(reader.set()))
  yield* input.open(TAG.sequence)
  const contentType = yield* readSmall(input, (reader) => reader.objectIdentifier())
  const hasContent = yield* input.has(contextConstructed(0))
  sink.header({ is: 'signed', hasContent, version, digestAlgorithms, contentType })
  if (hasContent) {
    yield* input.open(contextConstructed(0))
    yield* input.octets(TAG.octetString, (chunk) => sink.content(chunk))
    yield* input.close()
  }
  yield* input.close()
  const trailer = yield* readRest(input)
  sink.trailer({ is: 'signed', ...readSignedTrailer(trailer) })
}

function* readEnveloped(
  input: Asn1Input,
  { sink, kind }: { sink: CmsSink; kind: EnvelopeKind },
): Reading<void> {
  const version = yield* readSmall(input, (reader) => reader.smallInteger())
  if (yield* input.has(contextConstructed(0))) {
    yield* input.element({ maxBytes: MAX_TRAILER_BYTES })
  }
  const infos = yield* input.element({ tag: TAG.set, maxBytes: MAX_RECIPIENT_INFOS_BYTES })
  const recipientInfos = readRecipientInfos(Asn1Reader.ber(infos, CMS_LIMITS).set())
  yield* input.open(TAG.sequence)
  const contentType = yield* readSmall(input, (reader) => reader.objectIdentifier())
  const algorithm = yield* readSmall(input, (reader) => readAlgorithm(reader))
  const encryption = fitting(readContentEncryption(algorithm), kind)
  const tag = contextPrimitive(0)
  const hasContent = yield* input.has(tag, tag | CONSTRUCTED)
  sink.header({
    ...{ is: 'encrypted', hasContent, kind, version },
    ...{ recipientInfos, contentType, encryption },
  })
  if (hasContent) yield* input.octets(tag, (chunk) => sink.content(chunk))
  yield* input.close()
  const trailer = yield* readRest(input)
  sink.trailer({ is: 'encrypted', ...readEnvelopeTrailer(trailer, kind) })
}

/** One small element, read in memory. */
function* readSmall<T>(input: Asn1Input, read: (reader: Asn1Reader) => T): Reading<T> {
  return read(Asn1Reader.ber(yield* input.element({ maxBytes: MAX_SMALL_BYTES }), CMS_LIMITS))
}

/** The elements that are left at this level, as a reader of them. */
function* readRest(input: Asn1Input): Reading<Asn1Reader> {
  const elements: Uint8Array[] = []
  let leftBytes = MAX_TRAILER_BYTES
  while (!(yield* input.isAtEnd())) {
    const element = yield* input.element({ maxBytes: leftBytes })
    leftBytes -= element.byteLength
    elements.push(element)
  }
  return Asn1Reader.ber(Buffer.concat(elements), CMS_LIMITS)
}
