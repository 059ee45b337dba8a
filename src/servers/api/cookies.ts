/** Cookies by short names. Over https they carry the prefix that binds them to this host alone. */

import { HubError } from '../../base/errors.ts'

/** A cookie that a reply sets. It is HttpOnly, SameSite=Lax, for the whole hub, Secure over https. */
export interface CookieToSet {
  /** `session`, or another word for what it is for. */
  readonly name: string
  /** Empty takes the cookie away. */
  readonly value: string
  /** Without it the cookie ends with the browser. */
  readonly maxAgeSeconds?: number
}

/** Browsers take no more of one cookie; none of ours is near. */
const MAX_CHARACTERS = 4096
const MAX_HEADER_CHARACTERS = 16_384

/** `session` is `__Host-sealpost` over https, else `sealpost`; others have their word after it. */
export function cookieName(name: string, { isHttps }: { isHttps: boolean }): string {
  const plain = name === 'session' ? 'sealpost' : `sealpost-${name}`
  return isHttps ? `__Host-${plain}` : plain
}

/** The value of one of our cookies in a Cookie header; the first when it is there twice. */
export function findCookie(
  header: string | undefined,
  name: string,
  how: { isHttps: boolean },
): string | undefined {
  if (header === undefined || header.length > MAX_HEADER_CHARACTERS) return undefined
  const wanted = `${cookieName(name, how)}=`
  const found = header
    .split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(wanted))
    ?.slice(wanted.length)
  return found === '' ? undefined : found
}

/** The value of a Set-Cookie header field. */
export function encodeCookie(
  { name, value, maxAgeSeconds }: CookieToSet,
  { isHttps }: { isHttps: boolean },
): string {
  // Values are ours: tokens. Anything else would need an encoding, and be read differently.
  if (!/^[A-Za-z0-9._~+/=-]*$/.test(value) || value.length > MAX_CHARACTERS) {
    throw new HubError('internal.unexpected', `the value of the cookie ${name} cannot be written`)
  }
  const age = value === '' ? 0 : maxAgeSeconds
  return [
    `${cookieName(name, { isHttps })}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    ...(isHttps ? ['Secure'] : []),
    ...(age === undefined ? [] : [`Max-Age=${Math.floor(age)}`]),
  ].join('; ')
}
