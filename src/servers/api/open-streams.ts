/** The streams of events that are open, so many for each caller, ended when the server ends. */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { encodeEvents, type ServerEvent } from './event-stream.ts'

/** A browser opens six connections to a host; somebody may have several at work. */
const STREAMS_OF_ONE = 20

export class OpenStreams {
  readonly #log: Log
  readonly #perCaller = new Map<string, number>()
  readonly #open = new Set<AbortController>()

  constructor({ log }: { log: Log }) {
    this.#log = log
  }

  /**
   * Answers by a stream.
   *
   * @throws HubError `api.streams_too_many`
   */
  send(
    events: AsyncIterable<ServerEvent>,
    { request, reply, caller }: { request: FastifyRequest; reply: FastifyReply; caller: string },
  ): FastifyReply {
    const count = this.#perCaller.get(caller) ?? 0
    if (count >= STREAMS_OF_ONE) {
      throw new HubError('api.streams_too_many', `${STREAMS_OF_ONE} streams are open already`)
    }
    this.#perCaller.set(caller, count + 1)
    const stop = new AbortController()
    this.#open.add(stop)
    request.raw.socket.once('close', () => stop.abort())
    const stream = encodeEvents(events, { stop: stop.signal })
    stream.once('error', (error) => this.#log.error('api.stream_broke', { error }))
    stream.once('close', () => {
      stop.abort()
      this.#open.delete(stop)
      const left = (this.#perCaller.get(caller) ?? 1) - 1
      if (left > 0) this.#perCaller.set(caller, left)
      else this.#perCaller.delete(caller)
    })
    // A proxy that gathers what it passes on would hold events back. The connection ends with the
    // stream, so that a server that stops need not wait until it is used no more.
    return reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('connection', 'close')
      .header('x-accel-buffering', 'no')
      .send(stream)
  }

  /** Ends all of them: a server that stops waits for its replies. */
  end(): void {
    for (const each of this.#open) each.abort()
  }
}
