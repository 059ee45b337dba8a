/** How protected messages are written: which header fields stay outside, and what S/MIME adds. */

import { randomBytes } from 'node:crypto'
import { encodeLatin1, encodeUtf8 } from '../base/bytes.ts'
import { CONTENT_CIPHERS, type ContentCipher } from '../formats/cms/content-ciphers.ts'
import { DIGESTS, type DigestName } from '../formats/cms/digests.ts'
import { describesContent, type HeaderField } from '../formats/mime/header-fields.ts'
import { withCrlf } from '../formats/mime/line-ends.ts'
import { terminated } from '../formats/mime/seven-bit.ts'

/** Fields that are for us alone, or for nobody: they never travel. */
function staysHome(field: HeaderField): boolean {
  return field.key === 'bcc' || field.key === 'resent-bcc' || field.key.startsWith('x-sealpost-')
}

/** Fields that go inside of what is signed or encrypted; those of an entity without any get one. */
export function insideFields(fields: readonly HeaderField[]): readonly HeaderField[] {
  const inside = fields.filter(describesContent)
  return inside.length > 0 ? inside : [PLAIN_TEXT]
}

/** Some readers take a part without header for no part at all. */
const PLAIN_TEXT: HeaderField = {
  name: 'Content-Type',
  key: 'content-type',
  value: 'text/plain',
  raw: encodeLatin1('Content-Type: text/plain\r\n'),
}

/**
 * The header of the whole message without what describes its content: as it was, line ends made
 * canonical, and with `MIME-Version` (RFC 2045 section 4). A line that is no field is left out.
 */
export function* outsideHeader(
  fields: readonly HeaderField[],
): Generator<Uint8Array, void, undefined> {
  for (const field of fields) {
    if (field.name === '' || describesContent(field) || staysHome(field)) continue
    if (field.key === 'mime-version') continue
    yield* withCrlf([terminated(field.raw)])
  }
  yield MIME_VERSION
}

const MIME_VERSION = encodeLatin1('MIME-Version: 1.0\r\n')

/** A multipart/signed, in the pieces around its two parts. */
export interface ClearSignedFrame {
  /** Its header, what old mail programs show, and the first delimiter. */
  readonly start: Uint8Array
  /** Between the signed part and the base64 of the signature. */
  readonly middle: Uint8Array
  readonly end: Uint8Array
}

/** `multipart/signed` (RFC 8551 section 3.5.3). */
export function clearSignedFrame(digest: DigestName): ClearSignedFrame {
  // 128 random bits: no part contains it.
  const boundary = `----sealpost-${randomBytes(16).toString('hex')}`
  return {
    start: encodeUtf8(
      lines(
        'Content-Type: multipart/signed; protocol="application/pkcs7-signature";',
        `\tmicalg=${DIGESTS[digest].micalg}; boundary="${boundary}"`,
        '',
        'This is an S/MIME signed message.',
        `--${boundary}`,
        '',
      ),
    ),
    middle: encodeUtf8(
      lines(
        '',
        `--${boundary}`,
        'Content-Type: application/pkcs7-signature; name="smime.p7s"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename="smime.p7s"',
        '',
        '',
      ),
    ),
    end: encodeUtf8(lines(`--${boundary}--`, '')),
  }
}

/** What `smime-type` calls the content of an `application/pkcs7-mime` (RFC 8551 section 3.2.2). */
type SmimeType = 'signed-data' | 'enveloped-data' | 'authEnveloped-data'

/** The `smime-type` of what a cipher makes. */
export function envelopeType(cipher: ContentCipher): SmimeType {
  return CONTENT_CIPHERS[cipher].isAuthenticated ? 'authEnveloped-data' : 'enveloped-data'
}

/** Header of an `application/pkcs7-mime` in base64, with its blank line (RFC 8551 section 3.2). */
export function cmsHeader(type: SmimeType): Uint8Array {
  return encodeUtf8(
    lines(
      `Content-Type: application/pkcs7-mime; smime-type=${type}; name="smime.p7m"`,
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: attachment; filename="smime.p7m"',
      '',
      '',
    ),
  )
}

function lines(...all: string[]): string {
  return all.join('\r\n')
}
