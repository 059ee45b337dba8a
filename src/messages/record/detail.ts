/** Everything that is known of one message, as people with the right to it see it. */

import { HubError } from '../../base/errors.ts'
import type { SealingKey } from '../../base/seal.ts'
import type {
  MessageDetail,
  RecipientDetail,
  StructurePart,
} from '../../contract/message-detail.ts'
import type { Facet } from '../listing/facets.ts'
import type { Database } from '../../db/connection.ts'
import { sourceOf } from '../../formats/mime/source.ts'
import { parseCertificate } from '../../formats/x509/certificate.ts'
import type { PlannedRecipient } from '../../rules/decision.ts'
import type { Candidate } from '../../rules/facts.ts'
import { type PassedOver, whyNotEncryptedTo, whyNotSignedWith } from '../../rules/passed-over.ts'
import { inspectMessage, type PartView } from '../../smime/inspect.ts'
import { openContent } from '../content.ts'
import { isMessageId } from '../message-id.ts'
import { ORDERS, type MessageOrder } from '../orders/orders.ts'
import { findContents } from '../store.ts'
import * as store from './store.ts'
import type { DeliveryRecord, MessageRecord } from './store.ts'
import { timelineOf } from './timeline.ts'

export class MessageDetails {
  readonly #db: Database
  readonly #master: SealingKey

  constructor({ db, master }: { db: Database; master: SealingKey }) {
    this.#db = db
    this.#master = master
  }

  /**
   * Undefined when there is no such message. The structure is read from the sealed content each time
   * and nothing of it is kept; what the parts say is not in it.
   */
  async find(id: string): Promise<MessageDetail | undefined> {
    const message = isMessageId(id) ? await store.findMessage(this.#db, id) : undefined
    if (message === undefined) return undefined
    const [certificates, structure] = await Promise.all([
      store.findCertificates(this.#db, fingerprintsOf(message)),
      this.#structureOf(id),
    ])
    const { facts, decision, client } = message
    return {
      id,
      acceptedAt: message.acceptedAt.toISOString(),
      from: message.envelopeFrom,
      messageIdField: message.headerMessageId,
      sizeBytes: message.sizeBytes,
      smtpUtf8: message.smtpUtf8,
      ...wholeOf(message),
      client: {
        address: client.address,
        hello: client.hello ?? null,
        tls: client.tls ?? null,
        credential: client.credential ?? null,
      },
      authors: [...facts.authors],
      cameAs: facts.protection,
      wasEncryptionRequired: facts.encryptionRequired,
      rule: { ...decision.rule },
      signing: { ...decision.signing },
      signers: facts.signers.map((candidate) =>
        candidateOf(candidate, {
          taken: decision.signing.is === 'signed' ? decision.signing.certificate : undefined,
          passedOver: whyNotSignedWith(candidate, decision.signing),
        }),
      ),
      twoStrengths: decision.twoStrengths,
      recipients: message.deliveries.map((delivery) => recipientOf(message, delivery)),
      copies: decision.copies.map(({ strength, certificates: to }, copy) => ({
        strength,
        recipients: message.deliveries.flatMap((each) =>
          each.copy === copy ? [each.position] : [],
        ),
        certificates: [...to],
      })),
      certificates: certificates.map(({ der, ...row }) => ({
        ...row,
        serialHex: parseCertificate(der).serialHex,
        notBefore: row.notBefore.toISOString(),
        notAfter: row.notAfter.toISOString(),
      })),
      contentErasedAt: message.contentErasedAt?.toISOString() ?? null,
      layers: message.layers,
      structure,
      timeline: timelineOf(message),
      orders: possibleOrders(message),
    }
  }

  async #structureOf(id: string): Promise<StructurePart | null> {
    const [stored] = await findContents(this.#db, [id])
    if (stored === undefined) return null
    try {
      return partOf(inspectMessage(sourceOf(openContent(this.#master, id, stored.sealed))))
    } catch (error) {
      // What cannot be taken apart has no parts to show; the rest of the message is still known.
      if (error instanceof HubError && /^(mime|smime)\./.test(error.code)) return null
      throw error
    }
  }
}

/** The message as a whole, by the same rules as `listing/store.ts`, of what its deliveries are now. */
function wholeOf({ facts, decision, deliveries }: MessageRecord): Facet {
  const has = (state: DeliveryRecord['state']) => deliveries.some((each) => each.state === state)
  const all = (state: DeliveryRecord['state']) => deliveries.every((each) => each.state === state)
  const strengths = [...new Set(deliveries.flatMap(({ strength }) => strength ?? []))]
  const [strength = 'none'] = strengths
  const { signing } = decision
  return {
    state: has('held')
      ? 'held'
      : has('waiting')
        ? 'waiting'
        : all('delivered')
          ? 'delivered'
          : has('delivered')
            ? 'partly'
            : all('cancelled')
              ? 'cancelled'
              : 'failed',
    strength: strengths.length > 1 ? 'mixed' : strength,
    signed:
      signing.is === 'signed'
        ? 'signed'
        : signing.because === 'signed_before' || signing.because === 'encrypted_before'
          ? 'before'
          : 'unsigned',
    via: facts.via,
  }
}

function recipientOf(
  { facts, decision }: MessageRecord,
  { dueAt, finishedAt, recipient, ...delivery }: DeliveryRecord,
): RecipientDetail {
  const planned = decision.recipients[delivery.position]
  const known = facts.recipients[delivery.position]
  const taken = planned?.gets === 'encrypted' ? planned.certificate : undefined
  return {
    ...delivery,
    address: recipient,
    isBlind: known?.named === false,
    dueAt: delivery.state === 'waiting' ? dueAt.toISOString() : null,
    finishedAt: finishedAt?.toISOString() ?? null,
    reason: reasonOf(planned),
    candidates: (known?.candidates ?? []).map((candidate) =>
      candidateOf(candidate, {
        taken,
        passedOver:
          planned === undefined
            ? undefined
            : whyNotEncryptedTo(candidate, { planned, rule: decision.rule }),
      }),
    ),
  }
}

function reasonOf(planned: PlannedRecipient | undefined): RecipientDetail['reason'] {
  if (planned === undefined) throw new HubError('message.record_broken', 'a recipient has no plan')
  switch (planned.gets) {
    case 'encrypted':
      return { gets: 'encrypted', certificate: planned.certificate }
    case 'clear':
      return { gets: 'clear', because: planned.because }
    case 'passed':
      return { gets: 'passed' }
    case 'bounce':
      return { gets: 'bounce', because: planned.because }
  }
}

function candidateOf(
  candidate: Candidate & { readonly detail?: unknown },
  { taken, passedOver }: { taken: string | undefined; passedOver: PassedOver | undefined },
) {
  const { certificate, usable, because, detail } = candidate
  return {
    certificate,
    isUsable: usable,
    isTaken: certificate === taken,
    because: passedOver ?? because ?? null,
    detail: typeof detail === 'string' ? detail : null,
  }
}

function fingerprintsOf({ facts, decision }: MessageRecord): string[] {
  const { signing, copies } = decision
  return [
    ...new Set([
      ...(signing.is === 'signed' ? [signing.certificate] : []),
      ...copies.flatMap(({ certificates }) => certificates),
      ...[facts.signers, ...facts.recipients.map(({ candidates }) => candidates)]
        .flat()
        .map(({ certificate }) => certificate),
    ]),
  ]
}

/** Of what a signed part holds the structure is shown too: it is the message that people know. */
function partOf({
  path,
  type,
  fileName,
  transferEncoding,
  sizeBytes,
  cms,
  parts,
}: PartView): StructurePart {
  const inside = cms?.is === 'signed' && cms.content !== undefined ? [cms.content] : []
  return {
    path,
    type,
    fileName: fileName ?? null,
    transferEncoding,
    sizeBytes,
    parts: [...parts, ...inside].map(partOf),
  }
}

function possibleOrders({ deliveries, contentErasedAt }: MessageRecord): MessageOrder[] {
  return (Object.keys(ORDERS) as MessageOrder[]).filter((order) => {
    const { from, to } = ORDERS[order]
    if (to === 'waiting' && contentErasedAt !== null) return false
    const states: readonly string[] = from
    return deliveries.some(({ state, copy }) => copy !== null && states.includes(state))
  })
}
