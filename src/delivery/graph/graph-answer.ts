/** What Graph's answer to a message means: pure. Table D2.3 of what is known of it. */

import { decodeUtf8 } from '../../base/bytes.ts'
import type { OutboundReply } from '../../base/outbound.ts'
import type { MailCauseCode } from '../../contract/mail-causes.ts'
import { readObject, redact } from '../oauth/token-answer.ts'

export type GraphAnswer =
  | { readonly is: 'accepted'; readonly requestId?: string }
  | ({ readonly is: 'refused' } & GraphRefusal)

/** Why Graph did not take a message, and what becomes of it. */
export interface GraphRefusal {
  readonly cause: MailCauseCode
  /** `deferred`: it may work later, or once somebody has set something right. */
  readonly becomes: 'deferred' | 'failed'
  /** RFC 3463. */
  readonly status: string
  readonly httpStatus: number
  /** Graph's own, such as `ErrorAccessDenied`. */
  readonly errorCode: string
  readonly words: string
  readonly requestId?: string
  readonly retryAfterMs?: number
}

type Meaning = Pick<GraphRefusal, 'cause' | 'becomes' | 'status'>

/** Only 202 is success; any other, 200 too, is not Graph taking a message. */
export function readGraphAnswer(reply: OutboundReply, now: Date): GraphAnswer {
  const requestId = reply.headers.get('request-id')
  const id = requestId === undefined ? {} : { requestId: redact(requestId, []).slice(0, 100) }
  if (reply.status === 202) return { is: 'accepted', ...id }
  const text = decodeUtf8(reply.body)
  const { errorCode, message } = errorIn(text)
  const retryAfterMs = readRetryAfter(reply.headers, now)
  return {
    is: 'refused',
    ...meaningOf(reply.status, errorCode, message),
    httpStatus: reply.status,
    errorCode,
    words: redact(message === '' ? text : message, []),
    ...id,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

/**
 * How long Graph asks to be left alone: `x-ms-retry-after-ms`, or `Retry-After` as a date or a number
 * of seconds, which is not always whole. Never more than an hour.
 */
function readRetryAfter(headers: ReadonlyMap<string, string>, now: Date): number | undefined {
  const milliseconds = headers.get('x-ms-retry-after-ms')?.trim() ?? ''
  if (/^\d+(?:\.\d+)?$/.test(milliseconds)) return within(Number(milliseconds))
  const text = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+(?:\.\d+)?$/.test(text)) return within(Number(text) * 1000)
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : within(at - now.getTime())
}

const MAX_RETRY_AFTER_MS = 3_600_000

function within(ms: number): number {
  return Math.ceil(Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS))
}

function errorIn(text: string): { errorCode: string; message: string } {
  const error = readObject(text)?.error
  if (typeof error !== 'object' || error === null) return { errorCode: '', message: '' }
  const { code, message } = error as Record<string, unknown>
  return {
    errorCode: typeof code === 'string' ? redact(code, []).slice(0, 100) : '',
    message: typeof message === 'string' ? message : '',
  }
}

/** What somebody can set right keeps the message waiting; what is wrong with itself fails it. */
function meaningOf(status: number, code: string, message: string): Meaning {
  if (code === 'ErrorSendAsDenied') {
    return { cause: 'graph.send-as-denied', becomes: 'failed', status: '5.7.1' }
  }
  if (code === 'NoPermissionsInAccessToken') {
    return { cause: 'graph.no-permissions', becomes: 'deferred', status: '4.7.0' }
  }
  switch (status) {
    case 400:
      if (code === 'ErrorInvalidRecipients') {
        return { cause: 'recipient.rejected', becomes: 'failed', status: '5.1.3' }
      }
      return { cause: 'graph.message-malformed', becomes: 'failed', status: '5.6.0' }
    case 401:
      return { cause: 'graph.token-refused', becomes: 'deferred', status: '4.7.0' }
    case 403:
      return message.includes('Access to OData is disabled')
        ? { cause: 'graph.mailbox-excluded', becomes: 'deferred', status: '4.7.0' }
        : { cause: 'graph.access-denied', becomes: 'deferred', status: '4.7.0' }
    case 404:
      return { cause: 'graph.mailbox-not-found', becomes: 'deferred', status: '4.3.5' }
    case 413:
      return { cause: 'graph.too-large', becomes: 'failed', status: '5.3.4' }
    case 429:
      return { cause: 'graph.throttled', becomes: 'deferred', status: '4.3.2' }
    default:
      if (status >= 500) return { cause: 'graph.unavailable', becomes: 'deferred', status: '4.3.2' }
      return status < 400
        ? { cause: 'graph.not-accepted', becomes: 'deferred', status: '4.5.0' }
        : { cause: 'graph.refused', becomes: 'deferred', status: '4.5.0' }
  }
}
