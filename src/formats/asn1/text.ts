/** Character strings of ASN.1 (X.690 section 8.23) to text. */

import { asBuffer, decodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { TAG } from './tags.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** True for the tags that `decodeText` reads. */
export function isTextTag(tag: number): boolean {
  switch (tag) {
    case TAG.utf8String:
    case TAG.numericString:
    case TAG.printableString:
    case TAG.teletexString:
    case TAG.ia5String:
    case TAG.visibleString:
    case TAG.universalString:
    case TAG.bmpString:
      return true
    default:
      return false
  }
}

/**
 * Reads the content octets of a character string. The ASCII kinds are held to ASCII but not to their
 * narrower alphabets (certificates with `@` in a PrintableString are common); TeletexString is read
 * as Latin-1, which is what those who still write it mean.
 *
 * @throws HubError `asn1.malformed`
 */
export function decodeText(tag: number, content: Uint8Array): string {
  switch (tag) {
    case TAG.utf8String:
      try {
        return strictUtf8.decode(content)
      } catch (cause) {
        throw new HubError('asn1.malformed', 'a UTF8String is not UTF-8', { cause })
      }
    case TAG.numericString:
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.visibleString:
      if (content.some((octet) => octet > 0x7f)) {
        throw new HubError('asn1.malformed', 'an ASCII string holds other octets')
      }
      return decodeLatin1(content)
    case TAG.teletexString:
      return decodeLatin1(content)
    case TAG.bmpString:
      return decodeBmp(content)
    case TAG.universalString:
      return decodeUniversal(content)
    default:
      throw new HubError('asn1.malformed', `tag ${tag} is no character string`)
  }
}

function decodeBmp(content: Uint8Array): string {
  if (content.byteLength % 2 !== 0) {
    throw new HubError('asn1.malformed', 'a BMPString has half a character')
  }
  return Buffer.from(content).swap16().toString('utf16le')
}

function decodeUniversal(content: Uint8Array): string {
  const bytes = asBuffer(content)
  let text = ''
  for (let at = 0; at + 4 <= bytes.byteLength; at += 4) {
    const point = bytes.readUInt32BE(at)
    if (point > 0x10ffff) {
      throw new HubError('asn1.malformed', 'a UniversalString holds no such character')
    }
    text += String.fromCodePoint(point)
  }
  if (bytes.byteLength % 4 !== 0) {
    throw new HubError('asn1.malformed', 'a UniversalString has part of a character')
  }
  return text
}
