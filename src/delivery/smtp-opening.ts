/** The opening of a dialogue: greeting, EHLO, STARTTLS, log-in; what the server can do. */

import { toBase64, encodeUtf8 } from '../base/bytes.ts'
import { HubError, type ErrorCode } from '../base/errors.ts'
import type { Reply } from '../formats/smtp/reply.ts'
import { SmtpConnection, type Recorder } from './smtp-connection.ts'
import type { SmtpClientLimits, SmtpRoute } from './smtp-route.ts'

/** What the server said it can do, after the last EHLO. */
export interface Capabilities {
  readonly pipelining: boolean
  readonly eightBit: boolean
  readonly smtpUtf8: boolean
  /** SIZE is known; the limit is undefined when the server names none. */
  readonly size: boolean
  readonly sizeLimitBytes?: number
  readonly starttls: boolean
  /** Log-in mechanisms, in capitals. */
  readonly auth: ReadonlySet<string>
}

/**
 * Opens a connection on which mail can be sent at once.
 *
 * @throws HubError `delivery.connection_failed`, `delivery.connection_lost`, `delivery.timed_out`,
 * `delivery.refused`, `delivery.tls_failed`, `delivery.tls_not_offered`, `delivery.login_failed`,
 * `delivery.login_unsafe`, `smtp.reply_malformed`
 */
export async function openDialogue(
  route: SmtpRoute,
  limits: SmtpClientLimits,
  record: Recorder,
): Promise<{ connection: SmtpConnection; capabilities: Capabilities }> {
  const connection = await SmtpConnection.open(route, limits, record)
  try {
    const greeting = await connection.reply({ timeoutMs: limits.greetingMs, to: 'the connection' })
    requireGood(greeting, 'the server does not serve', 'delivery.refused')
    let capabilities = await sayHello(connection, route, limits)
    if (await startTls(connection, { route, limits, capabilities })) {
      capabilities = await sayHello(connection, route, limits)
    }
    await logIn(connection, { route, limits, capabilities })
    return { connection, capabilities }
  } catch (error) {
    connection.destroy()
    throw error
  }
}

async function sayHello(
  connection: SmtpConnection,
  { helloName }: SmtpRoute,
  { commandMs: timeoutMs }: SmtpClientLimits,
): Promise<Capabilities> {
  const hello = await ask(connection, { line: `EHLO ${helloName}`, timeoutMs })
  if (isGood(hello)) return capabilitiesOf(hello)
  // A server of before 1995, or a proxy that plays one: RFC 5321 section 3.2.
  const plain =
    hello.code >= 500 && (await ask(connection, { line: `HELO ${helloName}`, timeoutMs }))
  requireGood(plain === false ? hello : plain, 'the server refuses EHLO', 'delivery.refused')
  return capabilitiesOf({ code: 250, lines: [] })
}

function capabilitiesOf({ lines }: Reply): Capabilities {
  const words = new Map(
    lines.slice(1).map((line) => {
      const [keyword = '', ...values] = line.trim().toUpperCase().split(/[ =]+/)
      return [keyword, values] as const
    }),
  )
  const limit = Number(words.get('SIZE')?.[0] ?? 0)
  return {
    pipelining: words.has('PIPELINING'),
    eightBit: words.has('8BITMIME'),
    smtpUtf8: words.has('SMTPUTF8'),
    size: words.has('SIZE'),
    ...(Number.isSafeInteger(limit) && limit > 0 ? { sizeLimitBytes: limit } : {}),
    starttls: words.has('STARTTLS'),
    auth: new Set(words.get('AUTH')),
  }
}

/** True when the connection is encrypted now and was not before. */
async function startTls(
  connection: SmtpConnection,
  parts: { route: SmtpRoute; limits: SmtpClientLimits; capabilities: Capabilities },
): Promise<boolean> {
  const { route, limits, capabilities } = parts
  if (route.tls === 'none' || route.tls === 'implicit') return false
  if (!capabilities.starttls) {
    if (route.tls === 'opportunistic') return false
    throw new HubError('delivery.tls_not_offered', 'the server does not offer STARTTLS')
  }
  const reply = await ask(connection, { line: 'STARTTLS', timeoutMs: limits.commandMs })
  requireGood(reply, 'the server refuses STARTTLS', 'delivery.tls_failed')
  await connection.encrypt({ timeoutMs: limits.handshakeMs })
  return true
}

/** Secrets are said to a server that proved who it is, or to this machine itself. */
async function logIn(
  connection: SmtpConnection,
  parts: { route: SmtpRoute; limits: SmtpClientLimits; capabilities: Capabilities },
): Promise<void> {
  const { route, limits, capabilities } = parts
  const { user, password } = route
  if (user === undefined || password === undefined) return
  if (connection.tls?.verified !== true && !connection.isLoopback) {
    throw new HubError(
      'delivery.login_unsafe',
      'the password is not sent: the connection is not encrypted with a verified certificate',
    )
  }
  const timeoutMs = limits.commandMs
  let reply: Reply
  if (capabilities.auth.has('PLAIN')) {
    const response = toBase64(encodeUtf8(`\0${user}\0${password}`))
    const line = `AUTH PLAIN ${response}`
    reply = await ask(connection, { line, shown: 'AUTH PLAIN <secret>', timeoutMs })
  } else if (capabilities.auth.has('LOGIN')) {
    reply = await ask(connection, { line: 'AUTH LOGIN', timeoutMs })
    for (const secret of [user, password]) {
      if (reply.code !== 334) break
      const line = toBase64(encodeUtf8(secret))
      reply = await ask(connection, { line, shown: '<secret>', timeoutMs })
    }
  } else {
    throw new HubError('delivery.login_failed', 'the server offers no log-in by PLAIN or LOGIN')
  }
  requireGood(reply, 'the server refuses the log-in', 'delivery.login_failed')
}

async function ask(
  connection: SmtpConnection,
  { line, shown, timeoutMs }: { line: string; shown?: string; timeoutMs: number },
): Promise<Reply> {
  connection.send(`${line}\r\n`, [shown ?? line])
  return connection.reply({ timeoutMs, to: (shown ?? line).split(' ')[0] ?? '' })
}

function isGood({ code }: Reply): boolean {
  return code >= 200 && code < 300
}

function requireGood(reply: Reply, message: string, code: ErrorCode): void {
  if (isGood(reply)) return
  throw new HubError(code, `${message}: ${reply.code} ${reply.lines.join(' ')}`)
}
