/**
 * Settings under version control. A policy is of a kind, which says what it means and by which rules
 * it is taken. Every change makes a version, numbered from 1, that never changes again, and puts it
 * in force; version, secrets, deployment and audit entry share one transaction. Rolling back makes
 * a new version that is equal to an old one, by the same rules.
 *
 * Secrets are rows of their own, sealed with the master key. A version names those that go with it,
 * so that an old version comes back with its own.
 *
 * Of two who change the same version one wins; the other is told (`policy.changed_meanwhile`).
 */

import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { SealingKey } from '../base/seal.ts'
import type { FieldChange } from '../contract/policies.ts'
import type { Database, Transaction } from '../db/connection.ts'
import type { Signals } from '../db/signals.ts'
import {
  type ChangeOptions,
  type Saved,
  type Wanted,
  changePolicy,
  keyOf,
  refuseIssues,
} from './policy-change.ts'
import { differencesOf } from './policy-difference.ts'
import type {
  Author,
  PolicyContent,
  PolicyDocument,
  PolicyKind,
  PolicyVersion,
  SecretOrders,
  Secrets,
} from './policy-kind.ts'
import { PolicySecrets, type StoredSecret, followOrders } from './policy-secrets.ts'
import * as store from './versions/store.ts'
import type { VersionRow } from './versions/store.ts'

/** What is in force: a version with its secrets in clear, or the kind's defaults as version 0. */
export interface Deployed<Document extends PolicyDocument> {
  readonly number: number
  readonly document: Document | null
  readonly secrets: Secrets
}

/** How old what is in force may be for one message: asking for each would cost more than the message. */
const RECENT_MS = 1_000

export class Policies {
  readonly #db: Database
  readonly #audit: Audit
  readonly #clock: Clock
  readonly #log: Log
  readonly #secrets: PolicySecrets
  readonly #kinds = new Map<string, PolicyKind>()
  readonly #recent = new Map<string, { untilMs: number; deployed: Promise<Deployed<never>> }>()
  #stopListening: (() => void) | undefined

  /** The key seals secrets. */
  constructor(parts: { db: Database; audit: Audit; clock: Clock; log: Log; key: SealingKey }) {
    this.#db = parts.db
    this.#audit = parts.audit
    this.#clock = parts.clock
    this.#log = parts.log
    this.#secrets = new PolicySecrets(parts)
  }

  get #parts() {
    return { audit: this.#audit, clock: this.#clock, secrets: this.#secrets }
  }

  /** Makes a kind known, so that it hears of its deployments. */
  register<Document extends PolicyDocument>(kind: PolicyKind<Document>): void {
    this.#kinds.set(kind.kind, kind)
  }

  /** From now on every kind hears of what other processes put in force. */
  listen(signals: Signals): void {
    this.#stopListening = signals.on('policy', (kind) => {
      const changed = kind === undefined ? [...this.#kinds.keys()] : [kind]
      for (const each of changed) this.#deployed(each)
    })
  }

  stopListening(): void {
    this.#stopListening?.()
  }

  /** What is in force now, secrets in clear. @throws HubError `seal.broken` */
  deployed<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
  ): Promise<Deployed<Document>> {
    return this.within(this.#db, kind)
  }

  /** The same as a transaction sees it. */
  async within<Document extends PolicyDocument>(
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

  /** What was in force at most a second ago, for what happens to every message. */
  recent<Document extends PolicyDocument>(kind: PolicyKind<Document>): Promise<Deployed<Document>> {
    const nowMs = this.#clock.now().getTime()
    const known = this.#recent.get(kind.kind)
    if (known !== undefined && nowMs < known.untilMs) return known.deployed
    const deployed = this.deployed(kind)
    const entry = { untilMs: nowMs + RECENT_MS, deployed: deployed as Promise<Deployed<never>> }
    this.#recent.set(kind.kind, entry)
    deployed.catch(() => {
      if (this.#recent.get(kind.kind) === entry) this.#recent.delete(kind.kind)
    })
    return deployed
  }

  /** What is in force with who made it so; undefined before the first version. */
  async current<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
  ): Promise<PolicyContent<Document> | undefined> {
    const row = await store.findDeployed(this.#db, keyOf(kind))
    return row && this.#contentOf(kind, row)
  }

  /** @throws HubError `policy.version_not_found` */
  async version<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    number: number,
  ): Promise<PolicyContent<Document>> {
    const row = await store.findVersion(this.#db, { ...keyOf(kind), number })
    return this.#contentOf(kind, row ?? noSuchVersion(kind, number))
  }

  /** Newest first. */
  async history(
    kind: PolicyKind,
    query: { before?: number | undefined; limit: number },
  ): Promise<PolicyVersion[]> {
    const { before, limit } = query
    const rows = await store.listVersions(this.#db, { ...keyOf(kind), before, limit })
    return rows.map(versionOf)
  }

  /**
   * What became different from one version to another; 0 is the time before the first.
   *
   * @throws HubError `policy.version_not_found`
   */
  async differences(
    kind: PolicyKind,
    { from, to }: { from: number; to: number },
  ): Promise<FieldChange[]> {
    const said = async (number: number) =>
      number === 0 ? { document: null, secrets: [] } : this.version(kind, number)
    return differencesOf(await said(from), await said(to))
  }

  /**
   * Makes a version and puts it in force.
   *
   * @throws HubError `policy.refused`, whose cause names every mistake; `policy.changed_meanwhile`
   */
  async save<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    document: Document,
    { secrets: orders = {}, ...options }: ChangeOptions & { secrets?: SecretOrders },
  ): Promise<Saved> {
    return this.#change(kind, options, (_, current) => {
      const { kept, added } = followOrders(kind.secretsOf(document), orders, current)
      return Promise.resolve({ document, kept, added })
    })
  }

  /**
   * The same in a transaction of somebody else's, who tells the processes nothing: `save` without the
   * rules, for settings that were taken by other rules before.
   */
  async adopt<Document extends PolicyDocument>(
    tx: Transaction,
    kind: PolicyKind<Document>,
    change: { document: Document; secrets: Secrets; by: Author; comment: string },
  ): Promise<Saved> {
    const { document, secrets: added, by, comment } = change
    const want = () => Promise.resolve({ document, kept: [], added })
    return changePolicy(tx, this.#parts, { kind, by, comment, want })
  }

  /** Takes the settings away: the kind's defaults hold. @throws HubError `policy.changed_meanwhile` */
  clear(kind: PolicyKind, options: ChangeOptions): Promise<Saved> {
    return this.#change(kind, options, () =>
      Promise.resolve({ document: null, kept: [], added: {} }),
    )
  }

  /**
   * Makes a version that is equal to an old one, with the secrets of that one; 0 is nothing.
   *
   * @throws HubError `policy.version_not_found`, `policy.refused`, `policy.changed_meanwhile`
   */
  rollBack<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    { to, ...options }: ChangeOptions & { to: number },
  ): Promise<Saved> {
    return this.#change(kind, options, async (tx) => {
      const nothing = { document: null, kept: [], added: {}, rolledBackTo: to }
      if (to === 0) return nothing
      const row = await store.findVersion(tx, { ...keyOf(kind), number: to })
      const { document, policyId, number } = row ?? noSuchVersion(kind, to)
      if (document === null) return nothing
      const kept = await store.findSecrets(tx, { policyId, number })
      return { ...nothing, document: kind.schema.parse(document), kept }
    })
  }

  /**
   * The secrets of a form, in clear: what it sets, and of the rest those of the version that it
   * began from.
   *
   * @throws HubError `policy.version_not_found`
   */
  async secretsFor<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    document: Document,
    { secrets: orders, basedOn }: { secrets: SecretOrders; basedOn: number },
  ): Promise<Secrets> {
    const number = basedOn
    const row =
      number === 0 ? undefined : await store.findVersion(this.#db, { ...keyOf(kind), number })
    if (number !== 0 && row === undefined) noSuchVersion(kind, number)
    const current = row === undefined ? [] : await store.findSecrets(this.#db, row)
    const { kept, added } = followOrders(kind.secretsOf(document), orders, current)
    return { ...this.#secrets.open(kept), ...added }
  }

  async #change<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    options: ChangeOptions,
    want: (tx: Transaction, current: readonly StoredSecret[]) => Promise<Wanted<Document>>,
  ): Promise<Saved> {
    const saved = await this.#db.transaction().execute((tx) =>
      changePolicy(tx, this.#parts, {
        ...options,
        kind,
        want: async (current) => this.#check(kind, await want(tx, current)),
      }),
    )
    if (saved.isNew) {
      this.#deployed(kind.kind)
      this.#log.info('policy.deployed', { kind: kind.kind, ...saved, by: options.by.id })
    }
    return saved
  }

  /** The rules of the kind. @throws HubError `policy.refused` */
  #check<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    wanted: Wanted<Document>,
  ): Wanted<Document> {
    if (wanted.document === null) return wanted
    const secrets = { ...this.#secrets.open(wanted.kept), ...wanted.added }
    const { issues, document } = kind.validate(wanted.document, secrets)
    refuseIssues(kind, issues)
    return { ...wanted, document }
  }

  async #contentOf<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    row: VersionRow & { policyId: string },
  ): Promise<PolicyContent<Document>> {
    const secrets = await store.findSecrets(this.#db, row)
    return {
      version: versionOf(row),
      document: row.document === null ? null : kind.schema.parse(row.document),
      secrets: secrets.map(({ id, name, at, by }) => ({ id, name, at, by })),
    }
  }

  #deployed(kind: string): void {
    this.#recent.delete(kind)
    this.#kinds.get(kind)?.onDeployed?.()
  }
}

function versionOf(row: VersionRow): PolicyVersion {
  const { number, at, by, byName, comment, label, rolledBackTo } = row
  return { number, at, by: { id: by, name: byName }, comment, label, rolledBackTo }
}

function noSuchVersion({ kind }: Pick<PolicyKind, 'kind'>, number: number): never {
  throw new HubError('policy.version_not_found', `the ${kind} settings have no version ${number}`)
}
