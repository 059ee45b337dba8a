/** Characters of XML: which there are, how they are written, what references stand for. */

import { HubError } from '../../base/errors.ts'

/** What no XML document can hold, not even as a reference (XML 1.0 section 2.2). */
const FORBIDDEN = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

/** True when XML can carry the text: no control characters but tab and line ends, no lone surrogate. */
export function isXmlText(text: string): boolean {
  return !FORBIDDEN.test(text)
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

const REFERENCE = /&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([^;&<\s]{1,64}));|&/g

/**
 * A text with its references replaced. The five names of XML are the only ones there are, since no
 * document type is read.
 *
 * @throws HubError `xml.entity_unknown`; `xml.malformed`: an `&` that begins nothing, a forbidden character
 */
export function resolveReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    REFERENCE,
    (_all, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (hex !== undefined) return characterOf(parseInt(hex, 16))
      if (decimal !== undefined) return characterOf(parseInt(decimal, 10))
      if (name === undefined) throw new HubError('xml.malformed', 'an & begins no reference')
      const known = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined
      if (known !== undefined) return known
      throw new HubError('xml.entity_unknown', 'only the five entities of XML itself are known', {
        detail: { entity: name },
      })
    },
  )
}

function characterOf(code: number): string {
  const character = code <= 0x10ffff ? String.fromCodePoint(code) : '\0'
  if (isXmlText(character)) return character
  throw new HubError('xml.malformed', 'a reference stands for a character that XML does not have')
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

/** An attribute's value as it stands between double quotes. */
export function escapeAttribute(value: string): string {
  return value.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? character)
}

/** Text as it stands between tags. */
export function escapeText(value: string): string {
  return value.replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? character)
}
