/** Takes one message to the server: protected first, then attempted, then recorded. */

import { isAscii } from 'node:buffer'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { deferred, failed, held, settleByReport } from './attempt.ts'
import type { DeliveryReport } from './delivery-report.ts'
import { dialogueEvent, stepEvent } from './events.ts'
import type { TransportTraits } from '../mail-route.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'
import { sizeAsProtected } from '../protected-size.ts'
import type { DueDelivery, MessageEvent, Outbox, QueuedMessage, Release } from './outbox.ts'
import type { Recorder } from './recorder.ts'
import type { ReleasedCopy } from '../released-copy.ts'

/** The way out: one server that takes mail for everyone. */
export interface Transport {
  /** What it asks of messages before they are protected. */
  traits(): Promise<TransportTraits>
  /** Never rejects: what went wrong is in the report. */
  deliver(message: OutgoingMessage): Promise<DeliveryReport>
}

/** RFC 5321 section 4.5.3.1.8: every server takes 100 recipients. */
const RECIPIENTS_PER_TRANSACTION = 100

export class Courier {
  readonly #transport: Transport
  readonly #outbox: Outbox
  readonly #recorder: Recorder
  readonly #clock: Clock
  readonly #log: Log

  constructor(parts: {
    transport: Transport
    outbox: Outbox
    recorder: Recorder
    clock: Clock
    log: Log
  }) {
    this.#transport = parts.transport
    this.#outbox = parts.outbox
    this.#recorder = parts.recorder
    this.#clock = parts.clock
    this.#log = parts.log
  }

  /** Makes one attempt for each of these recipients, and resolves when the results are recorded. */
  async deliver(message: QueuedMessage, deliveries: readonly DueDelivery[]): Promise<void> {
    const traits = await this.#transport.traits()
    const byCopy = Map.groupBy(deliveries, ({ copy }) => copy)
    await this.#failTooLarge(message, byCopy, traits)
    if (byCopy.size === 0) return
    const release = await this.#release(message, new Set(byCopy.keys()), traits)
    const due = [...byCopy.values()].flat()
    const now = this.#clock.now()
    switch (release.is) {
      case 'not_possible': {
        const answer = { status: '4.3.0', reply: release.because }
        const circumstances = { message, now, random: Math.random() }
        return this.#recorder.record({
          settlements: due.map((each) => deferred(each, answer, circumstances)),
          events: [stepEvent(message.id, now, 'deferred', { because: release.because })],
        })
      }
      case 'held':
        return this.#recorder.record({
          settlements: due.map((each) => held(each, release.because, now)),
          events: release.events,
        })
      case 'released':
        await this.#attemptAll(message, byCopy, { ...release, cipher: traits.cipher })
    }
  }

  /** Settles deliveries whose content is gone: nothing is left that could be sent, or quoted. */
  async giveUp(messageId: string, deliveries: readonly DueDelivery[]): Promise<void> {
    const now = this.#clock.now()
    const answer = { status: '5.3.0', reply: 'the content was erased before it was delivered' }
    const circumstances = { message: { acceptedAt: now, envelopeFrom: '' }, now, random: 0 }
    await this.#recorder.record({
      settlements: deliveries.map((each) => failed(each, answer, circumstances)),
      events: [stepEvent(messageId, now, 'failed', { because: answer.reply })],
    })
  }

  /** Copies that would be too large for the way out fail before anything is made of them. */
  async #failTooLarge(
    message: QueuedMessage,
    byCopy: Map<number, readonly DueDelivery[]>,
    { maxMessageBytes }: TransportTraits,
  ): Promise<void> {
    if (maxMessageBytes === undefined) return
    const now = this.#clock.now()
    const circumstances = { message, now, random: 0 }
    for (const [index, deliveries] of byCopy) {
      const sizeBytes = sizeAsProtected(message, index)
      if (sizeBytes <= maxMessageBytes) continue
      byCopy.delete(index)
      const reply = `the message has ${sizeBytes} bytes as it would travel, and the configured way out takes ${maxMessageBytes}: larger ones need SMTP`
      await this.#recorder.record({
        settlements: deliveries.map((each) =>
          failed(each, { status: '5.3.4', reply }, circumstances),
        ),
        events: [stepEvent(message.id, now, 'failed', { because: reply, copy: index })],
      })
    }
  }

  async #release(
    message: QueuedMessage,
    copies: ReadonlySet<number>,
    { cipher }: TransportTraits,
  ): Promise<Release | { is: 'not_possible'; because: string }> {
    try {
      return await this.#outbox.release(message, copies, { cipher })
    } catch (error) {
      this.#log.error('message.not_protected', { messageId: message.id, error })
      return { is: 'not_possible', because: 'the message could not be protected' }
    }
  }

  async #attemptAll(
    message: QueuedMessage,
    byCopy: ReadonlyMap<number, readonly DueDelivery[]>,
    release: Extract<Release, { is: 'released' }> & Pick<TransportTraits, 'cipher'>,
  ): Promise<void> {
    // The steps of the protection are recorded with the first attempt.
    let events = release.events
    const { cipher } = release
    const attempts: Promise<void>[] = []
    for (const [index, due] of byCopy) {
      const copy = release.copies.get(index)
      if (copy === undefined) throw new Error(`copy ${index} was not released`)
      for (let at = 0; at < due.length; at += RECIPIENTS_PER_TRANSACTION) {
        const some = due.slice(at, at + RECIPIENTS_PER_TRANSACTION)
        attempts.push(this.#attempt(message, copy, { deliveries: some, events, cipher }))
        events = []
      }
    }
    await Promise.all(attempts)
  }

  async #attempt(
    message: QueuedMessage,
    copy: ReleasedCopy,
    {
      deliveries,
      events,
      cipher,
    }: {
      deliveries: readonly DueDelivery[]
      events: readonly MessageEvent[]
      cipher: TransportTraits['cipher']
    },
  ): Promise<void> {
    const report = await this.#transport.deliver({
      from: message.envelopeFrom,
      recipients: deliveries.map(({ recipient }) => recipient),
      content: copy.content,
      smtpUtf8: message.smtpUtf8,
      eightBit: !isAscii(copy.content),
      ...(copy.strength === 'encrypted' ? { cipher } : {}),
    })
    const now = this.#clock.now()
    const circumstances = { message, now, random: Math.random(), strength: copy.strength }
    await this.#recorder.record({
      settlements: settleByReport(deliveries, report, circumstances),
      events: [...events, dialogueEvent(message.id, now, report)],
    })
  }
}
