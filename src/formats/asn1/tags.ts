/**
 * ASN.1 tags as numbers (X.690 section 8.1.2).
 *
 * A tag is its identifier octet, class and constructed bit included: 0x30 is SEQUENCE. A tag number
 * above 30 does not fit there; such a tag is the identifier octet plus 256 times the number.
 */

/** Tags of the universal class, as they stand in the encoding. */
export const TAG = {
  endOfContents: 0x00,
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/** The bit that says an element consists of elements. */
export const CONSTRUCTED = 0x20

/** `[n] IMPLICIT` of a primitive type. */
export function contextPrimitive(n: number): number {
  return 0x80 | n
}

/** `[n] EXPLICIT`, or `[n] IMPLICIT` of a constructed type. */
export function contextConstructed(n: number): number {
  return 0xa0 | n
}
