import { asBuffer, concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { type Reply, REPLY_LINE_OCTETS, ReplyReader } from '../../formats/smtp/reply.ts'

/** Replies that came and were not asked for yet: one for each command of a pipelined batch. */
const WAITING_REPLIES = 20_000

const NOTHING = new Uint8Array(0)
const CR = 13
const LF = 10

/** What a mail server said and nobody has asked for yet: whole replies, and the beginning of one. */
export class ReplyInput {
  readonly #reader = new ReplyReader()
  readonly #replies: Reply[] = []
  #bytes: Uint8Array = NOTHING

  get isEmpty(): boolean {
    return this.#replies.length === 0 && this.#bytes.byteLength === 0
  }

  /** The oldest reply that is whole. */
  next(): Reply | undefined {
    return this.#replies.shift()
  }

  /** Takes bytes as they come. @throws HubError `smtp.reply_malformed` */
  push(chunk: Uint8Array): void {
    this.#bytes = this.#bytes.byteLength === 0 ? chunk : concat([this.#bytes, chunk])
    const input = asBuffer(this.#bytes)
    let start = 0
    for (let end = input.indexOf(LF); end >= 0; end = input.indexOf(LF, start)) {
      if (end === start || input[end - 1] !== CR) {
        throw new HubError('smtp.reply_malformed', 'a reply line ends without CR')
      }
      const reply = this.#reader.push(input.subarray(start, end - 1))
      if (reply !== undefined) this.#replies.push(reply)
      start = end + 1
    }
    this.#bytes = input.subarray(start)
    if (this.#bytes.byteLength > REPLY_LINE_OCTETS || this.#replies.length > WAITING_REPLIES) {
      throw new HubError('smtp.reply_malformed', 'a reply without end')
    }
  }
}
