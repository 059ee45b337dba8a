/**
 * Requests that another site makes a browser send. Who calls by a session shows a token that only a
 * page of ours can know, and what names a foreign origin changes nothing.
 */

import { createHmac } from 'node:crypto'
import { encodeUtf8, equalSecrets } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'

export const CSRF_HEADER = 'x-csrf-token'

/** What a page sends in `x-csrf-token` with whatever changes something; `GET /api/v1/session` tells it. */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('csrf').digest('base64url')
}

/** @throws HubError `api.csrf_missing` */
export function checkCsrfToken(sent: unknown, sessionToken: string): void {
  const expected = encodeUtf8(csrfTokenOf(sessionToken))
  if (typeof sent === 'string' && equalSecrets(encodeUtf8(sent), expected)) return
  throw new HubError('api.csrf_missing', `the request has no valid ${CSRF_HEADER}`)
}

/**
 * The Origin of a request, when it has one, is the hub's own: its public one, or the host that the
 * request itself was made to.
 *
 * @throws HubError `api.origin_foreign`
 */
export function checkOrigin(
  origin: string | undefined,
  { publicOrigin, host }: { publicOrigin: string; host: string | undefined },
): void {
  if (origin === undefined || origin === publicOrigin) return
  const named = URL.canParse(origin) ? new URL(origin) : undefined
  const isWeb = named?.protocol === 'https:' || named?.protocol === 'http:'
  if (isWeb && host !== undefined && named.host === host.toLowerCase()) return
  throw new HubError('api.origin_foreign', 'the request comes from a page of another site')
}
