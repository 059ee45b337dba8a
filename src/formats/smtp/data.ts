/**
 * The content of a message as it travels after DATA: dots stuffed, ended by a line with one dot
 * (RFC 5321 section 4.5.2).
 *
 * Only CRLF ends a line. A CR or LF that stands alone is an error, never a line end: servers that
 * disagree about where a message ends can be made to see a second message, smuggled by a stranger.
 */

import { asBuffer, encodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'

/** Octets of a text line with its CRLF, without a stuffed dot: RFC 5321 section 4.5.3.1.6. */
const TEXT_LINE_OCTETS = 1000

/**
 * Octets of a header section. The largest in honest mail are some 60 KB, of routes and signatures;
 * every step after this one holds the header in memory.
 */
export const HEADER_OCTETS = 256 * 1024

const NUL = 0
const LF = 10
const CR = 13
const DOT = 46

/** What a chunk brought. */
export interface DataStep {
  /** Content without stuffed dots: views into the chunk, in order. */
  readonly segments: Uint8Array[]
  /** How much of the chunk belongs to the content; what follows the final dot does not. */
  readonly consumed: number
  /** The final dot was read. */
  readonly ended: boolean
}

type Place = 'line start' | 'line' | 'after CR' | 'after dot' | 'after dot CR'

/**
 * Reads content in chunks cut anywhere. Copies nothing and keeps nothing but its place.
 *
 * Two kinds of wrong: `push` throws where the end of the message cannot be known any more (a lone
 * CR or LF, a NUL); what is only too long is kept in `fault`, and reading goes on to the final dot.
 */
export class DataReader {
  #place: Place = 'line start'
  #lineOctets = 0
  #headerOctets = 0
  #inHeader = true
  #fault: HubError | undefined

  /** Why the message must be refused although it could be read: lines or header too long. */
  get fault(): HubError | undefined {
    return this.#fault
  }

  /**
   * Takes the next chunk.
   *
   * @throws HubError `smtp.content_malformed`; the stream means nothing from there on
   */
  push(chunk: Uint8Array): DataStep {
    const segments: Uint8Array[] = []
    let start = 0
    let place = this.#place
    let octets = this.#lineOctets
    for (let at = 0; at < chunk.byteLength; at += 1) {
      const byte = chunk[at]
      if (byte === LF) {
        if (place === 'after dot CR') {
          return { segments, consumed: at + 1, ended: true }
        }
        if (place !== 'after CR') throw malformed('a line feed stands alone')
        this.#endLine(octets + 1)
        octets = 0
        place = 'line start'
      } else if (place === 'after CR' || place === 'after dot CR') {
        throw malformed('a carriage return stands alone')
      } else if (byte === CR) {
        octets += 1
        place = place === 'after dot' ? 'after dot CR' : 'after CR'
      } else if (byte === NUL) {
        throw malformed('content has a NUL')
      } else if (byte === DOT && place === 'line start') {
        // Withheld until the next byte tells whether it was stuffed or the end; never content.
        if (at > start) segments.push(chunk.subarray(start, at))
        start = at + 1
        place = 'after dot'
      } else {
        octets += 1
        place = 'line'
      }
    }
    this.#place = place
    this.#lineOctets = octets
    if (octets > TEXT_LINE_OCTETS) this.#endLine(octets)
    // A CR after a lone dot is not content if LF follows, and an error if not: it is left out.
    const end = place === 'after dot CR' ? chunk.byteLength - 1 : chunk.byteLength
    if (end > start) segments.push(chunk.subarray(start, end))
    return { segments, consumed: chunk.byteLength, ended: false }
  }

  /** Takes note of a line, or of the part of one that is too long already. */
  #endLine(octets: number): void {
    if (octets > TEXT_LINE_OCTETS) {
      this.#fault ??= lineTooLong()
    }
    if (!this.#inHeader) return
    this.#headerOctets += octets
    if (octets === 2) this.#inHeader = false
    else if (this.#headerOctets > HEADER_OCTETS) {
      this.#fault ??= headerTooLong()
    }
  }
}

/**
 * Content as it is sent after DATA: dots stuffed, a CRLF at its end if it has none, and the final
 * dot. The parts are to be written in order; content without dots at line starts is not copied.
 *
 * @throws HubError `smtp.content_malformed`: a lone CR or LF, or a NUL; such content is never sent
 */
export function encodeData(content: Uint8Array): Uint8Array[] {
  checkContent(content)
  const bytes = asBuffer(content)
  const endsLine = bytes.byteLength === 0 || bytes[bytes.byteLength - 1] === LF
  return [stuffDots(bytes), endsLine ? FINAL_DOT : CRLF_FINAL_DOT]
}

const FINAL_DOT = encodeLatin1('.\r\n')
const CRLF_FINAL_DOT = encodeLatin1('\r\n.\r\n')

function stuffDots(bytes: Buffer): Uint8Array {
  let dots = 0
  const next = (from: number) => bytes.indexOf('\n.', from, 'latin1') + 1
  for (let at = next(0); at > 0; at = next(at)) dots += 1
  if (dots === 0 && bytes[0] !== DOT) return bytes
  // One copy, not a list of views: a message can be nothing but dots.
  const stuffed = Buffer.allocUnsafe(bytes.byteLength + dots + (bytes[0] === DOT ? 1 : 0))
  let written = bytes[0] === DOT ? stuffed.write('.', 'latin1') : 0
  let start = 0
  for (let at = next(0); at > 0; at = next(at)) {
    written += bytes.copy(stuffed, written, start, at)
    written += stuffed.write('.', written, 'latin1')
    start = at
  }
  bytes.copy(stuffed, written, start)
  return stuffed
}

/**
 * Checks that content may travel: every CR is followed by LF, every LF follows a CR, no NUL.
 *
 * @throws HubError `smtp.content_malformed`
 */
export function checkContent(content: Uint8Array): void {
  const bytes = asBuffer(content)
  if (bytes.includes(NUL)) throw malformed('content has a NUL')
  let lineEnds = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (at === 0 || bytes[at - 1] !== CR) throw malformed('a line feed stands alone')
    lineEnds += 1
  }
  for (let at = bytes.indexOf(CR); at >= 0; at = bytes.indexOf(CR, at + 1)) lineEnds -= 1
  if (lineEnds !== 0) throw malformed('a carriage return stands alone')
}

/**
 * Checks the limits that `DataReader` has, on content that did not come by SMTP.
 *
 * @throws HubError `smtp.line_too_long`, `smtp.header_too_long`
 */
export function checkLines(content: Uint8Array): void {
  const bytes = asBuffer(content)
  let inHeader = true
  let start = 0
  while (start < bytes.byteLength) {
    const lineEnd = bytes.indexOf(LF, start)
    const end = lineEnd < 0 ? bytes.byteLength : lineEnd + 1
    if (end - start > TEXT_LINE_OCTETS) throw lineTooLong()
    if (end - start === 2) inHeader = false
    else if (inHeader && end > HEADER_OCTETS) throw headerTooLong()
    start = end
  }
}

function lineTooLong(): HubError {
  return new HubError('smtp.line_too_long', `a line has over ${TEXT_LINE_OCTETS} octets`)
}

function headerTooLong(): HubError {
  return new HubError('smtp.header_too_long', `a header section has over ${HEADER_OCTETS} octets`)
}

function malformed(message: string): HubError {
  return new HubError('smtp.content_malformed', message)
}
