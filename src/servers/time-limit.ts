import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '../base/errors.ts'
import type { MailHandlers } from './mail-handlers.ts'

/** Below the half minute that many programs wait for an answer, above what a slow disk takes. */
export const ANSWER_WITHIN_MS = 25_000

/**
 * The same handlers, which answer within 25 s: a database that is there and does not move must not
 * keep clients waiting. What was asked for may still happen: a message that is stored after all is
 * delivered, and again when its sender, who was told to, hands it over once more.
 */
export function answeringInTime<Handlers extends Pick<MailHandlers, 'authenticate' | 'accept'>>(
  handlers: Handlers,
  timeoutMs: number = ANSWER_WITHIN_MS,
): Handlers {
  return {
    ...handlers,
    authenticate: (user, secret) => inTime(timeoutMs, handlers.authenticate(user, secret)),
    accept: (submission) => inTime(timeoutMs, handlers.accept(submission)),
  }
}

/**
 * What a promise gives, when it does so in time.
 *
 * @throws HubError `database.unavailable`, the only thing that hub and caller can wait for so long
 */
export async function inTime<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  const timer = new AbortController()
  const late = sleep(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new HubError('database.unavailable', `the hub has no answer after ${timeoutMs} ms`)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    late.catch(() => {
      // Called off, or told already.
    })
    timer.abort()
  }
}
