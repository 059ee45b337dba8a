/** A plain SMTP client for tests: one connection, one command after the other, no cleverness. */

import { connect, type Socket } from 'node:net'

export interface SmtpClient {
  /** Sends one message; resolves when it was acknowledged, rejects with the refusal. */
  send(message: { from: string; to: readonly string[]; content: string }): Promise<string>
  close(): void
}

/** Connects to `host:port`, greets, and logs in when told how. */
export async function connectSmtp(
  address: string,
  login?: { user: string; secret: string },
): Promise<SmtpClient> {
  const { host, port } = parseAddress(address)
  const socket = connect({ host, port, noDelay: true })
  const dialogue = new Dialogue(socket)
  await dialogue.reply('220')
  await dialogue.ask('EHLO client.test', '250')
  if (login !== undefined) {
    const plain = Buffer.from(`\0${login.user}\0${login.secret}`).toString('base64')
    await dialogue.ask(`AUTH PLAIN ${plain}`, '235')
  }
  return {
    async send({ from, to, content }) {
      await dialogue.ask(`MAIL FROM:<${from}>`, '250')
      for (const each of to) await dialogue.ask(`RCPT TO:<${each}>`, '250')
      await dialogue.ask('DATA', '354')
      return dialogue.ask(`${content.replace(/^\./gm, '..')}\r\n.`, '250')
    },
    close: () => socket.destroy(),
  }
}

/** `host:port`, with or without a scheme before it. */
export function parseAddress(address: string): { host: string; port: number } {
  const match = /^(?:\w+:\/\/)?\[?([^\]]+?)\]?:(\d+)\/?$/.exec(address)
  if (match?.[1] === undefined) throw new Error(`${address} is no host:port`)
  return { host: match[1], port: Number(match[2]) }
}

class Dialogue {
  readonly #socket: Socket
  #input = ''
  #waiting: { resolve: (reply: string) => void; reject: (error: Error) => void } | undefined
  #ended: Error | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#input += chunk.toString('latin1')
      this.#look()
    })
    socket.on('error', (error) => this.#end(error))
    socket.on('close', () => this.#end(new Error('connection closed')))
  }

  ask(line: string, expected: string): Promise<string> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    this.#socket.write(`${line}\r\n`, 'utf8')
    return this.reply(expected)
  }

  async reply(expected: string): Promise<string> {
    const reply = await new Promise<string>((resolve, reject) => {
      if (this.#ended !== undefined) reject(this.#ended)
      this.#waiting = { resolve, reject }
      this.#look()
    })
    if (!reply.startsWith(expected)) throw new Error(reply)
    return reply
  }

  #look(): void {
    const match = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(this.#input)
    if (match === null || this.#waiting === undefined) return
    this.#input = this.#input.slice(match[0].length)
    const { resolve } = this.#waiting
    this.#waiting = undefined
    resolve(match[0].trimEnd())
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#waiting?.reject(this.#ended)
    this.#waiting = undefined
  }
}
