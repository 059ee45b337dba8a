/** How the text of an XML document is written as bytes (XML 1.0 section 4.3.3). */

import { concat, encodeUtf8, equalBytes } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'

/** UTF-8 with or without a byte order mark; UTF-16 always has one. */
export type XmlEncoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be'

const MARKS = {
  'utf-8-bom': Uint8Array.of(0xef, 0xbb, 0xbf),
  'utf-16le': Uint8Array.of(0xff, 0xfe),
  'utf-16be': Uint8Array.of(0xfe, 0xff),
} as const satisfies Partial<Record<XmlEncoding, Uint8Array>>

const DECLARED = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/
const READABLE = /^(utf-?8|utf-?16(le|be)?|us-ascii|ascii)$/i

/**
 * The text, without the mark. The mark decides; what the declaration says is only asked when it
 * names an encoding that is not read here. Encoding the text again gives the same bytes.
 *
 * @throws HubError `xml.encoding_unsupported`; `xml.malformed`: not of its encoding
 */
export function decodeXml(bytes: Uint8Array): { text: string; encoding: XmlEncoding } {
  const encoding = encodingOf(bytes)
  const text = decode(bytes.subarray(encoding === 'utf-8' ? 0 : MARKS[encoding].length), encoding)
  const declared = DECLARED.exec(text.slice(0, 200))?.[1] ?? 'utf-8'
  if (!READABLE.test(declared)) {
    throw new HubError('xml.encoding_unsupported', 'an XML document is read in UTF-8 and UTF-16', {
      detail: { encoding: declared },
    })
  }
  return { text, encoding }
}

/** Bytes of a text without lone surrogates. */
export function encodeXml(text: string, encoding: XmlEncoding): Uint8Array {
  switch (encoding) {
    case 'utf-8':
      return encodeUtf8(text)
    case 'utf-8-bom':
      return concat([MARKS[encoding], encodeUtf8(text)])
    case 'utf-16le':
      return concat([MARKS[encoding], Buffer.from(text, 'utf16le')])
    case 'utf-16be':
      return concat([MARKS[encoding], Buffer.from(text, 'utf16le').swap16()])
  }
}

function encodingOf(bytes: Uint8Array): XmlEncoding {
  for (const [encoding, mark] of Object.entries(MARKS)) {
    if (equalBytes(bytes.subarray(0, mark.length), mark)) return encoding as XmlEncoding
  }
  return 'utf-8'
}

function decode(bytes: Uint8Array, encoding: XmlEncoding): string {
  const label = encoding === 'utf-8-bom' ? 'utf-8' : encoding
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new HubError('xml.malformed', `an XML document is not valid ${label}`, { cause })
  }
}
