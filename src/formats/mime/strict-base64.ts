/** Whether a text is base64 and nothing else: decoders pass over what is not (RFC 2045 section 6.8). */

const LF = 0x0a

/** What a character is in base64. */
const OTHER = 0
const DIGIT = 1
const PAD = 2
const SPACE = 3
const KINDS = kindTable()

/**
 * True for lines of base64 digits, padded at their end to whole groups of four (RFC 4648 section 4).
 * White space may stand at the ends of lines only, so that words cannot hide between the digits.
 */
export function isStrictBase64(text: Uint8Array): boolean {
  let digits = 0
  let pads = 0
  let afterSpace = false
  for (let at = 0; at < text.byteLength; at += 1) {
    const octet = text[at] ?? 0
    const kind = KINDS[octet]
    if (kind === DIGIT) {
      if (afterSpace || pads > 0) return false
      digits += 1
    } else if (kind === SPACE) {
      afterSpace = octet !== LF
    } else if (kind === PAD) {
      if (afterSpace) return false
      pads += 1
    } else {
      return false
    }
  }
  return digits > 0 && pads <= 2 && (digits + pads) % 4 === 0
}

function kindTable(): Uint8Array {
  const kinds = new Uint8Array(256).fill(OTHER)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (const digit of alphabet) kinds[digit.charCodeAt(0)] = DIGIT
  for (const space of ' \t\r\n') kinds[space.charCodeAt(0)] = SPACE
  kinds['='.charCodeAt(0)] = PAD
  return kinds
}
