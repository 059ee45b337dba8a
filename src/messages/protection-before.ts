/** Whether a message came protected: what a gateway must then leave as it is. */

import { decodeLatin1 } from '../base/bytes.ts'
import type { Parameterized } from '../formats/mime/content-type.ts'
import type { Protection } from '../rules/facts.ts'

/** DER or BER of the content types that a ContentInfo can start with (RFC 5652, RFC 5083). */
const CMS_CONTENT_TYPES: readonly { oidHex: string; protection: Protection }[] = [
  { oidHex: '06092a864886f70d010702', protection: 'smime-signed' },
  { oidHex: '06092a864886f70d010703', protection: 'smime-encrypted' },
  { oidHex: '060b2a864886f70d0109100117', protection: 'smime-encrypted' },
]

/** Enough for the tag, the length and the content type of a ContentInfo in base64. */
const HEAD_CHARACTERS = 256

/** Longest look for the marks of OpenPGP: a part header and the armour's first line. */
const PGP_HEAD_CHARACTERS = 8192

const PGP_MESSAGE = '-----BEGIN PGP MESSAGE-----'
const PGP_SIGNED = '-----BEGIN PGP SIGNED MESSAGE-----'

/**
 * Says what protection an entity carries. A label alone proves nothing: a message that only claims
 * to be encrypted would slip past the rule that wants it encrypted, so the body has to begin as
 * what the label says.
 */
export function protectionOf(type: Parameterized, body: Uint8Array): Protection {
  switch (type.value) {
    case 'multipart/signed':
      return signedBy(type.parameters.get('protocol'))
    case 'multipart/encrypted':
      return decodeLatin1(body.subarray(0, PGP_HEAD_CHARACTERS)).includes(PGP_MESSAGE)
        ? 'pgp-encrypted'
        : 'none'
    case 'application/pkcs7-mime':
    case 'application/x-pkcs7-mime':
      return protectionOfCms(body)
    case 'application/octet-stream':
      return /\.p7[ms]$/i.test(type.parameters.get('name') ?? '') ? protectionOfCms(body) : 'none'
    case 'text/plain':
      return protectionOfText(body)
    default:
      return 'none'
  }
}

function signedBy(protocol: string | undefined): Protection {
  const type = protocol?.toLowerCase() ?? ''
  if (/^application\/(x-)?pkcs7-signature$/.test(type)) return 'smime-signed'
  return type === 'application/pgp-signature' ? 'pgp-signed' : 'none'
}

/** `30 length 06…`: the first thing in a ContentInfo is its content type. Base64 or binary. */
function protectionOfCms(body: Uint8Array): Protection {
  const head = decodeLatin1(body.subarray(0, HEAD_CHARACTERS))
  const bytes = head.startsWith('0') ? Buffer.from(head, 'latin1') : Buffer.from(head, 'base64')
  if (bytes[0] !== 0x30) return 'none'
  const lengthOctets = (bytes[1] ?? 0) > 0x80 ? (bytes[1] ?? 0) & 0x7f : 0
  const rest = bytes.toString('hex', 2 + lengthOctets)
  return CMS_CONTENT_TYPES.find(({ oidHex }) => rest.startsWith(oidHex))?.protection ?? 'none'
}

/** Armour in plain text counts only when nothing readable stands before it. */
function protectionOfText(body: Uint8Array): Protection {
  const head = decodeLatin1(body.subarray(0, HEAD_CHARACTERS)).trimStart()
  if (head.startsWith(PGP_SIGNED)) return 'pgp-signed'
  if (!head.startsWith(PGP_MESSAGE)) return 'none'
  const tail = decodeLatin1(body.subarray(-HEAD_CHARACTERS)).trimEnd()
  return tail.endsWith('-----END PGP MESSAGE-----') ? 'pgp-encrypted' : 'none'
}
