/**
 * Access tokens: RFC 6749. Asked for when they are needed, kept until shortly before they expire.
 *
 * Whoever answers badly is quoted, without the secrets that were sent. What an answer says decides
 * nothing but which help is shown.
 */

import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { decodeUtf8, encodeUtf8 } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import { requestOutside, type OutboundReply } from '../../base/outbound.ts'
import type { GoogleTokenSource, MicrosoftTokenSource, TokenSource } from '../mail-route.ts'
import { readTokenAnswer, type TokenRefusal } from './token-answer.ts'

export interface AccessToken {
  readonly value: string
  readonly expiresAt: Date
}

/** What a request for a token came to. */
export type TokenResult =
  | { readonly is: 'granted'; readonly token: AccessToken }
  | ({ readonly is: 'refused' } & TokenRefusal)

export const TOKEN_REQUEST_MS = 30_000

/** A token has a few kilobytes, with the groups of a user some dozens. */
const MAX_ANSWER_BYTES = 256 * 1024

/**
 * Asks for a token.
 *
 * @throws HubError `outbound.*`; `key.malformed`: the service account's key cannot be used
 */
export async function requestToken(
  source: TokenSource,
  {
    clock,
    signal,
    timeoutMs = TOKEN_REQUEST_MS,
  }: {
    clock: Clock
    signal?: AbortSignal
    timeoutMs?: number
  },
): Promise<TokenResult> {
  const now = clock.now()
  const { url, form } = tokenRequest(source, now)
  const reply: OutboundReply = await requestOutside({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
    ...(source.ca === undefined ? {} : { ca: source.ca }),
    ...(signal === undefined ? {} : { signal }),
  })
  const text = decodeUtf8(reply.body)
  return readTokenAnswer(reply.status, text, { now, secrets: secretsOf(form) })
}

/** Where a token is asked for, and by what; the form has secrets in it. */
export function tokenRequest(
  source: TokenSource,
  now: Date,
): { url: string; form: Record<string, string> } {
  switch (source.is) {
    case 'microsoft':
      return {
        url: microsoftTokenUrl(source),
        form: {
          grant_type: 'client_credentials',
          client_id: source.clientId,
          client_secret: source.clientSecret,
          scope: source.scope ?? EXCHANGE_SCOPE,
        },
      }
    case 'google-service-account': {
      const url = source.tokenUrl ?? GOOGLE_TOKEN_URL
      return {
        url,
        form: {
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: assertionOf(source, url, now),
        },
      }
    }
    case 'refresh-token':
      return {
        url: source.tokenUrl,
        form: {
          grant_type: 'refresh_token',
          client_id: source.clientId,
          ...(source.clientSecret === undefined ? {} : { client_secret: source.clientSecret }),
          refresh_token: source.refreshToken,
          ...(source.scope === undefined ? {} : { scope: source.scope }),
        },
      }
  }
}

/** Tokens for Graph open no mailbox by SMTP: Exchange wants its own. */
const EXCHANGE_SCOPE = 'https://outlook.office365.com/.default'
const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token'
const GOOGLE_SCOPE = 'https://mail.google.com/'
/** The longest that Google takes. */
const ASSERTION_SECONDS = 3600

function microsoftTokenUrl({ authority, tenant }: MicrosoftTokenSource): string {
  const origin = (authority ?? 'https://login.microsoftonline.com').replace(/\/+$/, '')
  return `${origin}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`
}

/** RFC 7523 section 2.1, signed with RS256. */
function assertionOf(source: GoogleTokenSource, audience: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000)
  const claims = {
    iss: source.clientEmail,
    ...(source.subject === undefined ? {} : { sub: source.subject }),
    scope: source.scope ?? GOOGLE_SCOPE,
    aud: audience,
    iat: seconds,
    exp: seconds + ASSERTION_SECONDS,
  }
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`
  const signature = sign('RSA-SHA256', encodeUtf8(signed), keyOf(source.privateKeyPem))
  return `${signed}.${signature.toString('base64url')}`
}

function keyOf(pem: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (cause) {
    throw new HubError('key.malformed', 'the key of the service account cannot be read', { cause })
  }
  if (key.asymmetricKeyType === 'rsa') return key
  throw new HubError('key.malformed', 'the key of the service account is not an RSA key')
}

function secretsOf(form: Readonly<Record<string, string>>): string[] {
  const names = ['client_secret', 'assertion', 'refresh_token']
  return names.map((name) => form[name] ?? '').filter((secret) => secret !== '')
}
