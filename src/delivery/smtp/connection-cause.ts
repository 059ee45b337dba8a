/** Causes of connections that did not come about, by SMTP and by HTTPS: pure. */

import type { HubError } from '../../base/errors.ts'
import type { MailCauseCode } from '../../contract/mail-causes.ts'
import type { MailCause, MailStageName } from '../../contract/mail-stages.ts'

/** Puts a cause together; parameters that are not known are left out. */
export function causeWith(
  code: MailCauseCode,
  params: Record<string, string | number | undefined> = {},
): MailCause {
  const known = Object.entries(params).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  )
  return { code, params: Object.fromEntries(known) }
}

/** A connection that was not made, or was lost. */
export function connectionCause(
  error: HubError,
  { host, port }: { host: string; port?: number },
): MailCause {
  const where = { host, port }
  if (error.detail.fault === 'NOT_FOUND') return causeWith('name.not-found', where)
  if (error.detail.fault === 'NO_ANSWER') return causeWith('name.no-answer', where)
  const code = nodeCodeOf(error)
  const certificate = CERTIFICATE_CAUSES[code]
  if (certificate !== undefined) return causeWith(certificate, where)
  const known = NODE_CAUSES[code]
  if (known !== undefined) return causeWith(known, where)
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return tlsCause(error, host)
  return causeWith('connect.failed', { ...where, reason: error.message })
}

/** A handshake that failed, or a certificate that may not be believed. */
export function tlsCause(error: HubError, host: string): MailCause {
  const { fault, names, issuer, validFrom, validUntil } = error.detail
  const params = {
    host,
    names: Array.isArray(names) ? names.join(', ') : undefined,
    issuer: textOf(issuer),
    from: textOf(validFrom),
    until: textOf(validUntil),
  }
  if (fault === 'UNUSABLE_OWN_CERTIFICATE') return causeWith('tls.client-certificate-unusable')
  if (typeof fault === 'string') {
    const cause = CERTIFICATE_CAUSES[fault] ?? 'certificate.unfit'
    return causeWith(cause, { ...params, reason: error.message })
  }
  const code = nodeCodeOf(error)
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST/.test(code)) {
    return causeWith('tls.not-spoken', params)
  }
  if (/UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION/.test(code)) {
    return causeWith('tls.too-old', params)
  }
  if (isClientCertificateAlert(error)) return causeWith('tls.client-certificate-refused', params)
  return causeWith('tls.failed', { host, reason: error.message })
}

/** Since TLS 1.3 a server says what it thinks of our certificate after the handshake. */
export function isClientCertificateAlert({ message }: HubError): boolean {
  return /alert (?:certificate required|bad certificate|unknown ca|certificate unknown|handshake failure)/i.test(
    message,
  )
}

/** What a stage waited for. */
export function timeOutCause(
  stage: MailStageName,
  error: HubError,
  params: Record<string, string | number | undefined>,
): MailCause {
  if (stage === 'look-up') return causeWith('timed-out.look-up', params)
  if (stage === 'connect') return causeWith('timed-out.connect', params)
  if (stage === 'greeting') return causeWith('timed-out.greeting', params)
  if (stage === 'tls' || error.message.includes('TLS handshake')) {
    return causeWith('timed-out.tls', params)
  }
  return causeWith('timed-out.reply', params)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The code of the error underneath, of the first address when there were several. */
function nodeCodeOf({ cause }: HubError): string {
  if (typeof cause !== 'object' || cause === null) return ''
  return 'code' in cause ? String(cause.code) : ''
}

const NODE_CAUSES: Readonly<Record<string, MailCauseCode>> = {
  ENOTFOUND: 'name.not-found',
  EAI_AGAIN: 'name.no-answer',
  ECONNREFUSED: 'connect.refused',
  EHOSTUNREACH: 'connect.unreachable',
  ENETUNREACH: 'connect.unreachable',
  EADDRNOTAVAIL: 'connect.unreachable',
  ETIMEDOUT: 'timed-out.connect',
  ECONNRESET: 'server.closed',
  EPIPE: 'server.closed',
}

const CERTIFICATE_CAUSES: Readonly<Record<string, MailCauseCode>> = {
  CERT_HAS_EXPIRED: 'certificate.expired',
  CERT_NOT_YET_VALID: 'certificate.not-yet-valid',
  CERT_REVOKED: 'certificate.revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate.self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate.unknown-issuer',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate.unknown-issuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate.unknown-issuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate.unknown-issuer',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate.wrong-host-name',
  EE_KEY_TOO_SMALL: 'certificate.weak',
}
