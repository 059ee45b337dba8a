/** Replies of SMTP: RFC 5321 section 4.2, with enhanced status codes (RFC 3463, RFC 2034). */

import { encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { findLineText } from './path.ts'

/** RFC 5321 section 4.5.3.1.5 says 512 with the CRLF; servers that explain themselves send more. */
export const REPLY_LINE_OCTETS = 2048

/** EHLO of the most talkative servers has about 25. */
export const REPLY_LINES = 100

/** One reply, whole. */
export interface Reply {
  /** 200 to 559. */
  readonly code: number
  /** Enhanced status such as `5.1.1`, taken off every line that has it. */
  readonly status?: string
  /** Text of each line, at least one. */
  readonly lines: readonly string[]
}

/**
 * Puts replies together from their lines. Knows nothing of what was asked.
 *
 * @throws HubError `smtp.reply_malformed`, from `push`: not a reply, or one without end
 */
export class ReplyReader {
  #code: string | undefined
  #lines: string[] = []

  /** Takes a line without its CRLF; gives the reply that ends with it. */
  push(line: Uint8Array): Reply | undefined {
    if (line.byteLength > REPLY_LINE_OCTETS) throw malformed('a reply line is too long')
    const [, code, mark = ' ', text = ''] =
      /^([2-5][0-5]\d)(?:([ -])(.*))?$/s.exec(lineText(line)) ?? []
    if (code === undefined) throw malformed('a reply starts with its code')
    if (this.#code !== undefined && this.#code !== code) {
      throw malformed('the lines of a reply have different codes')
    }
    if (this.#lines.length === REPLY_LINES) throw malformed('a reply has too many lines')
    this.#code = code
    this.#lines.push(text)
    if (mark === '-') return undefined
    const reply = replyOf(Number(code), this.#lines)
    this.#code = undefined
    this.#lines = []
    return reply
  }
}

/** Controls are shown, never sent on: a reply ends up in logs, pages and DSNs. */
function lineText(line: Uint8Array): string {
  const text = findLineText(line) ?? Buffer.from(line).toString('latin1')

  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
}

function replyOf(code: number, texts: readonly string[]): Reply {
  const status = /^([245]\.\d{1,3}\.\d{1,3})(?: |$)/.exec(texts[0] ?? '')?.[1]
  // The class must be the code's own: a "250 5.1.1" is text, not a status.
  if (status === undefined || status[0] !== String(code)[0]) return { code, lines: texts }
  const bare = (text: string) => (text === status ? '' : text.slice(status.length + 1))
  const lines = texts.map((text) => (`${text} `.startsWith(`${status} `) ? bare(text) : text))
  return { code, status, lines }
}

/**
 * Builds a reply with its CRLFs; each text becomes a line. The status, when given, is put on each.
 * Line ends and controls in texts become spaces, so that no text can become a reply of its own.
 */
export function encodeReply(code: number, status: string, ...texts: readonly string[]): string {
  const before = status === '' ? '' : `${status} `
  return texts
    .map((text, at) => `${code}${at === texts.length - 1 ? ' ' : '-'}${before}${clean(text)}\r\n`)
    .join('')
}

/** Fits RFC 5321's 512 octets with code, status and CRLF. */
function clean(text: string): string {
  let line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ')
  while (encodeUtf8(line).byteLength > 490)
    line = `${line.slice(0, Math.floor(line.length * 0.9))}…`
  return line
}

function malformed(message: string): HubError {
  return new HubError('smtp.reply_malformed', message)
}
