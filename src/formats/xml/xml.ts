/**
 * A reader of XML that keeps where everything stood, so that a document can be changed in one place
 * and stay, byte for byte, what it was in all others.
 *
 * Well-formedness is checked (XML 1.0), validity is not: there are no document types here, and a
 * document that declares one is refused by name, as is an entity beyond the five. Prefixes of
 * namespaces stay part of the names and are not resolved.
 */

import { HubError } from '../../base/errors.ts'
import { isXmlText, resolveReferences } from './characters.ts'
import { decodeXml, type XmlEncoding } from './encoding.ts'
import { XML_LIMITS, type XmlLimits } from './limits.ts'

/** A whole document. Offsets of its nodes count UTF-16 code units of `text`. */
export interface XmlDocument {
  /** All of it, without the byte order mark. */
  readonly text: string
  readonly encoding: XmlEncoding
  readonly root: XmlElement
}

export type XmlNode = XmlElement | XmlText | XmlAside

export interface XmlElement {
  readonly kind: 'element'
  /** As written, with its prefix. */
  readonly name: string
  /** As written, `xmlns` included. */
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly XmlNode[]
  /** From the `<` of the start tag. */
  readonly start: number
  /** Behind the start tag, which is all of an empty-element tag. */
  readonly contentStart: number
  /** Before the end tag. */
  readonly contentEnd: number
  readonly end: number
}

export interface XmlAttribute {
  readonly name: string
  /** References replaced and white space made spaces (XML 1.0 section 3.3.3). */
  readonly value: string
}

/** Text with its references replaced and its line ends LF, or a CDATA section. */
export interface XmlText {
  readonly kind: 'text'
  readonly value: string
  readonly start: number
  readonly end: number
}

/** A comment or processing instruction. */
export interface XmlAside {
  readonly kind: 'aside'
  readonly start: number
  readonly end: number
}

/**
 * @throws HubError `xml.malformed`, `xml.encoding_unsupported`, `xml.doctype_refused`,
 *   `xml.entity_unknown`, `xml.too_deep`, `xml.too_large`
 */
export function parseXml(bytes: Uint8Array, limits: XmlLimits = XML_LIMITS): XmlDocument {
  if (bytes.byteLength > limits.sizeBytes) {
    throw new HubError('xml.too_large', `an XML document has at most ${limits.sizeBytes} bytes`)
  }
  const { text, encoding } = decodeXml(bytes)
  return { text, encoding, root: parseXmlText(text, limits) }
}

/** The root element of a document that is text already. @throws HubError as `parseXml` */
export function parseXmlText(text: string, limits: XmlLimits = XML_LIMITS): XmlElement {
  if (text.length > limits.sizeBytes) {
    throw new HubError(
      'xml.too_large',
      `an XML document has at most ${limits.sizeBytes} characters`,
    )
  }
  if (!isXmlText(text)) throw malformed('a character is none of XML', 0)
  return new Parser(text, limits).document()
}

const S = '[ \\t\\r\\n]'
/** XML 1.0 section 2.3. */
const NAME_START =
  ':A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F' +
  '\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}'
const NAME = `[${NAME_START}][${NAME_START}\\-.0-9\\xB7\\u0300-\\u036F\\u203F\\u2040]{0,199}`
const DECLARATION = new RegExp(
  `<\\?xml${S}+version${S}*=${S}*("1\\.\\d+"|'1\\.\\d+')` +
    `(${S}+encoding${S}*=${S}*("[\\w.-]+"|'[\\w.-]+'))?` +
    `(${S}+standalone${S}*=${S}*("(yes|no)"|'(yes|no)'))?${S}*\\?>`,
  'y',
)
const START = new RegExp(`<(${NAME})`, 'uy')
const ATTRIBUTE = new RegExp(`${S}+(${NAME})${S}*=${S}*("[^"<]*"|'[^'<]*')`, 'uy')
const START_END = new RegExp(`${S}*(/?)>`, 'y')
const END = new RegExp(`</(${NAME})${S}*>`, 'uy')
const INSTRUCTION = new RegExp(`<\\?(${NAME})(?=${S}|\\?>)`, 'uy')
const WHITE_SPACE = new RegExp(`^${S}*$`)

/** An element whose end has not come yet. */
interface OpenElement {
  readonly name: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: XmlNode[]
  readonly start: number
  readonly contentStart: number
}

class Parser {
  readonly #text: string
  readonly #limits: XmlLimits
  readonly #open: OpenElement[] = []
  #root: XmlElement | undefined
  #at = 0
  #nodes = 0

  constructor(text: string, limits: XmlLimits) {
    this.#text = text
    this.#limits = limits
  }

  document(): XmlElement {
    this.#match(DECLARATION)
    while (this.#at < this.#text.length) this.#node()
    const unclosed = this.#open.at(-1)
    if (unclosed !== undefined) {
      throw malformed(`element ${unclosed.name} has no end`, unclosed.start)
    }
    if (this.#root === undefined) throw malformed('there is no element', 0)
    return this.#root
  }

  #node(): void {
    const text = this.#text
    const at = this.#at
    if (text[at] !== '<') this.#characters()
    else if (text[at + 1] === '/') this.#endTag()
    else if (text[at + 1] === '?') this.#instruction()
    else if (text.startsWith('<!--', at)) this.#comment()
    else if (text.startsWith('<![CDATA[', at)) this.#cdata()
    else if (/^<!DOCTYPE/i.test(text.slice(at, at + 9))) {
      throw new HubError('xml.doctype_refused', 'an XML document that declares a type is not read')
    } else this.#startTag()
  }

  #characters(): void {
    const start = this.#at
    const next = this.#text.indexOf('<', start)
    this.#at = next < 0 ? this.#text.length : next
    const raw = this.#text.slice(start, this.#at)
    if (this.#open.length === 0) {
      if (!WHITE_SPACE.test(raw))
        throw malformed('there is text outside of the root element', start)
      return
    }
    if (raw.includes(']]>')) throw malformed('text holds the end of a CDATA section', start)
    const value = resolveReferences(raw.replace(/\r\n?/g, '\n'))
    this.#add({ kind: 'text', value, start, end: this.#at })
  }

  #startTag(): void {
    const start = this.#at
    const name = this.#match(START)?.[1]
    if (name === undefined) throw malformed('a < begins nothing', start)
    if (this.#open.length === 0 && this.#root !== undefined) {
      throw malformed('there is a second root element', start)
    }
    if (this.#open.length >= this.#limits.depth) {
      throw new HubError('xml.too_deep', `elements are nested more than ${this.#limits.depth} deep`)
    }
    const attributes = this.#attributes(name)
    const closing = this.#match(START_END)?.[1]
    if (closing === undefined) throw malformed(`the start tag of ${name} is malformed`, start)
    this.#open.push({ name, attributes, children: [], start, contentStart: this.#at })
    if (closing === '/') this.#close(this.#at)
  }

  #attributes(element: string): readonly XmlAttribute[] {
    const values = new Map<string, string>()
    for (let found = this.#match(ATTRIBUTE); found !== null; found = this.#match(ATTRIBUTE)) {
      const [, name = '', quoted = ''] = found
      if (values.has(name)) throw malformed(`${element} has ${name} twice`, this.#at)
      if (values.size >= this.#limits.attributes) {
        throw new HubError('xml.too_large', `element ${element} has too many attributes`)
      }
      const raw = quoted.slice(1, -1).replace(/\r\n|[\r\n\t]/g, ' ')
      values.set(name, resolveReferences(raw))
    }
    return [...values].map(([name, value]) => ({ name, value }))
  }

  #endTag(): void {
    const contentEnd = this.#at
    const name = this.#match(END)?.[1]
    if (name === undefined || name !== this.#open.at(-1)?.name) {
      throw malformed('an end tag closes nothing that is open', contentEnd)
    }
    this.#close(contentEnd)
  }

  #close(contentEnd: number): void {
    const open = this.#open.pop()
    if (open === undefined) return
    const element: XmlElement = { kind: 'element', ...open, contentEnd, end: this.#at }
    if (this.#open.length === 0) this.#root = element
    this.#add(element)
  }

  #comment(): void {
    const start = this.#at
    const dashes = this.#text.indexOf('--', start + 4)
    if (dashes < 0 || this.#text[dashes + 2] !== '>') throw malformed('a comment has no end', start)
    this.#at = dashes + 3
    this.#add({ kind: 'aside', start, end: this.#at })
  }

  #instruction(): void {
    const start = this.#at
    const target = this.#match(INSTRUCTION)?.[1]
    const end = this.#text.indexOf('?>', this.#at)
    if (target === undefined || target.toLowerCase() === 'xml' || end < 0) {
      throw malformed('a processing instruction or declaration is malformed', start)
    }
    this.#at = end + 2
    this.#add({ kind: 'aside', start, end: this.#at })
  }

  #cdata(): void {
    const start = this.#at
    const end = this.#text.indexOf(']]>', start)
    if (end < 0 || this.#open.length === 0)
      throw malformed('a CDATA section is out of place', start)
    this.#at = end + 3
    const value = this.#text.slice(start + 9, end).replace(/\r\n?/g, '\n')
    this.#add({ kind: 'text', value, start, end: this.#at })
  }

  #add(node: XmlNode): void {
    this.#nodes += 1
    if (this.#nodes > this.#limits.nodes) {
      throw new HubError('xml.too_large', `a document has at most ${this.#limits.nodes} nodes`)
    }
    this.#open.at(-1)?.children.push(node)
  }

  /** What matches at this place, which is then behind it. */
  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found !== null) this.#at = pattern.lastIndex
    return found
  }
}

function malformed(what: string, at: number): HubError {
  return new HubError('xml.malformed', `an XML document cannot be read: ${what}`, {
    detail: { at },
  })
}
