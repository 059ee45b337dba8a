/**
 * Lets messages leave: protects each copy as its decision says, and reads it back before it may go.
 *
 * The only place where a `ReleasedCopy` is made (promise 3). What the reading side finds different
 * from the decision holds the message and raises an alarm.
 */

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { SealingKey } from '../base/seal.ts'
import type { Database } from '../db/connection.ts'
import { stepEvent } from '../delivery/queue/events.ts'
import type { MessageEvent, Outbox, QueuedMessage, Release } from '../delivery/queue/outbox.ts'
import { traitsOf, type TransportTraits } from '../delivery/mail-route.ts'
import type { ReleasedCopy } from '../delivery/released-copy.ts'
import type { CmsRecipient } from '../formats/cms/recipient.ts'
import type { CmsSigner } from '../formats/cms/signing-template.ts'
import type { Copy, Plan } from '../rules/decision.ts'
import { forbidsClear } from '../rules/rules.ts'
import { protect, type ProtectRequest } from '../smime/protect.ts'
import { type Difference, type Found, secondOpinion } from '../smime/second-opinion.ts'
import { openContent } from './content.ts'
import * as store from './store.ts'

/** Keys and certificates by the fingerprint that a decision names. */
export interface Keyring {
  /** @throws HubError when the certificate or its key is not there any more */
  signer(fingerprint: string): Promise<CmsSigner>
  /** @throws HubError when the certificate is not there any more */
  recipient(fingerprint: string): Promise<CmsRecipient>
}

type Objection = Difference | 'rule_forbids_clear' | 'other_certificate'

/** A copy that was made, and what speaks against letting it leave. */
interface MadeCopy {
  readonly bytes: Uint8Array
  readonly objection: Objection | undefined
  readonly found?: Found
}

export class Releases implements Outbox {
  readonly #db: Database
  readonly #clock: Clock
  readonly #log: Log
  readonly #master: SealingKey
  readonly #keyring: Keyring

  constructor(parts: {
    db: Database
    clock: Clock
    log: Log
    master: SealingKey
    keyring: Keyring
  }) {
    this.#db = parts.db
    this.#clock = parts.clock
    this.#log = parts.log
    this.#master = parts.master
    this.#keyring = parts.keyring
  }

  async load(ids: readonly string[]): Promise<readonly QueuedMessage[]> {
    const stored = await store.findContents(this.#db, ids)
    return stored.map(({ sealed, ...message }) => ({
      ...message,
      content: openContent(this.#master, message.id, sealed),
    }))
  }

  async release(
    message: QueuedMessage,
    copies: ReadonlySet<number>,
    { cipher }: Pick<TransportTraits, 'cipher'> = traitsOf(undefined),
  ): Promise<Release> {
    const { plan, id } = message
    const events: MessageEvent[] = []
    const released = new Map<number, ReleasedCopy>()
    const unencrypted = new Map<Copy['strength'], MadeCopy>()
    for (const index of copies) {
      const copy = plan.copies[index]
      if (copy === undefined) throw new Error(`message ${id} has no copy ${index}`)
      // Copies that nobody in particular can read differ in nothing.
      const made = unencrypted.get(copy.strength) ?? (await this.#make(message, copy, cipher))
      if (copy.strength !== 'encrypted') unencrypted.set(copy.strength, made)
      if (made.objection !== undefined) return this.#hold(message, index, made.objection)
      released.set(index, {
        strength: copy.strength,
        content: made.bytes,
      } as ReleasedCopy)
      events.push(
        stepEvent(id, this.#clock.now(), 'protected', describe(plan, index, made, cipher)),
      )
    }
    return { is: 'released', copies: released, events }
  }

  async #make(
    { plan, content }: QueuedMessage,
    copy: Copy,
    cipher: TransportTraits['cipher'],
  ): Promise<MadeCopy> {
    // The rule is looked at once more, apart from the decision that was made by it.
    if (copy.strength === 'clear' && forbidsClear(plan.rule.outcome)) {
      return { bytes: content, objection: 'rule_forbids_clear' }
    }
    if (copy.strength === 'passed') return { bytes: content, objection: undefined }
    const { signing } = plan
    if (signing.is === 'unsigned' && copy.certificates.length === 0) {
      return { bytes: content, objection: undefined }
    }
    const signer =
      signing.is === 'signed' ? await this.#keyring.signer(signing.certificate) : undefined
    const recipients = await Promise.all(
      copy.certificates.map((fingerprint) => this.#keyring.recipient(fingerprint)),
    )
    const request: ProtectRequest = {
      message: content,
      ...(signer === undefined ? {} : { signer }),
      recipients,
      cipher,
      at: this.#clock.now(),
    }
    const made = await protect(request)
    const { bytes } = made
    if (!hasDecidedCertificates(plan, copy, request)) {
      return { bytes, objection: 'other_certificate' }
    }
    const opinion = await secondOpinion(made, request)
    return opinion.is === 'differs'
      ? { bytes, objection: opinion.because }
      : { bytes, objection: undefined, found: opinion }
  }

  #hold({ id }: QueuedMessage, copy: number, objection: Objection): Release {
    const because = `read back before it left, the message does not agree with its decision: ${objection}`
    this.#log.error('message.held', { messageId: id, copy, because: objection })
    return {
      is: 'held',
      because,
      events: [stepEvent(id, this.#clock.now(), 'held', { alarm: true, because, copy })],
    }
  }
}

/** The second opinion compares with what was asked for; this compares that with the decision. */
function hasDecidedCertificates(
  { signing }: Plan,
  copy: Copy,
  { signer, recipients }: ProtectRequest,
): boolean {
  const decidedSigner = signing.is === 'signed' ? signing.certificate : undefined
  return (
    signer?.certificate.fingerprint === decidedSigner &&
    copy.strength === (recipients.length === 0 ? 'clear' : 'encrypted') &&
    recipients.length === copy.certificates.length &&
    recipients.every((each, at) => each.certificate.fingerprint === copy.certificates[at])
  )
}

function describe(
  plan: Plan,
  index: number,
  { bytes, found }: MadeCopy,
  cipher: TransportTraits['cipher'],
): Record<string, unknown> {
  const copy = plan.copies[index]
  return {
    copy: index,
    strength: copy?.strength,
    signedWith: plan.signing.is === 'signed' ? plan.signing.certificate : undefined,
    encryptedTo: copy?.certificates,
    cipher: copy?.strength === 'encrypted' ? cipher : undefined,
    readBack: 'agrees',
    ...layersOf(found),
    sizeBytes: bytes.byteLength,
  }
}

/** As the timeline tells it. The second opinion has read it, so nothing is read again. */
function layersOf({ signature, envelope }: Found = {}): Record<string, unknown> {
  return {
    signature: signature && { digest: signature.digest, algorithm: signature.signature },
    envelope: envelope && {
      is: envelope.kind === 'enveloped' ? 'enveloped-data' : 'auth-enveloped-data',
      recipients: envelope.recipients,
    },
  }
}
