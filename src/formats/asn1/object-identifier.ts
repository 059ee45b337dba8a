/** OBJECT IDENTIFIER content octets ⇄ dotted text (X.690 section 8.19). */

import { HubError } from '../../base/errors.ts'

/** The longest known identifiers have about 20 octets; UUID-based ones (2.25.…) have 20. */
const MAX_CONTENT_BYTES = 64

/** The same few identifiers come in every message: the last ones seen are not decoded again. */
interface Seen {
  readonly octets: Uint8Array
  readonly dotted: string
}
const SLOTS = 256
const seen: (Seen | undefined)[] = new Array<Seen | undefined>(SLOTS).fill(undefined)

/**
 * Reads the content octets of an OBJECT IDENTIFIER, which may lie within other bytes:
 * `1.2.840.113549.1.7.2`.
 *
 * @throws HubError `asn1.malformed`
 */
export function decodeObjectIdentifier(
  bytes: Uint8Array,
  from = 0,
  to: number = bytes.byteLength,
): string {
  if (to - from > MAX_CONTENT_BYTES) throw unreadable(to - from)
  const last = bytes[to - 1] ?? 0
  const slot = (last + 31 * (bytes[to - 2] ?? 0) + 17 * (to - from)) % SLOTS
  const known = seen[slot]
  if (known !== undefined && isSame(known.octets, bytes, from, to)) return known.dotted
  // A copy, as `slice` of a Buffer is none.
  const octets = Uint8Array.prototype.slice.call(bytes, from, to)
  const dotted = decode(octets)
  seen[slot] = { octets, dotted }
  return dotted
}

function isSame(octets: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (octets.byteLength !== to - from) return false
  for (let at = 0; at < octets.byteLength; at += 1) {
    if (octets[at] !== bytes[from + at]) return false
  }
  return true
}

function decode(content: Uint8Array): string {
  const length = content.byteLength
  if (length === 0 || ((content[length - 1] ?? 0) & 0x80) !== 0) throw unreadable(length)
  let text = ''
  let at = 0
  while (at < length) {
    if (content[at] === 0x80) {
      throw new HubError('asn1.malformed', 'an object identifier has a padded arc')
    }
    let end = at
    while (((content[end] ?? 0) & 0x80) !== 0) end += 1
    const arc = decodeArc(content, at, end)
    text = text === '' ? firstArcs(arc) : `${text}.${arc}`
    at = end + 1
  }
  return text
}

function unreadable(length: number): HubError {
  return new HubError('asn1.malformed', `an object identifier of ${length} octets is unreadable`)
}

/** Seven septets fit a double exactly; longer arcs are rare and take the slow way. */
function decodeArc(content: Uint8Array, start: number, end: number): number | bigint {
  if (end - start < 7) {
    let arc = 0
    for (let at = start; at <= end; at += 1) arc = arc * 128 + ((content[at] ?? 0) & 0x7f)
    return arc
  }
  let arc = 0n
  for (let at = start; at <= end; at += 1) arc = arc * 128n + BigInt((content[at] ?? 0) & 0x7f)
  return arc
}

function firstArcs(arc: number | bigint): string {
  if (arc < 40) return `0.${arc}`
  if (arc < 80) return `1.${Number(arc) - 40}`
  return `2.${typeof arc === 'number' ? arc - 80 : arc - 80n}`
}

/**
 * Content octets of a dotted object identifier.
 *
 * @throws HubError `asn1.malformed`
 */
export function encodeObjectIdentifier(dotted: string): Uint8Array {
  if (!isObjectIdentifier(dotted)) {
    throw new HubError('asn1.malformed', `"${dotted}" is no object identifier`)
  }
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt)
  const octets: number[] = []
  for (const arc of [first * 40n + second, ...rest]) {
    const septets = [Number(arc & 0x7fn)]
    for (let left = arc >> 7n; left > 0n; left >>= 7n) septets.unshift(Number(left & 0x7fn) | 0x80)
    octets.push(...septets)
  }
  return Uint8Array.from(octets)
}

/** True for dotted text that can be encoded: `2.5.29.17`. */
function isObjectIdentifier(dotted: string): boolean {
  return /^(?:[01]\.(?:[0-9]|[1-3][0-9])|2\.(?:0|[1-9][0-9]{0,38}))(?:\.(?:0|[1-9][0-9]{0,38}))*$/.test(
    dotted,
  )
}
