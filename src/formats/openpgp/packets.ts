/** Tells from its packets whether an OpenPGP message is encrypted (RFC 9580 sections 4.2 and 10.3). */

/** Session keys, encrypted to a public key or with a passphrase. */
const SESSION_KEY_TAGS = [1, 3]

/** Encrypted data: the old form, the one with integrity protection, and the AEAD of GnuPG. */
const ENCRYPTED_DATA_TAGS = [9, 18, 20]

/** A prefix of a block and two octets is the least that any of them begins with. */
const MIN_ENCRYPTED_BYTES = 18

/**
 * True for an Encrypted Message and nothing else: at least one session key, then encrypted data to
 * the end. The armor of a message that is only signed or compressed, which anyone can read, has the
 * same label. Nothing is decrypted.
 */
export function isEncryptedMessage(bytes: Uint8Array): boolean {
  let sessionKeys = 0
  for (let at = 0; ;) {
    const packet = findPacket(bytes, at)
    if (packet === undefined || packet.contentBytes === 0) return false
    if (ENCRYPTED_DATA_TAGS.includes(packet.tag)) {
      const isLast = packet.end === bytes.byteLength
      return sessionKeys > 0 && isLast && packet.contentBytes >= MIN_ENCRYPTED_BYTES
    }
    if (!SESSION_KEY_TAGS.includes(packet.tag)) return false
    sessionKeys += 1
    at = packet.end
  }
}

interface Packet {
  readonly tag: number
  readonly contentBytes: number
  readonly end: number
}

/** Undefined when there is no whole packet. */
function findPacket(bytes: Uint8Array, start: number): Packet | undefined {
  const first = bytes[start]
  if (first === undefined || first < 0x80) return undefined
  const range = first < 0xc0 ? oldLength(bytes, start, first & 3) : newLength(bytes, start + 1)
  if (range === undefined || range.end > bytes.byteLength) return undefined
  return { tag: first < 0xc0 ? (first >> 2) & 0x0f : first & 0x3f, ...range }
}

type Length = Omit<Packet, 'tag'>

/** A length of 1, 2 or 4 octets, or up to the end of all (RFC 9580 section 4.2.2). */
function oldLength(bytes: Uint8Array, start: number, lengthType: number): Length | undefined {
  const from = start + 1
  if (lengthType === 3) return { contentBytes: bytes.byteLength - from, end: bytes.byteLength }
  const octets = 1 << lengthType
  const contentBytes = bigEndian(bytes, from, octets)
  return contentBytes === undefined
    ? undefined
    : { contentBytes, end: from + octets + contentBytes }
}

/** A length, after any number of pieces whose length is a power of two (RFC 9580 section 4.2.1). */
function newLength(bytes: Uint8Array, from: number): Length | undefined {
  let at = from
  let contentBytes = 0
  for (;;) {
    const first = bytes[at]
    if (first === undefined) return undefined
    const isPartial = first >= 224 && first < 255
    const octets = first < 192 || isPartial ? 1 : first < 224 ? 2 : 5
    const pieceBytes = isPartial ? 2 ** (first & 0x1f) : finalLength(bytes, at, octets)
    if (pieceBytes === undefined) return undefined
    contentBytes += pieceBytes
    at += octets + pieceBytes
    if (!isPartial) return { contentBytes, end: at }
  }
}

function finalLength(bytes: Uint8Array, at: number, octets: 1 | 2 | 5): number | undefined {
  if (octets === 1) return bytes[at]
  if (octets === 5) return bigEndian(bytes, at + 1, 4)
  const value = bigEndian(bytes, at, 2)
  return value === undefined ? undefined : value - (192 << 8) + 192
}

function bigEndian(bytes: Uint8Array, from: number, octets: number): number | undefined {
  if (from + octets > bytes.byteLength) return undefined
  return bytes.subarray(from, from + octets).reduce((sum, octet) => sum * 256 + octet, 0)
}
