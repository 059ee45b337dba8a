/** Puts the parts of the mail side together, as a hub that serves needs them. */

import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { SealingKey } from '../base/seal.ts'
import type { Certificates } from '../certificates/certificates.ts'
import type { Database } from '../db/connection.ts'
import type { Transport } from '../delivery/queue/courier.ts'
import type { Presence } from '../delivery/queue/presence.ts'
import { DeliveryQueue } from '../delivery/queue/queue.ts'
import type { Organization } from '../policies/organization.ts'
import { Acceptance } from './acceptance.ts'
import { Bounces } from './bounces.ts'
import type { FreeSpace } from './free-space.ts'
import { ListingRefresh } from './listing/refresh.ts'
import { Messages } from './messages.ts'
import { Releases } from './release.ts'

export interface MailParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly master: SealingKey
  readonly organization: Organization
  readonly certificates: Certificates
  /** Absent when the database is elsewhere. */
  readonly freeSpace: FreeSpace | undefined
  readonly hostName: string
}

/** Messages as a command sees them: taken and looked at, and delivered by a hub that serves. */
export function buildMessages(parts: MailParts): Messages {
  const nobodyToTell = () => undefined
  const acceptance = acceptanceOf(parts, { queue: undefined, onBounceDue: nobodyToTell })
  return new Messages({ ...parts, acceptance, outbox: releasesOf(parts), onDue: nobodyToTell })
}

/** Everything that happens to mail between the listeners and the way out. */
export class MailSide {
  readonly messages: Messages
  readonly #presence: Presence
  readonly #queue: DeliveryQueue
  readonly #bounces: Bounces
  readonly #listing: ListingRefresh
  readonly #isWorker: boolean

  /** Without the role `worker` mail is taken here and delivered by another process. */
  constructor(
    parts: MailParts & { transport: Transport; presence: Presence; roles: readonly string[] },
  ) {
    const { organization, roles } = parts
    const isWorker = roles.includes('worker')
    const onBounceDue = () => this.#bounces.wake()
    const onDue = () => this.#queue.wake()
    this.#isWorker = isWorker
    this.#presence = parts.presence
    const outbox = releasesOf(parts)
    this.#queue = new DeliveryQueue({ ...parts, outbox, onBounceDue })
    const queue = isWorker ? this.#queue : undefined
    const acceptance = acceptanceOf(parts, { queue, onBounceDue })
    const sender = async () => addressOfHub(await organization.recent())
    this.#bounces = new Bounces({ ...parts, acceptance, sender, onDue })
    this.#listing = new ListingRefresh(parts)
    this.messages = new Messages({ ...parts, acceptance, outbox, onDue })
  }

  /** Of this process among those of the hub. */
  get nodeId(): string {
    return this.#presence.id
  }

  /** `alone`: no other process uses this database, so what was claimed before is nobody's now. */
  async start({ alone }: { alone: boolean }): Promise<void> {
    await this.#presence.start({ alone })
    if (!this.#isWorker) return
    this.#queue.start()
    this.#bounces.start()
    this.#listing.start()
  }

  /** Resolves when what was under way is recorded, and what was not is free for others. */
  async stop(): Promise<void> {
    await this.#listing.stop()
    await this.#bounces.stop()
    await this.#queue.stop()
    await this.#presence.stop()
  }
}

/** What the hub itself writes comes from here; RFC 5321 section 4.5.1 has every domain answer to it. */
export function addressOfHub({ domains }: { domains: readonly string[] }): string {
  return `postmaster@${domains[0] ?? 'localhost'}`
}

function releasesOf(parts: MailParts): Releases {
  const { certificates } = parts
  return new Releases({
    ...parts,
    keyring: {
      signer: (fingerprint) => certificates.signer(fingerprint),
      recipient: async (fingerprint) => {
        const { certificate } = await certificates.get(fingerprint)
        return { certificate }
      },
    },
  })
}

function acceptanceOf(
  parts: MailParts,
  { queue, onBounceDue }: { queue: DeliveryQueue | undefined; onBounceDue: () => void },
): Acceptance {
  const { certificates, organization } = parts
  return new Acceptance({
    ...parts,
    candidates: certificates,
    settings: () => organization.recent(),
    queue,
    onBounceDue,
  })
}
