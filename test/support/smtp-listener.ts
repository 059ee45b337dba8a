/** A listener of the hub's SMTP server with handlers that keep what they are given. */

import { HubError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import type { Submission } from '../../src/messages/submission.ts'
import type { MailHandlers } from '../../src/servers/mail-handlers.ts'
import type { SmtpServerOptions } from '../../src/servers/smtp/listener.ts'
import { SmtpServer } from '../../src/servers/smtp/smtp-server.ts'

export interface TestListener {
  server: SmtpServer
  port: number
  accepted: Submission[]
}

/** Takes the log-in `app` / `secret`. Some addresses ask for trouble: `refuse@…`, `break@…`. */
export async function startListener(
  options: Partial<SmtpServerOptions> = {},
  handlers: Partial<MailHandlers> = {},
): Promise<TestListener> {
  const accepted: Submission[] = []
  const server = new SmtpServer(
    {
      kind: 'relay',
      hostname: 'hub.test',
      host: '127.0.0.1',
      port: 0,
      maxMessageBytes: 10_000,
      ...options,
    },
    {
      log: silentLog,
      handlers: {
        authenticate: (user, secret) =>
          Promise.resolve(
            user === 'app' && secret === 'secret' ? { credential: 'credential-app' } : undefined,
          ),
        isKnownRelay: () => true,
        accept: (submission) => accept(submission, accepted),
        ...handlers,
      },
    },
  )
  const { port } = await server.listen()
  return { server, port, accepted }
}

function accept(submission: Submission, accepted: Submission[]): Promise<{ id: string }> {
  if (submission.envelopeFrom.startsWith('refuse@')) {
    const detail = { recipients: submission.recipients }
    return Promise.reject(
      new HubError('message.recipient_without_certificate', 'no certificate', { detail }),
    )
  }
  if (submission.envelopeFrom.startsWith('break@')) return Promise.reject(new Error('a defect'))
  accepted.push(submission)
  return Promise.resolve({ id: `message-${accepted.length}` })
}
