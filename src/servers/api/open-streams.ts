/**
 * The streams of events that are open, so many for each caller. Each ends when the server ends, and
 * when its caller may not have it any more: that is looked at when something of their account
 * changed, and now and then besides, for what nobody tells of, such as a session whose time is over.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { encodeEvents, type ServerEvent } from './event-stream.ts'

/** A browser opens six connections to a host; somebody may have several at work. */
const STREAMS_OF_ONE = 20

const LOOK_EVERY_MS = 10_000

/** Whose a stream is, and whether they may go on reading it. */
export interface StreamReader {
  /** Streams are counted by it; of an account, its id. */
  readonly id: string
  mayGoOn(): Promise<boolean>
}

export class OpenStreams {
  readonly #log: Log
  readonly #perCaller = new Map<string, number>()
  readonly #open = new Map<AbortController, StreamReader>()
  #looking: NodeJS.Timeout | undefined

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
    {
      request,
      reply,
      reader,
    }: { request: FastifyRequest; reply: FastifyReply; reader: StreamReader },
  ): FastifyReply {
    const count = this.#perCaller.get(reader.id) ?? 0
    if (count >= STREAMS_OF_ONE) {
      throw new HubError('api.streams_too_many', `${STREAMS_OF_ONE} streams are open already`)
    }
    this.#perCaller.set(reader.id, count + 1)
    const stop = new AbortController()
    this.#open.set(stop, reader)
    this.#looking ??= setInterval(() => void this.look(), LOOK_EVERY_MS).unref()
    request.raw.socket.once('close', () => stop.abort())
    const stream = encodeEvents(events, { stop: stop.signal })
    stream.once('error', (error) => this.#log.error('api.stream_broke', { error }))
    stream.once('close', () => {
      stop.abort()
      this.#forget(stop, reader)
    })
    // A proxy that gathers what it passes on would hold events back. The connection ends with the
    // stream, so that a server that stops need not wait until it is used no more.
    return reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('connection', 'close')
      .header('x-accel-buffering', 'no')
      .send(stream)
  }

  /** Ends those of an account, or of all, whose readers may not go on; also when that is not known. */
  async look(accountId?: string): Promise<void> {
    const open = [...this.#open].filter(([, { id }]) => accountId === undefined || id === accountId)
    await Promise.all(
      open.map(async ([stop, reader]) => {
        const mayGoOn = await reader.mayGoOn().catch((error: unknown) => {
          this.#log.warn('api.stream_reader_unknown', { error })
          return false
        })
        if (!mayGoOn) stop.abort()
      }),
    )
  }

  /** Ends all of them: a server that stops waits for its replies. */
  end(): void {
    for (const each of this.#open.keys()) each.abort()
  }

  #forget(stop: AbortController, { id }: StreamReader): void {
    this.#open.delete(stop)
    const left = (this.#perCaller.get(id) ?? 1) - 1
    if (left > 0) this.#perCaller.set(id, left)
    else this.#perCaller.delete(id)
    if (this.#open.size > 0) return
    clearInterval(this.#looking)
    this.#looking = undefined
  }
}
