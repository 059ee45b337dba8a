/** What an access token says of itself. To be shown, never to be trusted: it is not for us to read. */

import { readObject } from './token-answer.ts'

export interface TokenClaims {
  /** Permissions of the application, such as `Mail.Send`. */
  readonly roles: readonly string[]
  readonly application?: string
  readonly tenant?: string
}

/** The claims of a JWT; undefined for a token that is none, which is anybody's right. */
export function readTokenClaims(token: string): TokenClaims | undefined {
  const parts = token.split('.')
  if (parts.length !== 3) return undefined
  const claims = readObject(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'))
  if (claims === undefined) return undefined
  const { roles, appid, tid } = claims
  return {
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    ...(typeof appid === 'string' ? { application: appid } : {}),
    ...(typeof tid === 'string' ? { tenant: tid } : {}),
  }
}
