/** Whether a message came protected: what a gateway must then leave as it is. */

import { decodeLatin1 } from '../base/bytes.ts'
import type { EnvelopeHeader } from '../formats/cms/enveloped-data.ts'
import type { Parameterized } from '../formats/mime/content-type.ts'
import type { Protection } from '../rules/facts.ts'
import { findWholeEnvelope, isWholePgpMime, isWholePgpText } from './encrypted-before.ts'

/** DER or BER of the content types that a ContentInfo can start with (RFC 5652, RFC 5083). */
const CMS_CONTENT_TYPES: readonly { oidHex: string; protection: Protection }[] = [
  { oidHex: '06092a864886f70d010702', protection: 'smime-signed' },
  { oidHex: '06092a864886f70d010703', protection: 'smime-encrypted' },
  { oidHex: '060b2a864886f70d0109100117', protection: 'smime-encrypted' },
]

/** Enough for the tag, the length and the content type of a ContentInfo in base64. */
const HEAD_CHARACTERS = 256

const PGP_SIGNED = '-----BEGIN PGP SIGNED MESSAGE-----'

/** What a message carries when it comes. */
export interface ProtectionBefore {
  readonly is: Protection
  /** It says that it is S/MIME of some kind. */
  readonly isSmime: boolean
  /** Of a message that is wholly encrypted by S/MIME. */
  readonly envelope?: EnvelopeHeader
}

const NONE: ProtectionBefore = { is: 'none', isSmime: false }

/**
 * Says what protection a message carries. A label alone proves nothing: a message that only claims to
 * be encrypted would slip past the rule that wants it encrypted, so it counts as encrypted only when
 * its whole body is. For a signature its label is enough: the message is decided about all the same.
 */
export function protectionOf(type: Parameterized, body: Uint8Array): ProtectionBefore {
  switch (type.value) {
    case 'multipart/signed':
      return signedBy(type.parameters.get('protocol'))
    case 'multipart/encrypted':
      return isWholePgpMime(type, body) ? { is: 'pgp-encrypted', isSmime: false } : NONE
    case 'application/pkcs7-mime':
    case 'application/x-pkcs7-mime':
      return protectionOfCms(body)
    case 'application/octet-stream':
      return /\.p7[ms]$/i.test(type.parameters.get('name') ?? '') ? protectionOfCms(body) : NONE
    case 'text/plain':
      return protectionOfText(body)
    default:
      return NONE
  }
}

function signedBy(protocol: string | undefined): ProtectionBefore {
  const type = protocol?.toLowerCase() ?? ''
  if (/^application\/(x-)?pkcs7-signature$/.test(type)) return { is: 'smime-signed', isSmime: true }
  return type === 'application/pgp-signature' ? { is: 'pgp-signed', isSmime: false } : NONE
}

/** `30 length 06…`: the first thing in a ContentInfo is its content type. Base64 or binary. */
function protectionOfCms(body: Uint8Array): ProtectionBefore {
  const head = decodeLatin1(body.subarray(0, HEAD_CHARACTERS))
  const bytes = head.startsWith('0') ? Buffer.from(head, 'latin1') : Buffer.from(head, 'base64')
  if (bytes[0] !== 0x30) return { is: 'none', isSmime: true }
  const lengthOctets = (bytes[1] ?? 0) > 0x80 ? (bytes[1] ?? 0) & 0x7f : 0
  const rest = bytes.toString('hex', 2 + lengthOctets)
  const said = CMS_CONTENT_TYPES.find(({ oidHex }) => rest.startsWith(oidHex))?.protection ?? 'none'
  if (said !== 'smime-encrypted') return { is: said, isSmime: true }
  const envelope = findWholeEnvelope(body)
  if (envelope === undefined) return { is: 'none', isSmime: true }
  return { is: 'smime-encrypted', isSmime: true, envelope }
}

function protectionOfText(body: Uint8Array): ProtectionBefore {
  const head = decodeLatin1(body.subarray(0, HEAD_CHARACTERS)).trimStart()
  if (head.startsWith(PGP_SIGNED)) return { is: 'pgp-signed', isSmime: false }
  return isWholePgpText(body) ? { is: 'pgp-encrypted', isSmime: false } : NONE
}
