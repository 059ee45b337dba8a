/**
 * Why mail could not be sent: every cause has a code of its own, and belongs to one help text. The
 * web translates help texts, with the cause's parameters in them.
 */

/** Each code with the help text that it belongs to. */
const HELP = {
  // Names and connections, of a mail server or of an HTTPS end point.
  'name.not-found': 'name-not-found',
  'name.no-answer': 'name-no-answer',
  'connect.refused': 'connect-refused',
  'connect.unreachable': 'connect-unreachable',
  'connect.failed': 'connect-failed',
  // Nothing came in time; the stage says what was waited for.
  'timed-out.look-up': 'name-no-answer',
  'timed-out.connect': 'connect-unreachable',
  'timed-out.greeting': 'silent-greeting',
  'timed-out.tls': 'silent-tls',
  'timed-out.reply': 'silent-server',
  'timed-out.http': 'silent-http',
  'timed-out.total': 'total-time-over',
  // What a mail server does at any stage.
  'server.closed': 'server-closed',
  'server.closed-in-content': 'server-closed-in-content',
  'server.busy': 'server-busy',
  'server.deferred': 'server-deferred',
  'server.refused': 'server-refused',
  'server.not-smtp': 'server-not-smtp',
  // Encryption.
  'starttls.not-offered': 'starttls-not-offered',
  'starttls.stripped': 'starttls-stripped',
  'starttls.refused': 'starttls-refused',
  'tls.expected': 'tls-expected',
  'tls.not-spoken': 'tls-not-spoken',
  'tls.too-old': 'tls-too-old',
  'tls.client-certificate-refused': 'tls-client-certificate',
  'tls.client-certificate-unusable': 'tls-client-certificate',
  'tls.failed': 'tls-failed',
  'certificate.self-signed': 'certificate-not-trusted',
  'certificate.unknown-issuer': 'certificate-not-trusted',
  'certificate.expired': 'certificate-expired',
  'certificate.not-yet-valid': 'certificate-not-yet-valid',
  'certificate.wrong-host-name': 'certificate-wrong-host-name',
  'certificate.weak': 'certificate-weak',
  'certificate.revoked': 'certificate-revoked',
  'certificate.unfit': 'certificate-unfit',
  // Cautions: the stage is done, but not as it should be.
  'certificate.not-verified': 'certificate-not-verified',
  'certificate.accepted-invalid': 'certificate-accepted',
  'certificate.accepted-wrong-host-name': 'certificate-accepted',
  'connection.in-clear': 'connection-in-clear',
  // Log-in.
  'login.rejected': 'login-rejected',
  'login.not-offered': 'login-not-offered',
  'login.unsafe': 'login-unsafe',
  'login.basic-ended': 'login-basic-ended',
  'login.smtp-auth-disabled': 'login-smtp-auth-disabled',
  'login.token-rejected': 'login-token-rejected',
  // Envelope and content.
  'sender.login-required': 'sender-login-required',
  'sender.send-as-denied': 'sender-send-as-denied',
  'sender.rejected': 'sender-rejected',
  'recipient.relay-denied': 'recipient-relay-denied',
  'recipient.rejected': 'recipient-rejected',
  'content.rejected': 'content-rejected',
  'message.too-large': 'message-too-large',
  'message.too-large-for-graph': 'message-too-large-for-graph',
  'message.not-sendable': 'message-not-sendable',
  // The token end point, of whatever provider.
  'token.not-an-end-point': 'token-not-an-end-point',
  'token.refused': 'token-refused',
  'token.unavailable': 'token-unavailable',
  'token.key-unusable': 'token-key-unusable',
  'token.unsafe-url': 'token-unsafe-url',
  'google.invalid-grant': 'google-invalid-grant',
  'google.unauthorized-client': 'google-unauthorized-client',
  'refresh-token.invalid': 'refresh-token-invalid',
  'client.invalid': 'client-invalid',
  // Microsoft identity platform.
  'aadsts.7000215': 'entra-secret-wrong',
  'aadsts.7000222': 'entra-secret-expired',
  'aadsts.700016': 'entra-application-not-found',
  'aadsts.700011': 'entra-application-not-found',
  'aadsts.90002': 'entra-tenant-not-found',
  'aadsts.900023': 'entra-tenant-not-found',
  'aadsts.7000112': 'entra-application-disabled',
  'aadsts.70011': 'entra-request-wrong',
  'aadsts.28002': 'entra-request-wrong',
  'aadsts.700022': 'entra-request-wrong',
  'aadsts.7000218': 'entra-request-wrong',
  'aadsts.500011': 'entra-service-absent',
  'aadsts.65001': 'entra-consent-missing',
  'aadsts.90094': 'entra-consent-missing',
  'aadsts.650056': 'entra-consent-missing',
  'aadsts.900382': 'entra-other-cloud',
  'aadsts.900432': 'entra-other-cloud',
  'aadsts.9001023': 'entra-tenant-not-common',
  'aadsts.530032': 'entra-blocked-by-policy',
  'aadsts.90033': 'entra-passing',
  'aadsts.90006': 'entra-passing',
  'aadsts.90012': 'entra-passing',
  'aadsts.90024': 'entra-passing',
  'aadsts.90055': 'entra-passing',
  'aadsts.other': 'entra-other',
  // What the token allows: a caution, or the cause when the server then refuses.
  'role.missing': 'role-missing',
  'role.not-readable': 'role-not-readable',
  // Microsoft Graph.
  'graph.access-denied': 'graph-access-denied',
  'graph.mailbox-excluded': 'graph-mailbox-excluded',
  'graph.no-permissions': 'graph-no-permissions',
  'graph.send-as-denied': 'sender-send-as-denied',
  'graph.mailbox-not-found': 'graph-mailbox-not-found',
  'graph.token-refused': 'graph-token-refused',
  'graph.message-malformed': 'graph-message-malformed',
  'graph.too-large': 'message-too-large-for-graph',
  'graph.throttled': 'graph-throttled',
  'graph.unavailable': 'graph-unavailable',
  'graph.not-accepted': 'graph-not-accepted',
  'graph.refused': 'graph-refused',
  // The test itself.
  'test.aborted': 'test-aborted',
  'test.failed': 'test-failed',
} as const satisfies Record<string, string>

/** Names what went wrong, for programs. */
export type MailCauseCode = keyof typeof HELP

/** Names the help text of one or more causes. */
export type MailHelp = (typeof HELP)[MailCauseCode]

export const MAIL_CAUSE_CODES = Object.keys(HELP) as [MailCauseCode, ...MailCauseCode[]]

export const MAIL_HELPS = [...new Set(Object.values(HELP))] as [MailHelp, ...MailHelp[]]

/** The help text that a cause belongs to. */
export function helpOf(code: MailCauseCode): MailHelp {
  return HELP[code]
}
