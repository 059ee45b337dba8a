/**
 * Log-in at a mail server.
 *
 * A password goes to a server that proved who it is, to this machine itself, and to a server whose
 * certificate the route says is to be accepted although something is wrong with it: without that
 * the choice would be good for nothing. An access token goes only to the first two: it opens more than
 * one mailbox at times, and those who issue tokens have servers with good certificates.
 */

import { encodeUtf8, toBase64 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import type { Reply } from '../../formats/smtp/reply.ts'
import { decodeXoauth2Error, encodeXoauth2 } from '../../formats/smtp/xoauth2.ts'
import type { SmtpLogin, SmtpRoute } from '../mail-route.ts'
import { ask, requireGood } from './smtp-asking.ts'
import type { SmtpConnection } from './smtp-connection.ts'
import type { SmtpClientLimits } from './smtp-limits.ts'

interface Circumstances {
  readonly route: SmtpRoute
  readonly limits: SmtpClientLimits
  /** What the server offers, in capitals. */
  readonly mechanisms: ReadonlySet<string>
  readonly token?: string
}

/**
 * Logs in as the route says.
 *
 * @throws HubError `delivery.login_unsafe`, `delivery.login_failed`, and what a lost connection throws
 */
export async function logIn(
  connection: SmtpConnection,
  { route, limits, mechanisms, token }: Circumstances,
): Promise<void> {
  const { login } = route
  if (login === undefined) return
  requireSafe(connection, login)
  const timeoutMs = limits.commandMs
  const reply =
    login.by === 'xoauth2'
      ? await byToken(connection, { user: login.user, token, mechanisms, timeoutMs })
      : await byPassword(connection, { ...login, mechanisms, timeoutMs })
  requireGood(reply, 'the server refuses the log-in', 'delivery.login_failed')
}

function requireSafe(connection: SmtpConnection, { by }: SmtpLogin): void {
  const { tls, isLoopback } = connection
  if (isLoopback || tls?.verified === true) return
  if (by === 'password' && tls?.accepted !== undefined) return
  const secret = by === 'password' ? 'password' : 'access token'
  throw new HubError(
    'delivery.login_unsafe',
    `the ${secret} is not sent: the connection is not encrypted with a verified certificate`,
  )
}

async function byPassword(
  connection: SmtpConnection,
  {
    user,
    password,
    mechanisms,
    timeoutMs,
  }: { user: string; password: string; mechanisms: ReadonlySet<string>; timeoutMs: number },
): Promise<Reply> {
  if (mechanisms.has('PLAIN')) {
    const response = toBase64(encodeUtf8(`\0${user}\0${password}`))
    return ask(connection, {
      line: `AUTH PLAIN ${response}`,
      shown: 'AUTH PLAIN <secret>',
      timeoutMs,
    })
  }
  if (!mechanisms.has('LOGIN')) throw notOffered('PLAIN or LOGIN', mechanisms)
  let reply = await ask(connection, { line: 'AUTH LOGIN', timeoutMs })
  for (const secret of [user, password]) {
    if (reply.code !== 334) break
    const line = toBase64(encodeUtf8(secret))
    reply = await ask(connection, { line, shown: '<secret>', timeoutMs })
  }
  return reply
}

async function byToken(
  connection: SmtpConnection,
  {
    user,
    token,
    mechanisms,
    timeoutMs,
  }: {
    user: string
    token: string | undefined
    mechanisms: ReadonlySet<string>
    timeoutMs: number
  },
): Promise<Reply> {
  if (token === undefined) throw new Error('a log-in by XOAUTH2 needs a token')
  if (!mechanisms.has('XOAUTH2')) throw notOffered('XOAUTH2', mechanisms)
  const line = `AUTH XOAUTH2 ${encodeXoauth2({ user, token })}`
  const reply = await ask(connection, { line, shown: 'AUTH XOAUTH2 <secret>', timeoutMs })
  if (reply.code !== 334) return reply
  const why = decodeXoauth2Error(reply.lines.join(''))
  connection.record('transport', `the server says of the token: ${why}`)
  // The reply that counts comes after an empty line.
  return ask(connection, { line: '', timeoutMs })
}

function notOffered(wanted: string, mechanisms: ReadonlySet<string>): HubError {
  return new HubError('delivery.login_failed', `the server offers no log-in by ${wanted}`, {
    detail: { fault: 'NOT_OFFERED', offered: [...mechanisms] },
  })
}
