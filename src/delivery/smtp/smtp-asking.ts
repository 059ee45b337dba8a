/** One command and its reply. */

import { HubError, type ErrorCode } from '../../base/errors.ts'
import type { Reply } from '../../formats/smtp/reply.ts'
import type { SmtpConnection } from './smtp-connection.ts'

/** Sends a line and waits for the reply. `shown` is what the dialogue says of a line with a secret. */
export async function ask(
  connection: SmtpConnection,
  { line, shown, timeoutMs }: { line: string; shown?: string; timeoutMs: number },
): Promise<Reply> {
  connection.send(`${line}\r\n`, [shown ?? line])
  return connection.reply({ timeoutMs, to: (shown ?? line).split(' ')[0] ?? '' })
}

export function isGood({ code }: Reply): boolean {
  return code >= 200 && code < 300
}

/** @throws HubError with that code, and the reply in its detail */
export function requireGood(reply: Reply, message: string, code: ErrorCode): void {
  if (isGood(reply)) return
  throw new HubError(code, `${message}: ${reply.code} ${reply.lines.join(' ')}`, {
    detail: { replyCode: reply.code, replyStatus: reply.status, reply: reply.lines.join('\n') },
  })
}
