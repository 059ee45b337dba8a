/** Reads what a token end point answers: a token, or why there is none. Pure. */

import type { TokenResult } from './oauth-token.ts'

/** Why there is no token: what the end point said, word for word but for our secrets. */
export interface TokenRefusal {
  readonly httpStatus: number
  /** RFC 6749 section 5.2, such as `invalid_client`; absent when it is no answer of that kind. */
  readonly error?: string
  /** Their description, or the beginning of whatever they said. */
  readonly words: string
  /** Numbers of the Microsoft identity platform. They may change, and are only used to pick a help. */
  readonly codes: readonly number[]
  readonly correlationId?: string
  readonly traceId?: string
}

/** A token without a life of its own is kept this long: RFC 6749 recommends to name one. */
const USUAL_SECONDS = 300
/** Nobody issues access tokens for longer than a day. */
const MAX_SECONDS = 24 * 3600
const MAX_WORDS = 2000
/** Characters of a token; each is sent in one line of SMTP or one field of HTTP. */
const MAX_TOKEN = 16_000

export function readTokenAnswer(
  httpStatus: number,
  text: string,
  { now, secrets }: { now: Date; secrets: readonly string[] },
): TokenResult {
  const answer = readObject(text)
  const value = answer?.access_token
  if (httpStatus === 200 && typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) {
    if (value.length <= MAX_TOKEN) {
      const seconds = Number(answer?.expires_in ?? USUAL_SECONDS)
      const life = seconds > 0 ? Math.min(seconds, MAX_SECONDS) : USUAL_SECONDS
      const expiresAt = new Date(now.getTime() + life * 1000)
      return { is: 'granted', token: { value, expiresAt } }
    }
  }
  const error = typeof answer?.error === 'string' ? answer.error : undefined
  const said = typeof answer?.error_description === 'string' ? answer.error_description : text
  const correlationId = shortText(answer?.correlation_id)
  const traceId = shortText(answer?.trace_id)
  return {
    is: 'refused',
    httpStatus,
    words: redact(said, secrets),
    codes: codesOf(answer?.error_codes),
    ...(error === undefined ? {} : { error: redact(error, secrets) }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(traceId === undefined ? {} : { traceId }),
  }
}

/** Their words without our secrets, controls and length. */
export function redact(text: string, secrets: readonly string[]): string {
  let shown = text
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret)]) {
      shown = shown.replaceAll(form, '<secret>')
    }
  }
  // A token that is where it should not be.
  shown = shown.replace(/eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g, '<token>')
  shown = shown.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ').trim()
  return shown.length > MAX_WORDS ? `${shown.slice(0, MAX_WORDS)}…` : shown
}

/** The fields of a JSON object; undefined for whatever else a server may say. */
export function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return value as Record<string, unknown>
  } catch {
    // Not JSON: the caller shows it as it is.
    return undefined
  }
}

function codesOf(value: unknown): number[] {
  if (!Array.isArray(value)) return []
  return value.filter((each): each is number => Number.isSafeInteger(each)).slice(0, 10)
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,100}$/.test(value) ? value : undefined
}
