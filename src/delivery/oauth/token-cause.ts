/** Why there is no access token: pure. Their numbers pick a help text and decide nothing. */

import type { HubError } from '../../base/errors.ts'
import { MAIL_CAUSE_CODES, type MailCauseCode } from '../../contract/mail-causes.ts'
import type { MailCause } from '../../contract/mail-stages.ts'
import { causeWith, connectionCause } from '../smtp/connection-cause.ts'
import type { TokenSource } from '../mail-route.ts'
import type { TokenRefusal } from './token-answer.ts'

export function tokenCause(source: TokenSource, refusal: TokenRefusal): MailCause {
  const params = { status: refusal.httpStatus, code: refusal.error, reason: refusal.words }
  if (source.is === 'microsoft') {
    const number = refusal.codes[0] ?? Number(/AADSTS(\d{4,9})/.exec(refusal.words)?.[1] ?? 0)
    if (number > 0) {
      const code = `aadsts.${number}`
      return causeWith(isCauseCode(code) ? code : 'aadsts.other', { ...params, number })
    }
  }
  if (refusal.httpStatus >= 500 || refusal.error === 'temporarily_unavailable') {
    return causeWith('token.unavailable', params)
  }
  if (refusal.error === undefined) return causeWith('token.not-an-end-point', params)
  if (source.is === 'google-service-account') {
    if (refusal.error === 'invalid_grant') return causeWith('google.invalid-grant', params)
    if (refusal.error === 'unauthorized_client') {
      return causeWith('google.unauthorized-client', params)
    }
  }
  if (source.is === 'refresh-token' && refusal.error === 'invalid_grant') {
    return causeWith('refresh-token.invalid', params)
  }
  if (refusal.error === 'invalid_client') return causeWith('client.invalid', params)
  return causeWith('token.refused', params)
}

/** An HTTPS end point that did not answer as one. */
export function httpCause(error: HubError, seconds: number): MailCause {
  const host = String(error.detail.host ?? '')
  const code: string = error.code
  switch (code) {
    case 'outbound.timed_out':
      return causeWith('timed-out.http', { host, seconds })
    case 'outbound.url_unsafe':
      return causeWith('token.unsafe-url', { reason: error.message })
    case 'outbound.reply_too_large':
      return causeWith('token.not-an-end-point', { host, reason: error.message })
    case 'key.malformed':
      return causeWith('token.key-unusable', { reason: error.message })
    case 'outbound.unreachable':
      return connectionCause(error, { host })
    default:
      return causeWith('test.failed', { code })
  }
}

function isCauseCode(code: string): code is MailCauseCode {
  return (MAIL_CAUSE_CODES as readonly string[]).includes(code)
}
