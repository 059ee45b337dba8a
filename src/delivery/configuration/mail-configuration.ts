/**
 * How the hub sends mail: the policy `mail`, and what registry policies decide of it
 * (`mail-decisions.ts`). Reads it for the transport and for those who write mail, saves it, and has every
 * change by a person tested with a mail to that person. What is tested and warned of is what holds.
 */

import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import {
  type EffectiveMail,
  type MailConfigurationValues,
  type MailNotice,
  secretsOf,
} from '../../contract/mail-configuration.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { RelayAddress } from '../../db/tables/organization.ts'
import type { Organization, SettingsChange } from '../../policies/organization.ts'
import type { Policies } from '../../policies/policies.ts'
import type { Deployed } from '../../policies/policy-deployments.ts'
import { type ChangeOptions, refuseIssues, type Saved } from '../../policies/policy-change.ts'
import {
  type Author,
  type Changer,
  HUB,
  type PolicyContent,
  type SecretOrders,
  type Secrets,
} from '../../policies/policy-kind.ts'
import { REGISTRY_POLICY } from '../registry-policies/registry-kind.ts'
import {
  decisionsOf,
  effectiveValues,
  effectiveView,
  type MailDecisions,
} from './mail-decisions.ts'
import { type MailSender, mailRouteOf, relayTlsOf, senderOf } from './mail-configuration-route.ts'
import { mailKind, type MailKind, mailWarnings, validateMail } from './mail-configuration-rules.ts'
import type { MailRoute } from '../mail-route.ts'
import { changedRelay, postmasterOf, type Relay, type RelayChange, valuesOfRelay } from './relay.ts'
import { isSecretMoved } from './secret-moves.ts'
import type { MailTest, MailTests, Tester } from './mail-tests.ts'

/** A change, and the test that it set off. */
export interface SavedMail extends Saved {
  readonly testId: string
}

export class MailConfiguration {
  readonly #db: Database
  readonly #policies: Policies
  readonly #organization: Organization
  readonly #tests: MailTests
  readonly #clock: Clock
  readonly #hostName: string
  readonly kind: MailKind

  constructor(parts: {
    db: Database
    policies: Policies
    organization: Organization
    tests: MailTests
    clock: Clock
    hostName: string
  }) {
    this.#db = parts.db
    this.#policies = parts.policies
    this.#organization = parts.organization
    this.#tests = parts.tests
    this.#clock = parts.clock
    this.#hostName = parts.hostName
    this.kind = {
      ...mailKind(parts),
      test: ({ document: values, secrets, version, by }) =>
        this.#tests.start({ values, secrets, by, tested: { values: 'shown', version } }),
    }
    this.#policies.register(this.kind)
  }

  /** The name that the hub greets by when the configuration names none. */
  get hostName(): string {
    return this.#hostName
  }

  /** The way out as it was at most a second ago; undefined while there is none, and mail waits. */
  async route(): Promise<MailRoute | undefined> {
    const { document, secrets } = await this.#recent()
    if (document === null) return undefined
    const values = effectiveValues(document, await this.#recentDecisions())
    return mailRouteOf(values, secrets, { hostName: this.#hostName })
  }

  /** Who writes the mail that the hub itself writes. @throws HubError `organization.not_set_up` */
  async sender(): Promise<MailSender> {
    const { document } = await this.#recent()
    return document === null ? { address: await this.#postmaster() } : senderOf(document)
  }

  /** What is in force and who made it so; undefined before the first version. */
  current(): Promise<PolicyContent<MailConfigurationValues> | undefined> {
    return this.#policies.current(this.kind)
  }

  /** Encryption and port as they hold, and which policy decides them. */
  async effective(values: MailConfigurationValues | null): Promise<EffectiveMail> {
    return effectiveView(values, await this.#decisions())
  }

  /** What to beware of in these values, as they hold. */
  async warnings(values: MailConfigurationValues) {
    const domains = (await this.#organization.find())?.domains
    return mailWarnings(effectiveValues(values, await this.#decisions()), {
      now: this.#clock.now(),
      ...(domains && { domains }),
    })
  }

  lastTest(): Promise<MailTest | undefined> {
    return this.#tests.findLast()
  }

  /** What everybody who may see the configuration is told wherever mail is shown. */
  async notices(): Promise<MailNotice[]> {
    const { document, number } = await this.#recent()
    if (document === null) return ['mail.not_configured']
    const marked: MailNotice[] = [
      'mail.accepts_invalid_certificate',
      'mail.accepts_wrong_host_name',
      'mail.not_encrypted',
    ]
    const effective = effectiveValues(document, await this.#recentDecisions())
    const codes = mailWarnings(effective, { now: this.#clock.now() }).map(({ code }) => code)
    const last = await this.#tests.findLastOutcome(number)
    const hasFailed = last !== undefined && (last.outcome as { is: string }).is !== 'accepted'
    return [
      ...marked.filter((notice) => codes.includes(notice)),
      ...(hasFailed ? (['mail.last_test_failed'] as const) : []),
    ]
  }

  /**
   * Saves, and tests what was saved by a mail to whoever saved it.
   *
   * @throws HubError `policy.refused`, `policy.changed_meanwhile`, `mail_test.too_many`
   */
  async save(
    values: MailConfigurationValues,
    change: { secrets: SecretOrders; basedOn: number; comment: string; by: Tester },
  ): Promise<SavedMail> {
    return this.#tested(change.by, (also) =>
      this.#policies.save(this.kind, values, { ...change, also }),
    )
  }

  /** The same for a version that was. @throws HubError as `save`, and `policy.version_not_found` */
  async rollBack(change: {
    to: number
    basedOn: number
    comment: string
    by: Tester
  }): Promise<SavedMail | (Saved & { testId: null })> {
    const { to, by } = change
    const was = to === 0 ? null : (await this.#policies.version(this.kind, to)).document
    if (was !== null) {
      return this.#tested(by, (also) => this.#policies.rollBack(this.kind, { ...change, also }))
    }
    return { ...(await this.#policies.rollBack(this.kind, change)), testId: null }
  }

  /**
   * Whether these values would show a secret that is kept to another server than it was entered for,
   * or to whoever is on the way there.
   *
   * @throws HubError `policy.version_not_found`
   */
  async movesSecret(
    shown: MailConfigurationValues,
    { secrets: orders, basedOn }: { secrets: SecretOrders; basedOn: number },
  ): Promise<boolean> {
    if (basedOn === 0) return false
    const { document: before, secrets } = await this.#policies.version(this.kind, basedOn)
    if (before === null) return false
    const isThere = (name: string) => secrets.some((each) => each.name === name)
    const kept = secretsOf(shown)
      .map(({ name }) => name)
      .filter((name) => isThere(name) && (orders[name] ?? 'keep') === 'keep')
    const { document: after } = validateMail(shown, {}, { now: this.#clock.now() })
    return isSecretMoved(before, after, { kept })
  }

  /** Takes the configuration away: mail waits in the queue. @throws HubError `policy.changed_meanwhile` */
  clear(change: { basedOn: number; comment: string; by: Changer }): Promise<Saved> {
    return this.#policies.clear(this.kind, change)
  }

  /** Tests what is saved. @throws HubError `mail.not_configured`, and as `MailTests.start` */
  async testSaved(by: Tester): Promise<string> {
    const { number, document, secrets } = await this.#policies.deployed(this.kind)
    if (document === null) throw notConfigured()
    const values = effectiveValues(document, await this.#decisions())
    return this.#tests.start({ values, secrets, tested: { values: 'saved', version: number }, by })
  }

  /**
   * Tests the values of a form, which need not be saved. A secret without an order is the kept one.
   *
   * @throws HubError `policy.refused`, `policy.version_not_found`, and as `MailTests.start`
   */
  async testShown(
    shown: MailConfigurationValues,
    { secrets: orders, basedOn, by }: { secrets: SecretOrders; basedOn: number; by: Tester },
  ): Promise<string> {
    const secrets = await this.#policies.secretsFor(this.kind, shown, { secrets: orders, basedOn })
    const values = effectiveValues(this.#checked(shown, secrets), await this.#decisions())
    const tested = { values: 'shown', version: basedOn } as const
    return this.#tests.start({ values, secrets, tested, by })
  }

  /** The mail server as the command line knows it; undefined while there is none. */
  async relay(): Promise<(RelayAddress & { roots: string | undefined }) | undefined> {
    const { document } = await this.#policies.deployed(this.kind)
    if (document === null || document.type === 'microsoft') return undefined
    const { host, port, encryption, caPem } = document
    return { host, port, tls: relayTlsOf(encryption), roots: caPem === '' ? undefined : caPem }
  }

  /**
   * Changes the mail server as the command line does, with other settings of the organisation, all or
   * nothing. Without a test, for a command has no address.
   *
   * @throws HubError `mail.not_configured`: no server is named and none was; `policy.refused`,
   *   `policy.changed_meanwhile`, `organization.not_set_up`, `settings.malformed`
   */
  async changeRelay(
    { address, login, roots }: RelayChange,
    { by, settings = {} }: { by: Author; settings?: SettingsChange },
  ): Promise<void> {
    const { number, document } = await this.#policies.deployed(this.kind)
    const before = document?.type === 'smtp' ? document : undefined
    if (before === undefined && address === undefined) throw notConfigured()
    const senderAddress = document?.senderAddress ?? (await this.#postmaster())
    const { values, secrets } = changedRelay(before, { address, login, roots }, { senderAddress })
    const changed = await this.#db.transaction().execute(async (tx) => {
      const changed = await this.#organization.changeWithin(tx, settings, { by: by.id })
      const also = () => Promise.resolve(changed.entries)
      const change = { secrets, basedOn: number, by, also }
      await this.#policies.saveWithin(tx, this.kind, values, change)
      return changed
    })
    this.#organization.changed(changed)
  }

  /**
   * Makes the mail server of a set-up the first version, in the transaction of the set-up.
   *
   * @throws HubError `policy.refused`
   */
  async setUpRelay(
    tx: Transaction,
    { relay, domains, by }: { relay: Relay; domains: readonly string[]; by: Author },
  ): Promise<void> {
    const { values, secrets } = valuesOfRelay(relay, domains)
    const document = this.#checked(values, secrets)
    await this.#policies.adopt(tx, this.kind, { document, secrets, by, comment: '' })
  }

  /**
   * Makes the mail server that a hub before this version had in its settings the first version,
   * once: from then on it is there no more.
   *
   * @throws HubError `seal.broken`: sealed with another key
   */
  async adoptRelay(): Promise<void> {
    if (!(await this.#organization.hasRelay())) return
    await this.#db.transaction().execute(async (tx) => {
      const taken = await this.#organization.takeRelay(tx)
      if (taken === undefined) return
      // By the rules of then: what worked goes on working.
      const { values: document, secrets } = valuesOfRelay(taken.relay, taken.domains)
      const comment = 'the relay of the settings before'
      await this.#policies.adopt(tx, this.kind, { document, secrets, by: HUB, comment })
    })
  }

  async #tested(
    by: Tester,
    change: (also: NonNullable<ChangeOptions['also']>) => Promise<Saved>,
  ): Promise<SavedMail> {
    let testId = ''
    const saved = await change(async (tx, { version }) => {
      const { document, secrets } = await this.#policies.within(tx, this.kind)
      if (document === null) throw notConfigured()
      const values = effectiveValues(document, await this.#decisions(tx))
      const tested = { values: 'saved', version } as const
      const { id, entry } = await this.#tests.put(tx, { values, secrets, tested, by })
      testId = id
      return [entry]
    })
    return { ...saved, testId }
  }

  #checked(values: MailConfigurationValues, secrets: Secrets): MailConfigurationValues {
    const { issues, document } = validateMail(values, secrets, { now: this.#clock.now() })
    refuseIssues(this.kind, issues)
    return document
  }

  #recent(): Promise<Deployed<MailConfigurationValues>> {
    return this.#policies.recent(this.kind)
  }

  async #decisions(db: Database = this.#db): Promise<MailDecisions> {
    return decisionsOf(await this.#policies.deployedOf(REGISTRY_POLICY, db))
  }

  async #recentDecisions(): Promise<MailDecisions> {
    return decisionsOf(await this.#policies.recentlyDeployedOf(REGISTRY_POLICY))
  }

  async #postmaster(): Promise<string> {
    return postmasterOf((await this.#organization.recent()).domains)
  }
}

function notConfigured(): HubError {
  return new HubError('mail.not_configured', 'how mail leaves is not configured yet')
}
