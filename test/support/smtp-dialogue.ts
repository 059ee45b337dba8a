/** A raw SMTP client for tests: says exactly what it is told, and waits for lines. */

import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export class SmtpDialogue {
  #socket: Socket
  #input = ''
  #closed = false
  #wake: (() => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#listen()
  }

  static async open(port: number): Promise<SmtpDialogue> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new SmtpDialogue(socket)
  }

  /** Sends bytes as they are. */
  send(bytes: string | Uint8Array): void {
    if (typeof bytes === 'string') this.#socket.write(bytes, 'latin1')
    else this.#socket.write(bytes)
  }

  /** The next line without its CRLF; `CLOSED` when the server has closed. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#input.indexOf('\r\n')
      if (end >= 0) {
        const line = this.#input.slice(0, end)
        this.#input = this.#input.slice(end + 2)
        return line
      }
      if (this.#closed) return this.#input === '' ? 'CLOSED' : `${this.#input} and CLOSED`
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** The next reply: its lines without the marks of continuation. */
  async reply(): Promise<string> {
    const lines: string[] = []
    for (;;) {
      const line = await this.line()
      lines.push(line)
      if (!/^\d{3}-/.test(line)) return lines.join('\n')
    }
  }

  /** Sends a line and gives the reply to it. */
  async say(line: string): Promise<string> {
    this.send(`${line}\r\n`)
    return this.reply()
  }

  /** What has come and was not yet read. */
  get unread(): string {
    return this.#input
  }

  async encrypt(): Promise<void> {
    this.#socket.removeAllListeners()
    const secure = connectTls({ socket: this.#socket, rejectUnauthorized: false })
    await new Promise((resolve, reject) => secure.once('secure', resolve).once('error', reject))
    this.#socket = secure
    this.#listen()
  }

  /** Closes our side only. */
  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #listen(): void {
    const over = () => {
      this.#closed = true
      this.#wake?.()
    }
    this.#socket.on('data', (chunk: Buffer) => {
      this.#input += chunk.toString('latin1')
      this.#wake?.()
    })
    this.#socket.on('end', over).on('close', over).on('error', over)
  }
}
