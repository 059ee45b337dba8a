/** Why a mail server did not take a message: pure. */

import type { HubError } from '../../base/errors.ts'
import type { MailCause, MailStageName } from '../../contract/mail-stages.ts'
import {
  causeWith,
  connectionCause,
  isClientCertificateAlert,
  timeOutCause,
  tlsCause,
} from './connection-cause.ts'
import type { SmtpReply, Undelivered } from '../queue/delivery-report.ts'
import type { SmtpRoute } from '../mail-route.ts'

/** The cause of an error in this stage, before or instead of a reply. */
export function smtpErrorCause(
  stage: MailStageName,
  error: HubError,
  { route, seconds }: { route: SmtpRoute; seconds?: number },
): MailCause {
  const reply = replyIn(error)
  if (reply !== undefined) return replyCause(stage, reply, route)
  const { host, port } = route
  const code: string = error.code
  switch (code) {
    case 'delivery.connection_failed':
      return connectionCause(error, route)
    case 'delivery.timed_out':
      return timeOutCause(stage, error, { host, port, seconds })
    case 'delivery.tls_not_offered':
      return error.detail.fault === 'STRIPPED'
        ? causeWith('starttls.stripped', { host, port })
        : causeWith('starttls.not-offered', { host, port })
    case 'delivery.tls_failed':
      return tlsCause(error, host)
    case 'delivery.login_unsafe':
      return causeWith('login.unsafe', { host })
    case 'delivery.login_failed': {
      const { offered } = error.detail
      const words = Array.isArray(offered) ? offered.join(', ') : ''
      return causeWith('login.not-offered', { host, offered: words })
    }
    case 'delivery.connection_lost':
      if (isClientCertificateAlert(error)) return tlsCause(error, host)
      return stage === 'content'
        ? causeWith('server.closed-in-content', { host })
        : causeWith('server.closed', { host })
    case 'smtp.reply_malformed':
      return causeWith('server.not-smtp', { host, port })
    case 'smtp.content_malformed':
      return causeWith('message.not-sendable', { reason: error.message })
    default:
      return causeWith('test.failed', { code })
  }
}

/** The cause of what became of a recipient. */
export function undeliveredCause(
  stage: MailStageName,
  { reply, status, because }: Undelivered,
  route: SmtpRoute,
): MailCause {
  if (reply !== undefined) return replyCause(stage, reply, route)
  if (status === '5.3.4') return causeWith('message.too-large', { reason: because })
  return causeWith('message.not-sendable', { reason: because })
}

function replyCause(stage: MailStageName, reply: SmtpReply, route: SmtpRoute): MailCause {
  const { code, status = '', text } = reply
  const params = { host: route.host, code, status, reason: text }
  if (code === 421) return causeWith('server.busy', params)
  if (stage === 'starttls') return causeWith('starttls.refused', params)
  if (code < 500) return causeWith('server.deferred', params)
  const special = ofExchange(reply)
  if (special !== undefined) return causeWith(special, params)
  if (code === 552 || status === '5.3.4') return causeWith('message.too-large', params)
  const where: string = stage
  switch (where) {
    case 'login':
      return route.login?.by === 'xoauth2'
        ? causeWith('login.token-rejected', params)
        : causeWith('login.rejected', params)
    case 'sender':
      return code === 530 || status === '5.7.57'
        ? causeWith('sender.login-required', params)
        : causeWith('sender.rejected', params)
    case 'recipient':
      return status === '5.7.1' || /relay/i.test(text)
        ? causeWith('recipient.relay-denied', params)
        : causeWith('recipient.rejected', params)
    case 'content':
    case 'accepted':
      return causeWith('content.rejected', params)
    default:
      return causeWith('server.refused', params)
  }
}

/** What Exchange Online says in its own numbers, whatever it was asked. */
function ofExchange({ status, text }: SmtpReply) {
  if (status === '5.7.30' || /basic authentication is not supported/i.test(text)) {
    return 'login.basic-ended'
  }
  if (status === '5.7.139' || /SmtpClientAuthentication is disabled/i.test(text)) {
    return 'login.smtp-auth-disabled'
  }
  if (status === '5.7.60' || status === '5.2.252' || /SendAsDenied/i.test(text)) {
    return 'sender.send-as-denied'
  }
  return undefined
}

function replyIn({ detail }: HubError): SmtpReply | undefined {
  const { replyCode, replyStatus, reply } = detail
  if (typeof replyCode !== 'number') return undefined
  const status = typeof replyStatus === 'string' ? { status: replyStatus } : {}
  return { code: replyCode, text: typeof reply === 'string' ? reply : '', ...status }
}
