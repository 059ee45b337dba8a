/**
 * The one error class and the one table of its codes.
 *
 * A code names what went wrong (`thing.what`), for programs and for ever. The table says what each
 * kind of caller is answered: an HTTP status, an SMTP reply (code and RFC 3463 status), and the exit
 * status of a command (2 wrong usage or unreadable input, 3 it could not be done). Strangers are
 * told the answer and the code, never the message, which may name paths, hosts and policies.
 */

const ANSWERS = {
  'account.disabled': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'account.exists': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'account.last_administrator': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'account.not_found': { http: 404, smtp: '554 5.7.0', exit: 3 },
  'account.not_invited': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'account.not_possible': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'account.own': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'address.malformed': { http: 400, smtp: '501 5.1.3', exit: 2 },
  'api.body_malformed': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'api.body_too_large': { http: 413, smtp: '552 5.3.4', exit: 2 },
  'api.csrf_missing': { http: 403, smtp: '554 5.7.0', exit: 3 },
  'api.forbidden': { http: 403, smtp: '554 5.7.0', exit: 3 },
  'api.media_type_unsupported': { http: 415, smtp: '501 5.5.4', exit: 2 },
  'api.not_found': { http: 404, smtp: '550 5.1.0', exit: 2 },
  'api.origin_foreign': { http: 403, smtp: '554 5.7.0', exit: 3 },
  'api.rate_limited': { http: 429, smtp: '421 4.7.0', exit: 3 },
  'api.streams_too_many': { http: 429, smtp: '421 4.7.0', exit: 3 },
  'api.unauthenticated': { http: 401, smtp: '535 5.7.8', exit: 3 },
  'asn1.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'asn1.too_deep': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'asn1.too_large': { http: 413, smtp: '554 5.6.0', exit: 2 },
  'authority.exists': { http: 409, smtp: '451 4.3.5', exit: 3 },
  'authority.foreign_address': { http: 400, smtp: '550 5.7.1', exit: 3 },
  'authority.missing': { http: 409, smtp: '451 4.3.5', exit: 3 },
  'certificate.ambiguous': { http: 409, smtp: '550 5.7.5', exit: 2 },
  'certificate.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'certificate.not_found': { http: 404, smtp: '550 5.7.5', exit: 3 },
  'certificate.unfit': { http: 422, smtp: '554 5.7.5', exit: 3 },
  'cms.cannot_decrypt': { http: 422, smtp: '554 5.7.7', exit: 3 },
  'cms.key_unfit': { http: 422, smtp: '554 5.7.5', exit: 2 },
  'cms.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'cms.no_recipients': { http: 422, smtp: '554 5.7.5', exit: 2 },
  'cms.not_a_recipient': { http: 422, smtp: '554 5.7.7', exit: 3 },
  'cms.other_content': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'cms.unsupported_cipher': { http: 422, smtp: '554 5.7.7', exit: 3 },
  'cms.wrong_length': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'config.invalid': { http: 500, smtp: '451 4.3.5', exit: 2 },
  'container.unreadable': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'credential.exists': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'credential.not_found': { http: 404, smtp: '554 5.7.0', exit: 3 },
  'crl.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'database.folder_unusable': { http: 500, smtp: '451 4.3.5', exit: 3 },
  'database.migration_failed': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'database.newer_version': { http: 500, smtp: '451 4.3.5', exit: 3 },
  'database.no_server': { http: 500, smtp: '451 4.3.5', exit: 3 },
  'database.no_user': { http: 500, smtp: '451 4.3.5', exit: 3 },
  'database.other_major': { http: 500, smtp: '451 4.3.5', exit: 3 },
  'database.start_failed': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'database.still_running': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'database.unavailable': { http: 503, smtp: '451 4.3.0', exit: 3 },
  'delivery.connection_failed': { http: 502, smtp: '451 4.4.1', exit: 3 },
  'delivery.connection_lost': { http: 502, smtp: '451 4.4.2', exit: 3 },
  'delivery.login_failed': { http: 502, smtp: '451 4.7.8', exit: 3 },
  'delivery.login_unsafe': { http: 502, smtp: '451 4.7.11', exit: 3 },
  'delivery.refused': { http: 502, smtp: '451 4.3.2', exit: 3 },
  'delivery.timed_out': { http: 504, smtp: '451 4.4.2', exit: 3 },
  'delivery.tls_failed': { http: 502, smtp: '451 4.7.5', exit: 3 },
  'delivery.tls_not_offered': { http: 502, smtp: '451 4.7.4', exit: 3 },
  'delivery.token_refused': { http: 502, smtp: '451 4.7.0', exit: 3 },
  'demo.failed': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'file.unreadable': { http: 500, smtp: '451 4.3.0', exit: 2 },
  'file.unwritable': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'hub.already_running': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'hub.lock_unavailable': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'hub.not_found': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'idempotency.key_malformed': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'internal.unexpected': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'key.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'key.mismatch': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'key.not_found': { http: 404, smtp: '451 4.3.0', exit: 3 },
  'key.unsupported': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'link.invalid': { http: 403, smtp: '554 5.7.0', exit: 3 },
  'listener.unusable': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'mail.not_configured': { http: 409, smtp: '451 4.3.5', exit: 3 },
  'mail_test.not_found': { http: 404, smtp: '451 4.3.0', exit: 3 },
  'mail_test.running': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'mail_test.too_many': { http: 429, smtp: '451 4.7.0', exit: 3 },
  'master_key.missing': { http: 500, smtp: '451 4.3.5', exit: 3 },
  'master_key.wrong': { http: 500, smtp: '451 4.3.5', exit: 3 },
  'message.content_erased': { http: 410, smtp: '550 5.7.0', exit: 3 },
  'message.encryption_header': { http: 422, smtp: '554 5.6.0', exit: 2 },
  'message.loop': { http: 422, smtp: '554 5.4.6', exit: 3 },
  'message.no_recipient': { http: 422, smtp: '554 5.5.1', exit: 2 },
  'message.not_found': { http: 404, smtp: '550 5.7.0', exit: 3 },
  'message.not_possible': { http: 409, smtp: '550 5.7.0', exit: 3 },
  'message.not_released': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'message.recipient_without_certificate': { http: 422, smtp: '550 5.7.5', exit: 3 },
  'message.record_broken': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'message.repeated_differently': { http: 422, smtp: '554 5.7.0', exit: 3 },
  'mime.field_malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'mime.header_too_large': { http: 400, smtp: '552 5.3.4', exit: 2 },
  'mime.malformed_base64': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'mime.too_deep': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'mime.too_many_parts': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'mime.unknown_encoding': { http: 400, smtp: '554 5.6.1', exit: 2 },
  'name.malformed': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'openid.address_unverified': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'openid.expired': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'openid.failed': { http: 502, smtp: '454 4.7.0', exit: 3 },
  'openid.invitation_expired': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'openid.no_account': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'openid.off': { http: 409, smtp: '535 5.7.8', exit: 3 },
  'openid.refused': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'openid.unreachable': { http: 502, smtp: '454 4.7.0', exit: 3 },
  'organization.not_set_up': { http: 503, smtp: '451 4.3.5', exit: 3 },
  'outbound.reply_too_large': { http: 502, smtp: '451 4.4.0', exit: 3 },
  'outbound.timed_out': { http: 504, smtp: '451 4.4.2', exit: 3 },
  'outbound.unreachable': { http: 502, smtp: '451 4.4.1', exit: 3 },
  'outbound.url_unsafe': { http: 400, smtp: '451 4.3.5', exit: 2 },
  'passkey.exists': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'passkey.not_found': { http: 404, smtp: '554 5.7.0', exit: 3 },
  'passkey.refused': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'passkey.too_many': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'passphrase.required': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'passphrase.too_expensive': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'passphrase.wrong': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'password.common': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'password.personal': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'password.unfit': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'password.wrong': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'pem.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'person.exists': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'person.not_found': { http: 404, smtp: '554 5.7.0', exit: 3 },
  'pkcs12.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'pkcs12.unsupported': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'policy.access_last': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'policy.already_decided': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'policy.approval_required': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'policy.changed_meanwhile': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'policy.forbidden': { http: 403, smtp: '554 5.7.0', exit: 3 },
  'policy.held_by_other': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'policy.kind_unknown': { http: 404, smtp: '451 4.3.0', exit: 3 },
  'policy.name_taken': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'policy.not_found': { http: 404, smtp: '451 4.3.0', exit: 3 },
  'policy.not_in_production': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'policy.only_one': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'policy.own_request': { http: 403, smtp: '554 5.7.0', exit: 3 },
  'policy.refused': { http: 422, smtp: '501 5.5.4', exit: 2 },
  'policy.request_not_found': { http: 404, smtp: '451 4.3.0', exit: 3 },
  'policy.search_malformed': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'policy.version_erased': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'policy.version_not_found': { http: 404, smtp: '451 4.3.0', exit: 3 },
  'policy.wrong_state': { http: 409, smtp: '451 4.3.0', exit: 3 },
  'registry.too_large': { http: 413, smtp: '554 5.6.0', exit: 2 },
  'registry.unwritable': { http: 422, smtp: '554 5.6.0', exit: 3 },
  'registry_pol.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'registry_reg.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'registry_xml.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'relay.malformed': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'seal.broken': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'seal.key_malformed': { http: 500, smtp: '451 4.3.5', exit: 2 },
  'session.not_found': { http: 404, smtp: '554 5.7.0', exit: 3 },
  'session.not_recent': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'second_factor.missing': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'second_factor.required': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'second_factor.wrong': { http: 403, smtp: '535 5.7.8', exit: 3 },
  'settings.malformed': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'setup.done_before': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'setup.link_invalid': { http: 403, smtp: '554 5.7.0', exit: 3 },
  'sign_in.locked': { http: 429, smtp: '454 4.7.0', exit: 3 },
  'sign_in.refused': { http: 401, smtp: '535 5.7.8', exit: 3 },
  'smime.too_deep': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'smtp.authentication_cancelled': { http: 401, smtp: '501 5.7.0', exit: 3 },
  'smtp.authentication_failed': { http: 401, smtp: '535 5.7.8', exit: 3 },
  'smtp.authentication_malformed': { http: 400, smtp: '501 5.5.2', exit: 2 },
  'smtp.authentication_required': { http: 401, smtp: '530 5.7.0', exit: 3 },
  'smtp.command_malformed': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'smtp.command_out_of_order': { http: 400, smtp: '503 5.5.1', exit: 2 },
  'smtp.command_too_long': { http: 400, smtp: '500 5.5.2', exit: 2 },
  'smtp.command_unknown': { http: 400, smtp: '500 5.5.1', exit: 2 },
  'smtp.command_unsupported': { http: 400, smtp: '502 5.5.1', exit: 2 },
  'smtp.content_malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'smtp.encryption_required': { http: 403, smtp: '538 5.7.11', exit: 3 },
  'smtp.header_too_long': { http: 413, smtp: '554 5.6.0', exit: 2 },
  'smtp.line_too_long': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'smtp.mechanism_unknown': { http: 400, smtp: '504 5.5.4', exit: 2 },
  'smtp.memory_short': { http: 503, smtp: '452 4.3.1', exit: 3 },
  'smtp.message_too_large': { http: 413, smtp: '552 5.3.4', exit: 2 },
  'smtp.other_protocol': { http: 400, smtp: '554 5.5.1', exit: 2 },
  'smtp.parameter_unknown': { http: 400, smtp: '555 5.5.4', exit: 2 },
  'smtp.recipient_malformed': { http: 400, smtp: '501 5.1.3', exit: 2 },
  'smtp.recipients_missing': { http: 400, smtp: '554 5.5.1', exit: 2 },
  'smtp.recipients_too_many': { http: 413, smtp: '452 4.5.3', exit: 2 },
  'smtp.relay_denied': { http: 403, smtp: '550 5.7.1', exit: 3 },
  'smtp.reply_malformed': { http: 502, smtp: '451 4.5.0', exit: 3 },
  'smtp.sender_malformed': { http: 400, smtp: '501 5.1.7', exit: 2 },
  'smtp.stream_malformed': { http: 400, smtp: '500 5.5.2', exit: 2 },
  'smtp.timed_out': { http: 408, smtp: '421 4.4.2', exit: 3 },
  'smtp.tls_required': { http: 403, smtp: '530 5.7.0', exit: 3 },
  'smtp.tls_unavailable': { http: 503, smtp: '454 4.7.0', exit: 3 },
  'smtp.too_many_connections': { http: 503, smtp: '421 4.7.0', exit: 3 },
  'smtp.too_many_errors': { http: 400, smtp: '421 4.7.0', exit: 3 },
  'smtp.unavailable': { http: 503, smtp: '421 4.3.2', exit: 3 },
  'smtp.utf8_required': { http: 400, smtp: '553 5.6.7', exit: 2 },
  'spool.failed': { http: 503, smtp: '452 4.3.1', exit: 3 },
  'storage.full': { http: 507, smtp: '452 4.3.1', exit: 3 },
  'token.not_found': { http: 404, smtp: '554 5.7.0', exit: 3 },
  'token.scope_unfit': { http: 403, smtp: '554 5.7.0', exit: 3 },
  'token.too_many': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'totp.exists': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'totp.not_begun': { http: 409, smtp: '554 5.7.0', exit: 3 },
  'totp.not_found': { http: 404, smtp: '554 5.7.0', exit: 3 },
  'usage.invalid': { http: 400, smtp: '501 5.5.4', exit: 2 },
  'xml.doctype_refused': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'xml.encoding_unsupported': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'xml.entity_unknown': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'xml.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'xml.too_deep': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'xml.too_large': { http: 413, smtp: '554 5.6.0', exit: 2 },
} as const satisfies Record<string, Answer>

/** What the outside is told of an error. */
export interface Answer {
  /** HTTP status. */
  readonly http: number
  /** SMTP reply code and enhanced status code (RFC 3463). */
  readonly smtp: string
  /** Exit status of a command. */
  readonly exit: 2 | 3
}

/** The name of something that can go wrong. */
export type ErrorCode = keyof typeof ANSWERS

/** Facts about an error, for the log and for `--json`; never secrets or message content. */
export type ErrorDetail = Record<string, string | number | boolean | readonly string[] | undefined>

/** Everything the hub throws on purpose. Anything else is a defect. */
export class HubError extends Error {
  readonly code: ErrorCode
  readonly detail: ErrorDetail

  constructor(code: ErrorCode, message: string, more?: { detail?: ErrorDetail; cause?: unknown }) {
    super(message, more?.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'HubError'
    this.code = code
    this.detail = more?.detail ?? {}
  }

  /** What the outside is told. */
  get answer(): Answer {
    return ANSWERS[this.code]
  }
}

/** The error itself when it is ours, else `internal.unexpected` with it as cause. */
export function asHubError(error: unknown): HubError {
  if (error instanceof HubError) return error
  return new HubError('internal.unexpected', 'something went wrong that should not', {
    cause: error,
  })
}

/** True for an error of Node's with this `code` (`ENOENT`, `ECONNREFUSED`…). */
export function hasNodeCode(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    codes.includes(error.code)
  )
}

/**
 * What an error says, for the operator: Node's words hold the path or address. Of several attempts
 * at once, such as on each address of a host, what each says.
 */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
