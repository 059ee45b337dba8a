/** The opening of a dialogue: greeting, EHLO, STARTTLS, log-in; what the server can do. */

import { HubError } from '../../base/errors.ts'
import type { Reply } from '../../formats/smtp/reply.ts'
import type { SmtpRoute } from '../mail-route.ts'
import { ask, isGood, requireGood } from './smtp-asking.ts'
import { SmtpConnection, type Opening } from './smtp-connection.ts'
import type { SmtpClientLimits } from './smtp-limits.ts'
import { logIn } from './smtp-login.ts'

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
  opening: Opening,
): Promise<{ connection: SmtpConnection; capabilities: Capabilities }> {
  const { limits, enter } = opening
  const connection = await SmtpConnection.open(route, opening)
  try {
    enter?.('greeting')
    const greeting = await connection.reply({ timeoutMs: limits.greetingMs, to: 'the connection' })
    requireGood(greeting, 'the server does not serve', 'delivery.refused')
    enter?.('hello')
    let capabilities = await sayHello(connection, route, limits)
    if (route.tls === 'required' || route.tls === 'opportunistic') {
      enter?.('starttls')
      const isEncrypted = await startTls(connection, { route, ...opening, capabilities })
      opening.onTls?.(connection.tls)
      if (isEncrypted) {
        capabilities = await sayHello(connection, route, limits)
      }
    }
    if (route.login !== undefined) {
      enter?.('login')
      await logIn(connection, { route, ...opening, mechanisms: capabilities.auth })
    }
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
  parts: Opening & { route: SmtpRoute; capabilities: Capabilities },
): Promise<boolean> {
  const { route, limits, capabilities } = parts
  if (!capabilities.starttls) {
    if (route.tls === 'opportunistic') return false
    // What is done without being offered was offered to somebody else on the way.
    const isStripped =
      parts.asksAnyway === true &&
      (await ask(connection, { line: 'STARTTLS', timeoutMs: limits.commandMs })).code === 220
    const fault = isStripped ? 'STRIPPED' : undefined
    throw new HubError('delivery.tls_not_offered', 'the server does not offer STARTTLS', {
      detail: { fault },
    })
  }
  const reply = await ask(connection, { line: 'STARTTLS', timeoutMs: limits.commandMs })
  requireGood(reply, 'the server refuses STARTTLS', 'delivery.tls_failed')
  await connection.encrypt({ timeoutMs: limits.handshakeMs })
  return true
}
