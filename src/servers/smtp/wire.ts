/**
 * A client's connection as lines and chunks to read and replies to write.
 *
 * Replies are gathered and written at once when the client has to act: one packet answers a whole
 * pipelined batch. Reading stops while nobody asks for more, so a client that sends faster than it
 * is served waits in its own send buffer.
 */

import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import { asBuffer, concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { COMMAND_LINE_OCTETS } from '../../formats/smtp/command.ts'

/** Input held for a session that is busy; a pipelined batch is smaller. */
const INPUT_HIGH_WATER_BYTES = 64 * 1024
/** Replies gathered before they are written even though more input is at hand. */
const OUTPUT_HIGH_WATER_CHARACTERS = 16 * 1024
/** What a client may still send after our last word, unread, before it is cut off. */
const LINGER_BYTES = 16 * 1024 * 1024

const NOTHING = new Uint8Array(0)
const CR = 13
const LF = 10

export class Wire {
  #socket: Socket
  #input: Uint8Array = NOTHING
  #output = ''
  /** The client has closed its side, or the connection is gone. */
  #ended = false
  #interrupted = false
  #finished = false
  #wake: (() => void) | undefined
  readonly #stallTimeoutMs: number

  constructor(socket: Socket, { stallTimeoutMs }: { stallTimeoutMs: number }) {
    this.#socket = socket
    this.#stallTimeoutMs = stallTimeoutMs
    this.#listen()
  }

  /** Protocol and cipher, when encrypted. */
  get tls(): string | undefined {
    if (!(this.#socket instanceof TLSSocket)) return undefined
    return `${this.#socket.getProtocol() ?? 'TLS'} ${this.#socket.getCipher().standardName}`
  }

  /** Adds to what is written next. */
  reply(text: string): void {
    this.#output += text
  }

  /**
   * The next line without its CRLF; undefined when the client has closed its side.
   *
   * @throws HubError `smtp.timed_out` when it is not whole in time, however it drips;
   * `smtp.command_too_long`; `smtp.stream_malformed` for a lone CR or LF or a NUL;
   * `smtp.unavailable` when interrupted, if that is allowed here
   */
  async readLine(wait: {
    timeoutMs: number
    interruptible: boolean
  }): Promise<Uint8Array | undefined> {
    const deadline = performance.now() + wait.timeoutMs
    for (;;) {
      if (this.#interrupted && wait.interruptible) {
        throw new HubError('smtp.unavailable', 'the server stops')
      }
      const line = this.#takeLine()
      if (line !== undefined) {
        if (this.#output.length > OUTPUT_HIGH_WATER_CHARACTERS) await this.flush()
        return line
      }
      await this.flush()
      if (!(await this.#more(deadline))) return undefined
    }
  }

  /**
   * Whatever bytes come next; undefined when the client has closed its side.
   *
   * @throws HubError `smtp.timed_out`
   */
  async readChunk(deadline: number): Promise<Uint8Array | undefined> {
    if (this.#input.byteLength === 0) {
      await this.flush()
      const stalled = performance.now() + this.#stallTimeoutMs
      if (!(await this.#more(Math.min(deadline, stalled)))) return undefined
    }
    const chunk = this.#input
    this.#input = NOTHING
    return chunk
  }

  /** Puts back the end of a chunk that was not for the one who read it. */
  unread(rest: Uint8Array): void {
    this.#input = this.#input.byteLength === 0 ? rest : concat([rest, this.#input])
  }

  /**
   * Writes the gathered replies, and waits for a client that is slow to take them.
   *
   * @throws HubError `smtp.timed_out`
   */
  async flush(): Promise<void> {
    if (this.#output === '' || this.#socket.destroyed) return
    const text = this.#output
    this.#output = ''
    if (this.#socket.write(text)) return
    const socket = this.#socket
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer)
        socket.off('drain', done).off('close', done)
        resolve()
      }
      const timer = setTimeout(() => {
        socket.off('drain', done).off('close', done)
        reject(new HubError('smtp.timed_out', 'the client does not take its replies'))
      }, this.#stallTimeoutMs)
      socket.on('drain', done).on('close', done)
    })
  }

  /**
   * Turns the connection into a TLS one. Whatever the client sent before the handshake is thrown
   * away unread: it came in clear, from anybody on the way (RFC 3207 section 4.2).
   *
   * @throws HubError `smtp.tls_unavailable` when the handshake fails or takes too long
   */
  async encrypt(context: SecureContext, { timeoutMs }: { timeoutMs: number }): Promise<void> {
    await this.flush()
    this.#input = NOTHING
    this.#ignore()
    const secure = new TLSSocket(this.#socket, { isServer: true, secureContext: context })
    this.#socket.on('error', () => secure.destroy())
    await new Promise<void>((resolve, reject) => {
      const fail = (cause?: unknown) => {
        clearTimeout(timer)
        secure.destroy()
        reject(new HubError('smtp.tls_unavailable', 'the TLS handshake failed', { cause }))
      }
      const timer = setTimeout(fail, timeoutMs)
      secure.once('error', fail).once('close', fail)
      secure.once('secure', () => {
        clearTimeout(timer)
        secure.off('error', fail).off('close', fail)
        resolve()
      })
    })
    this.#socket = secure
    this.#listen()
  }

  /** Makes a reading that may be interrupted throw, now or when it comes. */
  interrupt(): void {
    this.#interrupted = true
    this.#wake?.()
  }

  /**
   * Says the last word and closes. Input is read and dropped until the client closes too, for a
   * while: closing over unread input would reset the connection and take our last word with it.
   */
  finish(lastWord: string, { lingerTimeoutMs }: { lingerTimeoutMs: number }): void {
    if (this.#finished) return
    this.#finished = true
    const socket = this.#socket
    let dropped = 0
    socket.off('data', this.#onData)
    socket.on('data', (chunk: Buffer) => {
      dropped += chunk.byteLength
      if (dropped > LINGER_BYTES) socket.destroy()
    })
    const timer = setTimeout(() => socket.destroy(), lingerTimeoutMs)
    socket.once('close', () => clearTimeout(timer))
    socket.resume()
    socket.end(this.#output + lastWord)
    this.#output = ''
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#socket.destroy()
  }

  readonly #onData = (chunk: Buffer) => {
    this.#input = this.#input.byteLength === 0 ? chunk : concat([this.#input, chunk])
    if (this.#input.byteLength > INPUT_HIGH_WATER_BYTES) this.#socket.pause()
    this.#wake?.()
  }

  /** What went wrong with a stranger's connection is told by what is read: nothing more comes. */
  readonly #onOver = () => {
    this.#ended = true
    this.#wake?.()
  }

  #listen(): void {
    this.#socket.on('data', this.#onData)
    for (const event of ['end', 'close', 'error']) this.#socket.on(event, this.#onOver)
    this.#socket.resume()
  }

  #ignore(): void {
    this.#socket.off('data', this.#onData)
    for (const event of ['end', 'close', 'error']) this.#socket.off(event, this.#onOver)
    this.#socket.pause()
  }

  /** Waits for input; false when none will come. */
  async #more(deadline: number): Promise<boolean> {
    if (this.#ended) return false
    const before = this.#input
    this.#socket.resume()
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => {
          this.#wake = undefined
          reject(new HubError('smtp.timed_out', 'the client is too slow'))
        },
        Math.max(0, deadline - performance.now()),
      )
      this.#wake = () => {
        this.#wake = undefined
        clearTimeout(timer)
        resolve()
      }
    })
    return this.#input !== before || !this.#ended
  }

  #takeLine(): Uint8Array | undefined {
    const input = asBuffer(this.#input)
    const end = input.indexOf(LF)
    if (end < 0 ? input.byteLength >= COMMAND_LINE_OCTETS : end >= COMMAND_LINE_OCTETS) {
      throw new HubError(
        'smtp.command_too_long',
        `a command has over ${COMMAND_LINE_OCTETS} octets`,
      )
    }
    if (end < 0) return undefined
    if (end === 0 || input.indexOf(CR) !== end - 1 || input.subarray(0, end).includes(0)) {
      throw new HubError('smtp.stream_malformed', 'a command has a lone CR or LF, or a NUL')
    }
    this.#input = input.subarray(end + 1)
    return input.subarray(0, end - 1)
  }
}
