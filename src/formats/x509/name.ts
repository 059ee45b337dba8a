/** Distinguished names (RFC 5280 section 4.1.2.4). */

import { equalBytes, toHex } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { isTextTag } from '../asn1/text.ts'
import {
  ia5String,
  objectIdentifier,
  printableString,
  sequence,
  set,
  utf8String,
} from '../asn1/writer.ts'
import { ATTRIBUTE, ATTRIBUTE_LABELS } from './oids.ts'

/** One type and value: `CN=Ada`. */
export interface NameAttribute {
  /** Dotted object identifier of the type. */
  readonly type: string
  /** The value as text; undefined when it is no character string. */
  readonly value: string | undefined
  /** The value as it was encoded. */
  readonly encoded: Uint8Array
}

/** Real names have about ten attributes; thousands would make comparing them a burden. */
const MAX_ATTRIBUTES = 100

/** A distinguished name: its bytes, its parts, and its text, which is made when asked for. */
export class Name {
  /** The SEQUENCE as it was encoded. Issuer and subject of a chain mostly agree in these bytes. */
  readonly der: Uint8Array
  /** Relative distinguished names in the encoded order, mostly of one attribute each. */
  readonly parts: readonly (readonly NameAttribute[])[]
  #text: string | undefined
  #comparable: string | undefined

  private constructor(der: Uint8Array, parts: readonly (readonly NameAttribute[])[]) {
    this.der = der
    this.parts = parts
  }

  /**
   * Reads a name from its SEQUENCE.
   *
   * @throws HubError `asn1.malformed`, `asn1.too_large`
   */
  static parse(der: Uint8Array): Name {
    const outer = Asn1Reader.der(der)
    const reader = outer.sequence()
    const parts: NameAttribute[][] = []
    let left = MAX_ATTRIBUTES
    while (!reader.isAtEnd) {
      const part: NameAttribute[] = []
      const members = reader.set()
      do {
        left -= 1
        if (left < 0) throw new HubError('asn1.too_large', 'a name has too many attributes')
        part.push(readAttribute(members.sequence()))
      } while (!members.isAtEnd)
      parts.push(part)
    }
    outer.end()
    return new Name(der, parts)
  }

  /** True for the name without attributes. */
  get isEmpty(): boolean {
    return this.parts.length === 0
  }

  /** Text as in RFC 4514, most specific part first: `CN=Ada,O=Example`. Empty for the empty name. */
  get text(): string {
    this.#text ??= this.parts.map(textOfPart).reverse().join(',')
    return this.#text
  }

  /** Values of the attributes of one type, in order. */
  valuesOf(type: string): string[] {
    return this.parts
      .flat()
      .filter((attribute) => attribute.type === type)
      .flatMap(({ value }) => (value === undefined ? [] : [value]))
  }

  /**
   * True when both are the same name by the rules of RFC 5280 section 7.1: letters match in either
   * case, white space at the ends does not count, and runs of it count once.
   */
  equals(other: Name): boolean {
    return equalBytes(this.der, other.der) || this.comparable === other.comparable
  }

  /** Equal texts for equal names: a key for maps of names. Not for people. */
  get comparable(): string {
    this.#comparable ??= this.parts
      .map((part) => JSON.stringify(part.map(comparableAttribute).sort()))
      .join('\n')
    return this.#comparable
  }
}

const ENCODED_TYPES: ReadonlyMap<string, Uint8Array> = new Map(
  Object.values(ATTRIBUTE).map((type) => [type, objectIdentifier(type)]),
)

/** A name of one attribute per part, in the encoded order: country first, common name last. */
export function buildName(attributes: readonly { type: string; value: string }[]): Name {
  const parts = attributes.map(({ type, value }) =>
    set(sequence(ENCODED_TYPES.get(type) ?? objectIdentifier(type), encodeValue(type, value))),
  )
  return Name.parse(sequence(...parts))
}

/** Text as UTF8String but where the attribute is defined as another kind (RFC 5280 appendix A). */
function encodeValue(type: string, value: string): Uint8Array {
  switch (type) {
    case ATTRIBUTE.countryName:
      return printableString(value)
    case ATTRIBUTE.emailAddress:
      return ia5String(value)
    default:
      return utf8String(value)
  }
}

function readAttribute(reader: Asn1Reader): NameAttribute {
  const type = reader.objectIdentifier()
  const tag = reader.peekTag()
  const isText = tag !== undefined && isTextTag(tag)
  const encoded = reader.rest
  const value = isText ? reader.text() : (reader.element(), undefined)
  reader.end()
  return { type, value, encoded }
}

function textOfPart(part: readonly NameAttribute[]): string {
  return part
    .map(({ type, value, encoded }) => {
      const label = ATTRIBUTE_LABELS.get(type) ?? type
      return `${label}=${value === undefined ? `#${toHex(encoded)}` : escapeValue(value)}`
    })
    .join('+')
}

/** Escapes as RFC 4514 section 2.4, and control characters too, so that a name is one line. */
function escapeValue(value: string): string {
  return value
    .replace(/[\\"+,;<>]/g, String.raw`\$&`)
    .replace(/^[ #]| $/g, String.raw`\$&`)
    .replace(
      /\p{Cc}/gu,
      (control) => `\\${toHex(Buffer.from(control)).replace(/..(?=.)/g, '$&\\')}`,
    )
}

function comparableAttribute({ type, value, encoded }: NameAttribute): string {
  if (value === undefined) return `${type}=#${toHex(encoded)}`
  const folded = value.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
  return `${type}=${folded}`
}
