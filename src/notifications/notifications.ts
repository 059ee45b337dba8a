/**
 * Notifications: mail that the hub itself writes to people, in their language.
 *
 * The way of one: whoever causes it puts a job in, in the transaction of the cause (`enqueue`). The
 * job puts it into words (`templates.ts`, `wording.ts`), makes a message of it (`compose.ts`) and
 * hands it to `messages/`, so that it is signed, encrypted, queued and delivered like all mail.
 *
 * The only secrets in it are links that work once. While it waits, what it says is sealed.
 */

import { isAscii } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { decodeUtf8, encodeUtf8, toBase64 } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { seal, type SealingKey, unseal } from '../base/seal.ts'
import type { Language } from '../contract/session.ts'
import { NotificationName, NOTIFICATION_NAMES } from '../contract/notifications.ts'
import type { Transaction } from '../db/connection.ts'
import type { TransportTraits } from '../delivery/mail-route.ts'
import type { OutgoingMessage } from '../delivery/outgoing-message.ts'
import { needsSmtpUtf8 } from '../formats/smtp/path.ts'
import { enqueueJob, type JobKind, type Jobs } from '../jobs/jobs.ts'
import type { Handover } from '../messages/acceptance.ts'
import type { Messages, UnstoredRelease } from '../messages/messages.ts'
import { composeNotification, type Sender } from './compose.ts'
import { renderHtml, renderText } from './document.ts'
import { sampleValues } from './samples.ts'
import { type HubFacts, type ReadNotification, writeNotification } from './templates.ts'
import { NOTIFICATION_VALUES, type NotificationValues, Reader } from './values.ts'
import { openWordings } from './wording.ts'

export interface NotificationsParts {
  readonly messages: Pick<Messages, 'accept' | 'releaseUnstored'>
  /** The sender of the deployed e-mail configuration. */
  readonly sender: () => Promise<Sender>
  /** Name of the organisation, and the hub's public address without a slash at its end. */
  readonly hub: () => Promise<{ organization: string; url: string }>
  /** Sees to it that the hub can sign as this address, if it is one of the organisation's. */
  readonly prepareSigner: (address: string) => Promise<void>
  /** Seals what waits in jobs. */
  readonly master: SealingKey
  readonly clock: Clock
  readonly log: Log
}

/** A notification as people look at it. */
export interface ShownNotification {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A test of the e-mail configuration, as whoever asks for it knows it. */
export interface TestMailOrder {
  /** The acting account: nobody else gets it. */
  readonly reader: Reader
  /** Of the values that are tested, which need not be deployed. */
  readonly sender: Sender
  readonly tested: NotificationValues<'test-mail'>['tested']
  /** What the transport that is tested can carry. */
  readonly traits?: Pick<TransportTraits, 'cipher'>
}

/** A message that may leave by the transport that is tested, and was not stored. */
export interface TestMail {
  readonly message: OutgoingMessage
  readonly protection: NotificationValues<'test-mail'>['protection']
}

const SendJob = z.strictObject({
  id: z.uuid(),
  name: NotificationName,
  /** Reader and values, sealed for the purpose `notification:ID`. */
  sealed: z.base64(),
})

const SEND_JOB: JobKind<z.infer<typeof SendJob>> = { name: 'notification.send', payload: SendJob }

const Sealed = z.strictObject({
  reader: Reader,
  values: z.unknown(),
  /** Another sender than that of the e-mail configuration. */
  from: z.string().optional(),
})

export class Notifications {
  readonly #parts: NotificationsParts
  readonly #wordings = openWordings()

  constructor(parts: NotificationsParts) {
    this.#parts = parts
  }

  /** Does the jobs of `enqueue`. */
  handleJobs(jobs: Jobs): void {
    jobs.handle(SEND_JOB, async ({ id, name, sealed }) => {
      const opened = unseal(this.#parts.master, purposeOf(id), Buffer.from(sealed, 'base64'))
      const { reader, values, from } = Sealed.parse(JSON.parse(decodeUtf8(opened)))
      // What is in the job was read by its schema when it was put in.
      await this.send(name, reader, values as NotificationValues<typeof name>, {
        key: id,
        from,
      })
    })
  }

  /** Sends a notification once the transaction is committed, whatever dies meanwhile. */
  async enqueue<Name extends NotificationName>(
    tx: Transaction,
    name: Name,
    reader: Reader,
    values: NotificationValues<Name>,
    { from }: { from?: string } = {},
  ): Promise<void> {
    const id = randomUUID()
    const content = { reader: Reader.parse(reader), values: read(name, values).values, from }
    const sealed = seal(this.#parts.master, purposeOf(id), encodeUtf8(JSON.stringify(content)))
    await enqueueJob(tx, SEND_JOB, { id, name, sealed: toBase64(sealed) })
  }

  /**
   * Sends a notification: resolves when it is stored as a message, whose id is given; undefined when
   * its link works no more, and there is nothing to be told. With the same `key` it is sent once.
   * `from` is another sender than that of the e-mail configuration.
   */
  async send<Name extends NotificationName>(
    name: Name,
    reader: Reader,
    values: NotificationValues<Name>,
    { key, from }: { key?: string | undefined; from?: string | undefined } = {},
  ): Promise<string | undefined> {
    const { messages, clock, log } = this.#parts
    const notification = read(name, values)
    if (isOver(notification, clock.now())) {
      log.warn('notification.too_late', { name, to: reader.address })
      return undefined
    }
    const sender = await this.#sender(from)
    await this.#parts.prepareSigner(sender.address)
    const { id } = await messages.accept({
      ...(await this.#compose(notification, reader, sender)),
      ...(key === undefined ? {} : { idempotencyKey: `notification:${key}` }),
    })
    log.info('notification.sent', { name, to: reader.address, messageId: id })
    return id
  }

  /** Sends a notification with values that are made up. */
  async sendSample(name: NotificationName, reader: Reader): Promise<string> {
    const values = sampleValues(this.#parts.clock.now())[name]
    const id = await this.send(name, reader, values)
    if (id === undefined) throw new Error('a sample is never over')
    return id
  }

  /** A notification with values that are made up, as its reader would see it. */
  async preview(
    name: NotificationName,
    language: Language,
  ): Promise<ShownNotification & { sender: Sender }> {
    const sender = await this.#parts.sender()
    const reader: Reader = { address: 'ada@sample.invalid', name: 'Ada Lovelace', language }
    const values = sampleValues(this.#parts.clock.now())[name]
    return { ...(await this.#show(read(name, values), reader, sender)), sender }
  }

  /** What there is, in words. */
  list(language: Language): { name: NotificationName; title: string; description: string }[] {
    const { say } = this.#wordings[language]
    return NOTIFICATION_NAMES.map((name) => ({
      name,
      title: say(`${name}.title`),
      description: say(`${name}.description`),
    }))
  }

  /**
   * Makes the message by which an e-mail configuration is tested: protected and read back like all
   * mail, but neither stored nor queued, so that whoever asked can watch it leave.
   *
   * @throws HubError `message.not_released`
   */
  async composeTestMail({ reader, sender, tested, traits }: TestMailOrder): Promise<TestMail> {
    const { messages, clock } = this.#parts
    await this.#parts.prepareSigner(sender.address)
    let protection: TestMail['protection'] = 'signed'
    for (;;) {
      const values = {
        at: clock.now().toISOString(),
        requestedBy: reader.name,
        tested,
        protection,
      }
      const handover = await this.#compose(read('test-mail', values), reader, sender)
      const release = await messages.releaseUnstored(handover, traits)
      const actual = protectionOf(release)
      if (actual === protection) {
        const { envelopeFrom: from, recipients, smtpUtf8 } = handover
        const { content } = release.released
        const message = { from, recipients, content, smtpUtf8, eightBit: !isAscii(content) }
        return { message, protection }
      }
      // The message says how it is protected: once that is known it is written anew.
      protection = actual
    }
  }

  /** Mail that cannot be delivered returns to whoever it says it is from. */
  async #sender(from: string | undefined): Promise<Sender> {
    const { envelopeFrom, ...sender } = await this.#parts.sender()
    if (from !== undefined) return { ...sender, address: from }
    return envelopeFrom === undefined ? sender : { ...sender, envelopeFrom }
  }

  async #compose(
    notification: ReadNotification,
    reader: Reader,
    sender: Sender,
  ): Promise<Handover> {
    const shown = await this.#show(notification, reader, sender)
    const { language, address } = reader
    // A name that could not stand in a header field is not to keep its owner from a reset.
    const addressee = { address, name: this.#wordings[language].tame(reader.name) }
    const at = this.#parts.clock.now()
    return {
      envelopeFrom: sender.envelopeFrom ?? sender.address,
      recipients: [reader.address],
      content: composeNotification({ ...shown, sender, reader: addressee, language, at }),
      smtpUtf8: [sender.address, reader.address].some(needsSmtpUtf8),
      via: 'hub',
      client: { address: '127.0.0.1' },
    }
  }

  async #show(
    notification: ReadNotification,
    reader: Reader,
    sender: Sender,
  ): Promise<ShownNotification> {
    const hub: HubFacts = { ...(await this.#parts.hub()), sender: sender.address }
    const wording = this.#wordings[reader.language]
    const document = writeNotification(notification, { reader, hub, wording })
    return {
      subject: document.subject,
      text: renderText(document, wording),
      html: renderHtml(document, wording),
    }
  }
}

/** Values as the schema of their notification reads them. */
function read<Name extends NotificationName>(
  name: Name,
  values: NotificationValues<Name>,
): ReadNotification {
  return { name, values: NOTIFICATION_VALUES[name].parse(values) } as ReadNotification
}

/** A link that works no more would only puzzle its reader. */
function isOver(notification: ReadNotification, now: Date): boolean {
  const { values } = notification
  return 'validUntil' in values && new Date(values.validUntil) <= now
}

function protectionOf({ signedAs, released }: UnstoredRelease): TestMail['protection'] {
  const isEncrypted = released.strength === 'encrypted'
  if (signedAs !== undefined) return isEncrypted ? 'signed-and-encrypted' : 'signed'
  return isEncrypted ? 'encrypted' : 'none'
}

function purposeOf(id: string): string {
  return `notification:${id}`
}
