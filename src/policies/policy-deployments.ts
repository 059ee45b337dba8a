/** Which version of a policy is in force, and how every process hears of another one. */

import type { Clock } from '../base/clock.ts'
import type { Database } from '../db/connection.ts'
import type { Signals } from '../db/signals.ts'
import { listDeployed } from './deployment/store.ts'
import { PolicyLinks } from './links/links.ts'
import {
  type Author,
  type PolicyDocument,
  type PolicyKind,
  type Secrets,
  keyOf,
} from './policy-kind.ts'
import type { PolicyKinds } from './policy-kinds.ts'
import type { PolicySecrets } from './policy-secrets.ts'
import * as store from './versions/store.ts'

/** What is in force: a version with its secrets in clear, or the kind's defaults as version 0. */
export interface Deployed<Document extends PolicyDocument> {
  readonly number: number
  readonly document: Document | null
  readonly secrets: Secrets
}

/** One of several policies of a kind that are in force, each where its links say. */
export interface DeployedPolicy<Document extends PolicyDocument> {
  readonly policyId: string
  /** As it is in production: a new one counts once it is deployed. */
  readonly name: string
  readonly number: number
  readonly document: Document
  readonly secrets: Secrets
  readonly links: PolicyLinks
  readonly since: Date
  readonly by: Author
  /** Why it was put in force without the approvals that it needed; null as a rule. */
  readonly breakGlassReason: string | null
}

/** How old what is in force may be for one message: asking for each would cost more than the message. */
const RECENT_MS = 1_000

export class PolicyDeployments {
  readonly #db: Database
  readonly #clock: Clock
  readonly #secrets: PolicySecrets
  readonly #kinds: PolicyKinds
  readonly #recent = new Map<string, { untilMs: number; found: Promise<unknown> }>()
  #stopListening: (() => void) | undefined

  constructor(parts: { db: Database; clock: Clock; secrets: PolicySecrets; kinds: PolicyKinds }) {
    this.#db = parts.db
    this.#clock = parts.clock
    this.#secrets = parts.secrets
    this.#kinds = parts.kinds
  }

  listen(signals: Signals): void {
    this.#stopListening = signals.on('policy', (kind) => {
      const changed = kind === undefined ? this.#kinds.names() : [kind]
      for (const each of changed) this.tell(each)
    })
  }

  stopListening(): void {
    this.#stopListening?.()
  }

  /** Tells this process that another version of a kind is in force. */
  tell(kind: string): void {
    this.#recent.delete(`only ${kind}`)
    this.#recent.delete(`all ${kind}`)
    this.#kinds.find(kind)?.onDeployed?.()
  }

  /** What is in force as `db`, perhaps a transaction, sees it. @throws HubError `seal.broken` */
  async get<Document extends PolicyDocument>(
    db: Database,
    kind: PolicyKind<Document>,
  ): Promise<Deployed<Document>> {
    const row = await store.findDeployed(db, keyOf(kind))
    if (row === undefined || row.document === null) {
      return { number: row?.number ?? 0, document: kind.defaults, secrets: {} }
    }
    const secrets = await store.findSecrets(db, row)
    return {
      number: row.number,
      document: kind.schema.parse(row.document),
      secrets: this.#secrets.open(secrets),
    }
  }

  /** Every policy of a kind that is in force, in the order of their names. @throws HubError `seal.broken` */
  async list<Document extends PolicyDocument>(
    db: Database,
    kind: PolicyKind<Document>,
  ): Promise<DeployedPolicy<Document>[]> {
    const rows = await listDeployed(db, kind.kind)
    return Promise.all(
      rows.map(async ({ policyId, number, name, at, by, byName, ...row }) => ({
        ...{ policyId, number, name, since: at, by: { id: by, name: byName } },
        document: kind.schema.parse(row.document),
        secrets: this.#secrets.open(await store.findSecrets(db, { policyId, number })),
        links: PolicyLinks.parse(row.links),
        breakGlassReason: row.breakGlassReason,
      })),
    )
  }

  /** What was in force at most a second ago. */
  recent<Document extends PolicyDocument>(kind: PolicyKind<Document>): Promise<Deployed<Document>> {
    return this.#recently(`only ${kind.kind}`, () => this.get(this.#db, kind))
  }

  /** Every policy of a kind that was in force at most a second ago. */
  recentList<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
  ): Promise<DeployedPolicy<Document>[]> {
    return this.#recently(`all ${kind.kind}`, () => this.list(this.#db, kind))
  }

  #recently<Found>(key: string, find: () => Promise<Found>): Promise<Found> {
    const nowMs = this.#clock.now().getTime()
    const known = this.#recent.get(key)
    // What stands under a key was found by the same function.
    if (known !== undefined && nowMs < known.untilMs) return known.found as Promise<Found>
    const found = find()
    const entry = { untilMs: nowMs + RECENT_MS, found }
    this.#recent.set(key, entry)
    found.catch(() => {
      if (this.#recent.get(key) === entry) this.#recent.delete(key)
    })
    return found
  }
}
