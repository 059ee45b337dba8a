/**
 * Takes messages: decided at once, and stored before anyone is told that they were taken.
 *
 * Decided at once, because the certificates are known: a message that must not go out as it is is
 * refused while its sender still listens. Stored with many others in one transaction (promise 1).
 */

import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { SealingKey } from '../base/seal.ts'
import type { LayerView } from '../contract/message-layers.ts'
import type { Database } from '../db/connection.ts'
import { GroupCommit } from '../db/group-commit.ts'
import type { DueDelivery } from '../delivery/queue/outbox.ts'
import type { DeliveryQueue } from '../delivery/queue/queue.ts'
import { isPassing } from '../delivery/queue/recorder.ts'
import type { Plan } from '../rules/decision.ts'
import type { EncryptionOutcome } from '../db/tables/organization.ts'
import type { Facts } from '../rules/facts.ts'
import { decide } from '../rules/rules.ts'
import type { Candidates } from './candidates.ts'
import { sealContent } from './content.ts'
import type { FreeSpace } from './free-space.ts'

import { type Intake, takeIn } from './intake.ts'
import { layersOfEnvelope, readLayers } from './layers.ts'
import { newMessageId } from './message-id.ts'
import * as store from './store.ts'
import type { Arrival, Submission } from './submission.ts'

/** What acceptance has to know of the organisation. */
export interface MailSettings {
  /** In lower case. */
  readonly domains: readonly string[]
  readonly encryptionOutcome: EncryptionOutcome
}

export interface AcceptanceParts {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  readonly master: SealingKey
  readonly candidates: Candidates
  readonly settings: () => Promise<MailSettings>
  /** Absent where nothing is delivered: another process does. */
  readonly queue: DeliveryQueue | undefined
  /** Absent when the database is elsewhere. */
  readonly freeSpace: FreeSpace | undefined
  /** Told when a sender has to learn of recipients that get nothing. */
  readonly onBounceDue: () => void
  /** What this hub calls itself in trace fields and message identifiers. */
  readonly hostName: string
}

/** A message as anyone may hand it over, and as the hub writes its own. */
export type Handover = Omit<Submission, 'via'> & { via: Facts['via'] }

/** A message that is ready to be stored, and what its delivery needs of it afterwards. */
export interface ReadyMessage {
  readonly row: store.AcceptedMessage
  readonly content: Uint8Array
}

/** One statement can carry so much; a larger message goes alone. */
const BATCH_BYTES = 8 * 1024 * 1024
const BATCH_MESSAGES = 200

/** A commit mostly waits for the disk, and the database lets several wait for the same turn of it. */
const BATCHES_UNDER_WAY = 4

export class Acceptance {
  readonly #parts: AcceptanceParts
  readonly #commits: GroupCommit<ReadyMessage, undefined>

  constructor(parts: AcceptanceParts) {
    this.#parts = parts
    this.#commits = new GroupCommit<ReadyMessage, undefined>({
      store: async (messages) => {
        await store.insertMessages(
          parts.db,
          messages.map(({ row }) => row),
        )
        return messages.map(() => undefined)
      },
      sizeOf: ({ content }) => content.byteLength,
      isOnesFault: (error) => !isPassing(error),
      batches: BATCHES_UNDER_WAY,
      maxItems: BATCH_MESSAGES,
      maxBytes: BATCH_BYTES,
    })
  }

  /**
   * Takes a message. Resolves when it is on stable storage with its recipients.
   *
   * @throws HubError `message.recipient_without_certificate` with the addresses in
   *   `detail.recipients`, `message.no_recipient`, `message.loop`, `message.encryption_header`,
   *   `message.repeated_differently`, `mime.header_too_large`, `storage.full`,
   *   `database.unavailable`
   */
  async accept(handover: Handover): Promise<{ id: string }> {
    const { idempotencyKey, requestDigest = '', client } = handover
    if (idempotencyKey === undefined) {
      const ready = await this.prepare(handover)
      await this.#keep(ready, (message) => this.#commits.add(message))
      return { id: ready.row.id }
    }
    const use = { credential: client.credential ?? '', key: idempotencyKey, digest: requestDigest }
    const known = await store.findIdempotencyKey(this.#parts.db, use)
    return known === undefined ? this.#acceptOnce(handover, use) : sameRequest(known, use.digest)
  }

  /** Decides and seals a message, and stores nothing yet. */
  async prepare(handover: Handover): Promise<ReadyMessage> {
    const { clock, freeSpace, hostName, master } = this.#parts
    await freeSpace?.need(handover.content.byteLength)
    const at = clock.now()
    const arrival: Arrival = { ...handover, id: newMessageId(at), at }
    const intake = takeIn(arrival, { hostName })
    const facts = await this.#factsOf(handover, intake, at)
    const row: store.AcceptedMessage = {
      id: arrival.id,
      acceptedAt: at,
      via: handover.via,
      envelopeFrom: handover.envelopeFrom,
      smtpUtf8: handover.smtpUtf8,
      headerMessageId: intake.messageIdField?.replaceAll('\0', ''),
      client: handover.client,
      sizeBytes: intake.content.byteLength,
      facts,
      plan: this.#planFor(facts),
      layers: await this.#layersOf(arrival, intake),
      sealed: sealContent(master, arrival.id, intake.content),
      claimedBy: undefined,
    }
    return { row, content: intake.content }
  }

  /** Stores, claimed for this process's own memory if there is room, and hands over to the queue. */
  async #keep(
    ready: ReadyMessage,
    storing: (message: ReadyMessage) => Promise<unknown>,
  ): Promise<void> {
    const { queue, log } = this.#parts
    const { row, content } = ready
    const sizeBytes = content.byteLength
    const claimedBy = queue?.reserve(sizeBytes)
    try {
      await storing({ content, row: { ...row, claimedBy } })
    } catch (error) {
      if (claimedBy !== undefined) queue?.giveBack(sizeBytes)
      throw error
    }
    log.info('message.accepted', {
      messageId: row.id,
      via: row.via,
      from: row.envelopeFrom,
      recipients: row.plan.recipients.length,
      sizeBytes,
    })
    if (claimedBy !== undefined) queue?.offer({ ...row, content }, deliveriesOf(row), sizeBytes)
    if (row.plan.recipients.some(({ gets }) => gets === 'bounce')) this.#parts.onBounceDue()
  }

  /** The key and the message are stored together: of two equal requests at once one waits and loses. */
  async #acceptOnce(
    handover: Handover,
    use: { credential: string; key: string; digest: string },
  ): Promise<{ id: string }> {
    const ready = await this.prepare(handover)
    const { id, acceptedAt } = ready.row
    let known: { messageId: string; digest: string } | undefined
    await this.#keep(ready, async ({ row }) => {
      await this.#parts.db.transaction().execute(async (tx) => {
        known = await store.useIdempotencyKey(tx, { ...use, messageId: id, usedAt: acceptedAt })
        if (known === undefined) await store.insertMessages(tx, [row])
      })
      if (known !== undefined) throw new RepeatedRequest()
    }).catch((error: unknown) => {
      if (!(error instanceof RepeatedRequest)) throw error
    })
    return known === undefined ? { id } : sameRequest(known, use.digest)
  }

  async #factsOf(handover: Handover, intake: Intake, at: Date): Promise<Facts> {
    const { candidates, settings } = this.#parts
    const recipients = [...new Set(handover.recipients.map(withLowerDomain))]
    if (recipients.length === 0) {
      throw new HubError('message.no_recipient', 'a message needs at least one recipient')
    }
    const { domains, encryptionOutcome } = await settings()
    const [author, ...others] = intake.authors
    const encryption = await candidates.forEncryption(recipients, at)
    return {
      via: handover.via,
      envelopeFrom: handover.envelopeFrom,
      authors: intake.authors,
      recipients: recipients.map((address) => ({
        address,
        named: intake.isNamed(address),
        candidates: encryption.get(address) ?? [],
      })),
      localDomains: domains,
      signers:
        author === undefined || others.length > 0 ? [] : await candidates.forSigning(author, at),
      outcome: encryptionOutcome,
      encryptionRequired: intake.encryptionRequired,
      protection: intake.protection.is,
    }
  }

  /** Undefined for a message that does not say it is S/MIME. */
  async #layersOf(
    { content, at }: Arrival,
    { protection: { isSmime, envelope } }: Intake,
  ): Promise<LayerView[] | undefined> {
    if (!isSmime) return undefined
    if (envelope !== undefined) return layersOfEnvelope(envelope)
    return readLayers(content, { trust: await this.#parts.candidates.trust(), at })
  }

  #planFor(facts: Facts): Plan {
    const decision = decide(facts)
    if (decision.is === 'send') return decision
    const { without } = decision
    this.#parts.log.info('message.refused', { because: decision.because, without })
    throw new HubError(
      'message.recipient_without_certificate',
      `the message has to be encrypted, and there is no usable certificate for ${without.join(', ')}`,
      { detail: { recipients: without } },
    )
  }
}

function sameRequest(known: { messageId: string; digest: string }, digest: string): { id: string } {
  if (known.digest === digest) return { id: known.messageId }
  throw new HubError(
    'message.repeated_differently',
    'this Idempotency-Key was used before for another request',
    { detail: { messageId: known.messageId } },
  )
}

/** Thrown to leave the way of a message that turned out to be stored before. */
class RepeatedRequest extends Error {}

function deliveriesOf({ id, plan }: store.AcceptedMessage): DueDelivery[] {
  return plan.recipients.flatMap(({ address, copy }, position) =>
    copy === undefined ? [] : [{ messageId: id, position, recipient: address, copy, attempts: 0 }],
  )
}

/** Domains are the same in any case, local parts are their owner's business (RFC 5321 section 2.4). */
function withLowerDomain(address: string): string {
  const at = address.lastIndexOf('@')
  return address.slice(0, at) + address.slice(at).toLowerCase()
}
