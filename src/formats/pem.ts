/**
 * PEM: DER in base64 between `-----BEGIN X-----` and `-----END X-----` (RFC 7468).
 *
 * Read tolerantly, as people paste it: text between blocks, CR, LF or CRLF, lines of any length,
 * white space at either end of a line. Written strictly: lines of 64 characters ended by LF.
 */

import { asBuffer, decodeLatin1 } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'

/** One block. */
export interface PemBlock {
  /** What stands after BEGIN: `CERTIFICATE`, `PRIVATE KEY`… */
  readonly label: string
  /** The bytes inside. They are not looked at here. */
  readonly der: Uint8Array
  /** `Name: value` lines before the base64 (RFC 1421), as OpenSSL's old encrypted keys have. */
  readonly headers: ReadonlyMap<string, string>
  /** The block as it stood, from BEGIN to END. */
  readonly text: string
}

/** More than any bundle of trust anchors holds (a few hundred), and still read in milliseconds. */
const MAX_BLOCKS = 10_000

const BEGIN = '-----BEGIN '
const DASHES = '-----'
const HEADER = /^([A-Za-z][A-Za-z0-9-]{0,63}):\s?(.{0,200})$/
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** True when there is a BEGIN line somewhere: the bytes are PEM, well formed or not. */
export function isPem(bytes: Uint8Array): boolean {
  return asBuffer(bytes).includes(BEGIN)
}

/**
 * All blocks, in order; none when the input has none.
 *
 * @throws HubError `pem.malformed`: no END line of the same label, not base64, too many blocks
 */
export function parsePem(input: Uint8Array | string): PemBlock[] {
  const text = typeof input === 'string' ? input : decodeLatin1(input)
  const blocks: PemBlock[] = []
  let at = text.indexOf(BEGIN)
  while (at >= 0) {
    if (blocks.length >= MAX_BLOCKS) {
      throw new HubError('pem.malformed', `a PEM file has at most ${MAX_BLOCKS} blocks`)
    }
    const labelAt = at + BEGIN.length
    const labelEnd = text.indexOf(DASHES, labelAt)
    const label = labelEnd < 0 ? '' : text.slice(labelAt, labelEnd)
    if (label.length > 64 || /[\r\n]/.test(label)) {
      throw new HubError('pem.malformed', 'a BEGIN line does not end in dashes')
    }
    const ending = `${DASHES}END ${label}${DASHES}`
    const end = text.indexOf(ending, labelEnd)
    if (end < 0) throw new HubError('pem.malformed', 'a block has no END line of its own label')
    const body = text.slice(labelEnd + DASHES.length, end)
    blocks.push({ label, ...parseBody(body), text: text.slice(at, end + ending.length) })
    at = text.indexOf(BEGIN, end + ending.length)
  }
  return blocks
}

/** One block of text with its final line end. */
export function encodePem(label: string, der: Uint8Array): string {
  const base64 = asBuffer(der).toString('base64')
  const lines: string[] = []
  for (let at = 0; at < base64.length; at += 64) lines.push(base64.slice(at, at + 64))
  return [`${BEGIN}${label}${DASHES}`, ...lines, `${DASHES}END ${label}${DASHES}`, ''].join('\n')
}

function parseBody(body: string): { der: Uint8Array; headers: ReadonlyMap<string, string> } {
  const headers = new Map<string, string>()
  const base64: string[] = []
  for (const line of body.split(/\r\n|\r|\n/)) {
    const trimmed = line.trim()
    const header = base64.length === 0 ? HEADER.exec(trimmed) : null
    if (header?.[1] !== undefined) headers.set(header[1], header[2] ?? '')
    else if (trimmed !== '') base64.push(trimmed)
  }
  const digits = base64.join('')
  if (!BASE64.test(digits) || digits.length % 4 !== 0) {
    throw new HubError('pem.malformed', 'a block holds something that is not base64')
  }
  return { der: Buffer.from(digits, 'base64'), headers }
}
