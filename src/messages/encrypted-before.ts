/**
 * Whether a message that comes in is wholly encrypted. Such a message passes as it is, also where a
 * rule wants encryption: so all of its body has to be what its label says, from the first byte to the
 * last. Whatever is not, in the least, is an ordinary message.
 *
 * That the encrypted octets are the output of a cipher nobody without the key can tell.
 */

import { asBuffer, decodeLatin1 } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { BLOCK_BYTES, CONTENT_CIPHERS } from '../formats/cms/content-ciphers.ts'
import type { EnvelopeHeader } from '../formats/cms/enveloped-data.ts'
import type { RecipientInfo } from '../formats/cms/recipient-info.ts'
import { type CmsHeader, CmsStreamReader, type CmsTrailer } from '../formats/cms/stream-reader.ts'
import { contextConstructed } from '../formats/asn1/tags.ts'
import { Base64Decoder } from '../formats/mime/base64.ts'
import { isIdentityEncoding, readHeader } from '../formats/mime/entity.ts'
import type { Parameterized } from '../formats/mime/content-type.ts'
import { describesContent } from '../formats/mime/header-fields.ts'
import { MIME_LIMITS, type MimeLimits } from '../formats/mime/limits.ts'
import { chunksOf, sourceOf } from '../formats/mime/source.ts'
import { isStrictBase64 } from '../formats/mime/strict-base64.ts'
import { through } from '../formats/mime/transfer-encoding.ts'
import { findArmoredMessage } from '../formats/openpgp/armor.ts'
import { isEncryptedMessage } from '../formats/openpgp/packets.ts'

/** The first octet of CMS in binary. In base64 it never begins so: `M` stands for this octet. */
const SEQUENCE = 0x30

/** `[2]` to `[4]`: shared keys, passwords, others (RFC 5652 section 6.2). */
const OTHER_RECIPIENTS = [2, 3, 4].map(contextConstructed)

/** For the header of a part of PGP/MIME: type, description and file name take 250 bytes. */
const PART_LIMITS: MimeLimits = { ...MIME_LIMITS, headerBytes: 1024 }

/** What Enigmail and its kin write before the first part; anything else there could be a message. */
const PGP_PREAMBLE = /^This is an OpenPGP\/MIME encrypted message \(RFC \d{4} and \d{4}\)$/

/**
 * What stands at the beginning of the body when it is one complete EnvelopedData or AuthEnvelopedData
 * with a recipient and encrypted content, in base64 or binary (RFC 8551 section 3.3).
 */
export function findWholeEnvelope(body: Uint8Array): EnvelopeHeader | undefined {
  const isBinary = body[0] === SEQUENCE
  if (!isBinary && !isStrictBase64(body)) return undefined
  const seen: { header?: CmsHeader; trailer?: CmsTrailer } = {}
  const isEntire = isWhole(() => {
    let contentBytes = 0
    const reader = new CmsStreamReader({
      header: (header) => (seen.header = header),
      content: (chunk) => (contentBytes += chunk.byteLength),
      trailer: (trailer) => (seen.trailer = trailer),
    })
    const chunks = chunksOf(sourceOf(body))
    for (const chunk of isBinary ? chunks : through(chunks, new Base64Decoder())) reader.push(chunk)
    reader.finish()
    return contentBytes > 0 && isEnvelope(seen.header, seen.trailer, contentBytes)
  })
  return isEntire && seen.header?.is === 'encrypted' ? seen.header : undefined
}

function isEnvelope(
  header: CmsHeader | undefined,
  trailer: CmsTrailer | undefined,
  contentBytes: number,
): boolean {
  if (header?.is !== 'encrypted' || trailer?.is !== 'encrypted') return false
  const { recipientInfos, encryption } = header
  if (recipientInfos.length === 0 || !recipientInfos.every(holdsKey)) return false
  switch (encryption.is) {
    case 'malformed':
      return false
    case 'unknown':
      return true
    case 'known':
      return CONTENT_CIPHERS[encryption.cipher].isAuthenticated
        ? trailer.tag?.byteLength === encryption.tagBytes
        : contentBytes % BLOCK_BYTES === 0
  }
}

function holdsKey(info: RecipientInfo): boolean {
  switch (info.kind) {
    case 'key-transport':
      return info.encryptedKey.byteLength > 0
    case 'key-agreement':
      return (
        info.recipients.length > 0 &&
        info.recipients.every(({ encryptedKey }) => encryptedKey.byteLength > 0)
      )
    case 'other':
      return OTHER_RECIPIENTS.includes(info.tag)
  }
}

/**
 * True when the body is that of PGP/MIME as RFC 3156 section 4 has it: two parts, the first
 * `Version: 1`, the second an encrypted message in armor, and nothing around them.
 */
export function isWholePgpMime({ parameters }: Parameterized, body: Uint8Array): boolean {
  if (parameters.get('protocol')?.toLowerCase() !== 'application/pgp-encrypted') return false
  return isWhole(() => {
    const parts = findTwoParts(asBuffer(body), `--${parameters.get('boundary') ?? ''}`)
    if (parts === undefined) return false
    const [control, data] = parts
    return (
      /^version:[ \t]*1$/i.test(
        decodeLatin1(contentOf(control, 'application/pgp-encrypted')).trim(),
      ) && isWholePgpText(contentOf(data, 'application/octet-stream'))
    )
  })
}

/**
 * The two parts between three delimiter lines. Undefined when anything but white space stands around
 * them. Not by `splitMessage`, which finds whatever parts there are, and takes its time for it.
 */
function findTwoParts(body: Buffer, delimiter: string): readonly [Buffer, Buffer] | undefined {
  const first = body.indexOf(delimiter, 0, 'latin1')
  const next = (at: number) => body.indexOf(`\n${delimiter}`, at + delimiter.length, 'latin1')
  const second = next(first)
  const third = next(second)
  if (first < 0 || second < 0 || third < 0) return undefined
  const preamble = decodeLatin1(body.subarray(0, first)).trim()
  const end = decodeLatin1(body.subarray(third + 1 + delimiter.length)).trimEnd()
  if (end !== '--' || !(preamble === '' || PGP_PREAMBLE.test(preamble))) return undefined
  const control = afterLineEnd(body.subarray(first + delimiter.length, second))
  const data = afterLineEnd(body.subarray(second + 1 + delimiter.length, third))
  return control === undefined || data === undefined ? undefined : [control, data]
}

/** What follows the end of a delimiter line, which can be padded with white space. */
function afterLineEnd(bytes: Buffer): Buffer | undefined {
  const lineEnd = bytes.indexOf('\n')
  if (lineEnd < 0 || bytes.toString('latin1', 0, lineEnd).trim() !== '') return undefined
  return bytes.subarray(lineEnd + 1)
}

/**
 * The body of a part of this type, whose header is no place for a message either; otherwise nothing.
 *
 * @throws HubError `mime.header_too_large`
 */
function contentOf(part: Buffer, type: string): Uint8Array {
  const entity = readHeader(sourceOf(part), PART_LIMITS)
  const isPlain =
    entity.contentType.value === type &&
    isIdentityEncoding(entity.transferEncoding) &&
    entity.fields.every(describesContent)
  return isPlain ? part.subarray(entity.body.start) : new Uint8Array(0)
}

/** True when the text is one encrypted OpenPGP message in armor, and white space. */
export function isWholePgpText(text: Uint8Array): boolean {
  const message = findArmoredMessage(text)
  return message !== undefined && isEncryptedMessage(message)
}

/** What cannot be read to its end is not whole. */
function isWhole(read: () => boolean): boolean {
  try {
    return read()
  } catch (error) {
    if (error instanceof HubError) return false
    throw error
  }
}
