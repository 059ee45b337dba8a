/**
 * The one error class and the one table of its codes.
 *
 * A code names what went wrong (`thing.what`), for programs and for ever. The table says what each
 * kind of caller is answered: an HTTP status, an SMTP reply (code and RFC 3463 status), and the exit
 * status of a command (2 wrong usage or unreadable input, 3 it could not be done). Strangers are
 * told the answer and the code, never the message, which may name paths, hosts and policies.
 */

const ANSWERS = {
  'asn1.malformed': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'asn1.too_deep': { http: 400, smtp: '554 5.6.0', exit: 2 },
  'asn1.too_large': { http: 413, smtp: '554 5.6.0', exit: 2 },
  'config.invalid': { http: 500, smtp: '451 4.3.5', exit: 2 },
  'file.unreadable': { http: 500, smtp: '451 4.3.0', exit: 2 },
  'file.unwritable': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'internal.unexpected': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'seal.broken': { http: 500, smtp: '451 4.3.0', exit: 3 },
  'seal.key_malformed': { http: 500, smtp: '451 4.3.5', exit: 2 },
  'usage.invalid': { http: 400, smtp: '501 5.5.4', exit: 2 },
} as const satisfies Record<string, Answer>

/** What the outside is told of an error. */
export interface Answer {
  /** HTTP status. */
  http: number
  /** SMTP reply code and enhanced status code (RFC 3463). */
  smtp: string
  /** Exit status of a command. */
  exit: 2 | 3
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
