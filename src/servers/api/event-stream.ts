/** Server-sent events (WHATWG HTML, section 9.2): a reply that goes on while something happens. */

import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerEvent {
  /** Told back by the browser when it connects again. No line end. */
  readonly id?: string
  /** `message` when absent. No line end. */
  readonly event?: string
  /** JSON. */
  readonly data: unknown
}

/** Proxies close what is silent for a minute, some for half of one. */
const HEARTBEAT_MS = 15_000
/** Then the stream ends, the browser connects anew, and who calls is found out anew. */
const LONGEST_MS = 10 * 60_000

/**
 * Events as the bytes of a reply, with a comment now and then while nothing happens. Ends with the
 * events, after ten minutes, or when `stop` says so; then the source is told by its `return`.
 */
export function encodeEvents(
  events: AsyncIterable<ServerEvent>,
  {
    stop,
    heartbeatMs = HEARTBEAT_MS,
    longestMs = LONGEST_MS,
  }: { stop: AbortSignal; heartbeatMs?: number; longestMs?: number },
): Readable {
  const endsAt = performance.now() + longestMs
  return Readable.from(linesOf(events, { stop, heartbeatMs, endsAt }))
}

async function* linesOf(
  events: AsyncIterable<ServerEvent>,
  { stop, heartbeatMs, endsAt }: { stop: AbortSignal; heartbeatMs: number; endsAt: number },
): AsyncGenerator<string> {
  const source = events[Symbol.asyncIterator]()
  try {
    // So that the reply begins at once.
    yield ': open\n\n'
    let next = source.next()
    // Nobody waits for the last one when the stream is stopped.
    next.catch(() => undefined)
    for (;;) {
      const leftMs = endsAt - performance.now()
      if (leftMs <= 0 || stop.aborted) return
      const got = await nextOrSilence(next, { stop, forMs: Math.min(heartbeatMs, leftMs) })
      if (got === 'silence') {
        yield ': still here\n\n'
        continue
      }
      if (got.done === true) return
      yield encodeEvent(got.value)
      next = source.next()
      next.catch(() => undefined)
    }
  } finally {
    source.return?.().catch(() => {
      // It is over for us, however the source takes it.
    })
  }
}

async function nextOrSilence<T>(
  next: Promise<T>,
  { stop, forMs }: { stop: AbortSignal; forMs: number },
): Promise<T | 'silence'> {
  const timer = new AbortController()
  const signal = AbortSignal.any([stop, timer.signal])
  const silence = sleep(forMs, 'silence' as const, { signal }).catch(() => 'silence' as const)
  try {
    return await Promise.race([next, silence])
  } finally {
    timer.abort()
  }
}

function encodeEvent({ id, event, data }: ServerEvent): string {
  const lines = [
    ...(id === undefined ? [] : [`id: ${oneLine(id)}`]),
    ...(event === undefined ? [] : [`event: ${oneLine(event)}`]),
    `data: ${JSON.stringify(data)}`,
  ]
  return `${lines.join('\n')}\n\n`
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]/g, ' ')
}
