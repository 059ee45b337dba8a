/**
 * Settings under version control. A policy is of a kind (`policy-kind.ts`), which says what it means
 * and by which rules it is taken. Every change (`policy-change.ts`) makes a version, numbered from 1,
 * that never changes again (`policy-versions.ts`), and puts it in force (`policy-deployments.ts`);
 * version, secrets, deployment and audit entry share one transaction. Rolling back
 * (`policy-roll-back.ts`) makes a new version that is equal to an old one, by the same rules.
 *
 * Secrets are rows of their own, sealed with the master key (`policy-secrets.ts`). A version names
 * those that go with it, so that an old version comes back with its own.
 *
 * Of two who change the same version one wins; the other is told (`policy.changed_meanwhile`).
 */

import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { SealingKey } from '../base/seal.ts'
import type { FieldChange } from '../contract/policies.ts'
import type { Database, Transaction } from '../db/connection.ts'
import type { Signals } from '../db/signals.ts'
import {
  type ChangeOptions,
  type Saved,
  type Wanted,
  byTheRules,
  changePolicy,
} from './policy-change.ts'
import { type Deployed, type DeployedPolicy, PolicyDeployments } from './policy-deployments.ts'
import type {
  Author,
  PolicyContent,
  PolicyDocument,
  PolicyKind,
  PolicyVersion,
  SecretOrders,
  Secrets,
} from './policy-kind.ts'
import { PolicyKinds } from './policy-kinds.ts'
import { asInVersion } from './policy-roll-back.ts'
import { PolicySecrets, type StoredSecret, followOrders } from './policy-secrets.ts'
import { PolicyVersions, getVersion } from './policy-versions.ts'
import * as store from './versions/store.ts'

export class Policies {
  /** The kinds that are known. */
  readonly kinds = new PolicyKinds()
  readonly #db: Database
  readonly #audit: Audit
  readonly #clock: Clock
  readonly #log: Log
  readonly #secrets: PolicySecrets
  readonly #versions: PolicyVersions
  readonly #deployments: PolicyDeployments

  /** The key seals secrets. */
  constructor(parts: { db: Database; audit: Audit; clock: Clock; log: Log; key: SealingKey }) {
    this.#db = parts.db
    this.#audit = parts.audit
    this.#clock = parts.clock
    this.#log = parts.log
    this.#secrets = new PolicySecrets(parts)
    this.#versions = new PolicyVersions(parts)
    this.#deployments = new PolicyDeployments({
      ...parts,
      ...{ secrets: this.#secrets, kinds: this.kinds },
    })
  }

  /** Makes a kind known, so that it hears of its deployments. */
  register<Document extends PolicyDocument>(kind: PolicyKind<Document>): void {
    this.kinds.register(kind)
  }

  /** Tells this process that another version of a kind is in force. */
  tell(kind: string): void {
    this.#deployments.tell(kind)
  }

  /** From now on every kind hears of what other processes put in force. */
  listen(signals: Signals): void {
    this.#deployments.listen(signals)
  }

  stopListening(): void {
    this.#deployments.stopListening()
  }

  /** What is in force now, secrets in clear. @throws HubError `seal.broken` */
  deployed<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
  ): Promise<Deployed<Document>> {
    return this.within(this.#db, kind)
  }

  /** The same as a transaction sees it. */
  within<Document extends PolicyDocument>(
    db: Database,
    kind: PolicyKind<Document>,
  ): Promise<Deployed<Document>> {
    return this.#deployments.get(db, kind)
  }

  /** Every policy of a kind that is in force, with its links, in the order of their names. */
  deployedOf<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    db: Database = this.#db,
  ): Promise<DeployedPolicy<Document>[]> {
    return this.#deployments.list(db, kind)
  }

  /** The same as it was at most a second ago. */
  recentlyDeployedOf<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
  ): Promise<DeployedPolicy<Document>[]> {
    return this.#deployments.recentList(kind)
  }

  /** What was in force at most a second ago, for what happens to every message. */
  recent<Document extends PolicyDocument>(kind: PolicyKind<Document>): Promise<Deployed<Document>> {
    return this.#deployments.recent(kind)
  }

  /** What is in force with who made it so; undefined before the first version. */
  current<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
  ): Promise<PolicyContent<Document> | undefined> {
    return this.#versions.current(kind)
  }

  /** @throws HubError `policy.version_not_found` */
  version<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    number: number,
  ): Promise<PolicyContent<Document>> {
    return this.#versions.get(kind, number)
  }

  /** Newest first. */
  history(
    kind: PolicyKind,
    query: { before?: number | undefined; limit: number },
  ): Promise<PolicyVersion[]> {
    return this.#versions.history(kind, query)
  }

  /**
   * What became different from one version to another; 0 is the time before the first.
   *
   * @throws HubError `policy.version_not_found`
   */
  differences(kind: PolicyKind, between: { from: number; to: number }): Promise<FieldChange[]> {
    return this.#versions.differences(kind, between)
  }

  /**
   * Makes a version and puts it in force.
   *
   * @throws HubError `policy.refused`, whose cause names every mistake; `policy.changed_meanwhile`,
   *   and as all changes by the short way: `policy.approval_required`, `policy.wrong_state`,
   *   `policy.held_by_other`
   */
  save<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    document: Document,
    change: ChangeOptions & { secrets?: SecretOrders },
  ): Promise<Saved> {
    const { by } = change
    return this.#committed(kind, by, (tx) => this.saveWithin(tx, kind, document, change))
  }

  /** The same in a transaction of somebody else's: the processes hear of it once it is committed. */
  saveWithin<Document extends PolicyDocument>(
    tx: Transaction,
    kind: PolicyKind<Document>,
    document: Document,
    { secrets: orders = {}, ...options }: ChangeOptions & { secrets?: SecretOrders },
  ): Promise<Saved> {
    return this.#change(tx, kind, options, (current) => {
      const { kept, added } = followOrders(kind.secretsOf(document), orders, current)
      return Promise.resolve({ document, kept, added })
    })
  }

  /** `saveWithin` without the rules, for settings that were taken by other rules before. */
  adopt<Document extends PolicyDocument>(
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
    const nothing = { document: null, kept: [], added: {} }
    return this.#committed(kind, options.by, (tx) =>
      this.#change(tx, kind, options, () => Promise.resolve(nothing)),
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
    return this.#committed(kind, options.by, (tx) =>
      this.#change(tx, kind, options, () => asInVersion(tx, kind, to)),
    )
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
    const current =
      basedOn === 0
        ? []
        : await store.findSecrets(this.#db, await getVersion(this.#db, kind, basedOn))
    const { kept, added } = followOrders(kind.secretsOf(document), orders, current)
    return { ...this.#secrets.open(kept), ...added }
  }

  /** In a transaction of its own; afterwards this process knows at once. */
  async #committed(
    { kind }: Pick<PolicyKind, 'kind'>,
    by: Author,
    change: (tx: Transaction) => Promise<Saved>,
  ): Promise<Saved> {
    const saved = await this.#db.transaction().execute(change)
    if (saved.isNew) {
      this.#deployments.tell(kind)
      this.#log.info('policy.deployed', { kind, ...saved, by: by.id })
    }
    return saved
  }

  #change<Document extends PolicyDocument>(
    tx: Transaction,
    kind: PolicyKind<Document>,
    options: ChangeOptions,
    want: (current: readonly StoredSecret[]) => Promise<Wanted<Document>>,
  ): Promise<Saved> {
    return changePolicy(tx, this.#parts, {
      ...options,
      kind,
      want: async (current) => byTheRules(kind, await want(current), this.#secrets),
    })
  }

  get #parts() {
    return { audit: this.#audit, clock: this.#clock, secrets: this.#secrets }
  }
}
