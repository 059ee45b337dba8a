import { HubError } from '../../base/errors.ts'
import type { Command } from '../../formats/smtp/command.ts'
import { needsSmtpUtf8 } from '../../formats/smtp/path.ts'
import type { SubmittingClient } from '../../messages/submission.ts'
import type { MailHandlers } from '../mail-handlers.ts'
import { ContentCollector } from './content-collector.ts'
import { receiveContent, type Received } from './receive-content.ts'
import type { Listener } from './listener.ts'
import type { Wire } from './wire.ts'

/** What became of a message: `accepted`, or as `Received` says. */
export type Handed = { is: 'accepted'; id: string } | Exclude<Received, { is: 'whole' }>

/** One message, from MAIL to what the hub says of it. Says nothing to the client itself. */
export class MailTransaction {
  readonly #listener: Listener
  readonly #handlers: MailHandlers
  readonly #from: string
  readonly #smtpUtf8: boolean
  readonly #recipients = new Set<string>()

  /** @throws HubError `smtp.message_too_large` by the client's own word */
  constructor(
    { from, smtpUtf8, sizeBytes = 0 }: Command & { verb: 'MAIL' },
    { listener, handlers }: { listener: Listener; handlers: MailHandlers },
  ) {
    const { maxMessageBytes } = listener.options
    if (sizeBytes > maxMessageBytes) {
      throw new HubError('smtp.message_too_large', `over ${maxMessageBytes} octets`)
    }
    this.#listener = listener
    this.#handlers = handlers
    this.#from = from
    this.#smtpUtf8 = smtpUtf8
  }

  /**
   * Adds a recipient; one that is there already changes nothing.
   *
   * @throws HubError `smtp.utf8_required`, `smtp.recipients_too_many`
   */
  addRecipient(to: string): void {
    const { options, limits } = this.#listener
    // RFC 5321 section 4.5.1: mail for a postmaster without domain is for ours.
    const recipient = to === 'postmaster' ? `postmaster@${options.hostname}` : to
    if (needsSmtpUtf8(recipient) && !this.#smtpUtf8) {
      throw new HubError('smtp.utf8_required', 'a UTF-8 recipient without SMTPUTF8')
    }
    if (this.#recipients.size >= limits.recipients) {
      throw new HubError('smtp.recipients_too_many', `over ${limits.recipients}`)
    }
    this.#recipients.add(recipient)
  }

  /** @throws HubError `smtp.recipients_missing` */
  requireRecipients(): void {
    if (this.#recipients.size > 0) return
    throw new HubError('smtp.recipients_missing', 'no recipient was taken')
  }

  /**
   * Reads the content and hands the message over.
   *
   * @throws HubError what `accept` says
   */
  async handOver(wire: Wire, client: SubmittingClient): Promise<Handed> {
    const { options, limits, budget } = this.#listener
    const collector = new ContentCollector(options.maxMessageBytes, budget)
    try {
      const received = await receiveContent(wire, collector, {
        deadline: performance.now() + limits.contentTimeoutMs,
        // What is too large is read to its end, so that the client hears why; but not for ever.
        patienceBytes: 2 * options.maxMessageBytes + 1024 * 1024,
      })
      if (received.is !== 'whole') return received
      const { id } = await this.#handlers.accept({
        envelopeFrom: this.#from,
        recipients: [...this.#recipients],
        content: received.content,
        smtpUtf8: this.#smtpUtf8,
        via: options.kind,
        client,
      })
      return { is: 'accepted', id }
    } finally {
      collector.release()
    }
  }
}
