import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '../base/errors.ts'
import type { ApiHandlers } from './api/api-handlers.ts'

/** Below the half minute that many programs wait for an answer, above what a slow disk takes. */
const ANSWER_WITHIN_MS = 25_000

/**
 * The same handlers, which answer within 25 s: a database that is there and does not move must not
 * keep clients waiting. What was asked for may still happen: a message that is stored after all is
 * delivered, and again when its sender, who was told to, hands it over once more.
 */
export function answeringInTime(
  handlers: ApiHandlers,
  timeoutMs: number = ANSWER_WITHIN_MS,
): ApiHandlers {
  return {
    ...handlers,
    authenticate: (user, secret) => within(timeoutMs, handlers.authenticate(user, secret)),
    accept: (submission) => within(timeoutMs, handlers.accept(submission)),
    findMessage: (id, account) => within(timeoutMs, handlers.findMessage(id, account)),
  }
}

async function within<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
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
