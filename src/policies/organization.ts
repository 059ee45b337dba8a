/**
 * The organisation this hub works for: how it comes to be, its settings, and their changes. Each
 * change and its audit entry share a transaction.
 *
 * A hub begins without one. `sealpost setup` makes it, or whoever opens the one-time link that the
 * hub prints; the first of them wins.
 */

import { createHash, randomBytes } from 'node:crypto'
import { type Accounts, parseName } from '../accounts/accounts.ts'
import { localPartOf, parseOwnAddress } from '../accounts/address.ts'
import { checkFitness } from '../accounts/password-fitness.ts'
import { hashPassword } from '../accounts/password.ts'
import type { Audit, AuditEntry } from '../audit/audit.ts'
import type { JsonValue } from '../base/canonical-json.ts'
import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { SealingKey } from '../base/seal.ts'
import type { Language } from '../contract/session.ts'
import type { Database, Transaction } from '../db/connection.ts'
import { type FormerRelay, takeFormerRelay } from './former-relay.ts'
import {
  DEFAULT_SETTINGS,
  type OrganizationSettings,
  parseSettings,
} from './organization-settings.ts'
import * as store from './store.ts'
import type { OrganizationRow } from './store.ts'

/** What makes a hub ready. */
export interface Setup {
  /** Name and domains at least; the rest has defaults. */
  readonly settings: Pick<OrganizationSettings, 'name' | 'domains'> & Partial<OrganizationSettings>
  readonly admin: {
    readonly address: string
    readonly password: string
    /** What stands before the @ when there is none. */
    readonly name?: string | undefined
    readonly language?: Language | undefined
  }
  /** Of the one-time link. A command on the hub's own machine needs none. */
  readonly token?: string | undefined
}

/** The settings that change. */
export type SettingsChange = Partial<OrganizationSettings>

/** What became of a change, with what the audit log is told of it. */
export interface ChangedSettings {
  readonly settings: OrganizationSettings
  readonly entries: readonly AuditEntry[]
}

/** Long enough to find the printed link again after lunch. */
const SETUP_LINK_HOURS = 24

const TOKEN_BYTES = 32

/** How old settings may be for one message: asking for each would cost more than the message. */
const RECENT_MS = 1_000

export class Organization {
  readonly #db: Database
  readonly #audit: Audit
  readonly #accounts: Accounts
  readonly #clock: Clock
  readonly #log: Log
  readonly #key: SealingKey
  #recent: { settings: OrganizationSettings; untilMs: number } | undefined

  /** The key opens the login of a `FormerRelay`. */
  constructor(parts: {
    db: Database
    audit: Audit
    accounts: Accounts
    clock: Clock
    log: Log
    key: SealingKey
  }) {
    this.#db = parts.db
    this.#audit = parts.audit
    this.#accounts = parts.accounts
    this.#clock = parts.clock
    this.#log = parts.log
    this.#key = parts.key
  }

  /** The settings as they are now; undefined while the hub is not set up. */
  async find(): Promise<OrganizationSettings | undefined> {
    const row = await store.findOrganization(this.#db)
    return row && settingsOf(row)
  }

  /** The settings as they are now. @throws HubError `organization.not_set_up` */
  async get(): Promise<OrganizationSettings> {
    return (await this.find()) ?? notSetUp()
  }

  /**
   * The settings as they were at most a second ago, for what happens to every message.
   *
   * @throws HubError `organization.not_set_up`
   */
  async recent(): Promise<OrganizationSettings> {
    const nowMs = this.#clock.now().getTime()
    if (this.#recent === undefined || nowMs >= this.#recent.untilMs) {
      this.#recent = { settings: await this.get(), untilMs: nowMs + RECENT_MS }
    }
    return this.#recent.settings
  }

  /** Whether the settings still have a mail server in them, as they did before it was a policy. */
  async hasRelay(): Promise<boolean> {
    return ((await store.findOrganization(this.#db))?.relay ?? null) !== null
  }

  /**
   * Takes the mail server out of the settings; undefined when there is none. Whoever takes it keeps
   * it elsewhere in the same transaction.
   *
   * @throws HubError `seal.broken`: sealed with another key
   */
  takeRelay(tx: Transaction): Promise<FormerRelay | undefined> {
    return takeFormerRelay(tx, this.#key)
  }

  /**
   * Makes the token of a link by which one person sets this hub up, within 24 hours. Earlier ones
   * are void from then on. Only its hash is kept.
   *
   * @throws HubError `setup.done_before`
   */
  async createSetupLink(): Promise<{ token: string; expiresAt: Date }> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    const createdAt = this.#clock.now()
    const expiresAt = new Date(createdAt.getTime() + SETUP_LINK_HOURS * 3_600_000)
    await this.#db.transaction().execute(async (tx) => {
      if ((await store.lockOrganization(tx)) !== undefined) throw doneBefore()
      await store.replaceSetupLinks(tx, { tokenHash: hashToken(token), createdAt, expiresAt })
    })
    return { token, expiresAt }
  }

  /** Whether a set-up with this token would be taken now. */
  async isSetupLinkValid(token: string): Promise<boolean> {
    const at = this.#clock.now()
    if ((await this.find()) !== undefined) return false
    return store.hasSetupLink(this.#db, { tokenHash: hashToken(token), at })
  }

  /**
   * Makes the organisation and its first administrator. `also` does in the same transaction what
   * belongs to it, such as the hub's own authority.
   *
   * @throws HubError `setup.done_before`, `setup.link_invalid`, `settings.malformed`,
   *   `address.malformed`, `name.malformed`, `password.unfit`,
   *   `password.common`, `password.personal`
   */
  async completeSetup(
    setup: Setup,
    also: (tx: Transaction, settings: OrganizationSettings) => Promise<void> = () =>
      Promise.resolve(),
  ): Promise<OrganizationSettings> {
    const settings = parseSettings({ ...DEFAULT_SETTINGS, ...setup.settings })
    const address = parseOwnAddress(setup.admin.address)
    const name = parseName(setup.admin.name ?? localPartOf(address))
    const { language } = setup.admin
    const passwordHash = await hashPassword(setup.admin.password)
    const owner = { address: address.address, name, organization: settings.name }
    checkFitness(setup.admin.password, owner)
    const at = this.#clock.now()
    await this.#db.transaction().execute(async (tx) => {
      const { token } = setup
      const isInvited =
        token === undefined || (await store.useSetupLink(tx, { tokenHash: hashToken(token), at }))
      if (!(await store.insertOrganization(tx, { settings, at }))) throw doneBefore()
      if (!isInvited) throw new HubError('setup.link_invalid', 'the set-up link is not valid')
      const admin = { address, name, language, passwordHash, at }
      const account = await this.#accounts.addAdministrator(tx, admin)
      await also(tx, settings)
      const by = token === undefined ? 'command' : 'setup-link'
      const detail = {
        ...settings,
        administrator: address.address,
        account,
      }
      const action = 'organization.set_up'
      await this.#audit.record(tx, { action, subject: settings.name, by, at, detail })
    })
    this.#recent = undefined
    this.#log.info('organization.set_up', { domains: settings.domains })
    return settings
  }

  /**
   * Changes some settings and leaves the others. What is equal already changes nothing.
   *
   * @throws HubError `organization.not_set_up`, `settings.malformed`
   */
  async change(change: SettingsChange, { by }: { by: string }): Promise<OrganizationSettings> {
    const made = await this.#db.transaction().execute(async (tx) => {
      const made = await this.changeWithin(tx, change, { by })
      for (const entry of made.entries) await this.#audit.record(tx, entry)
      return made
    })
    this.changed(made)
    return made.settings
  }

  /**
   * The same in a transaction of somebody else's, who records the audit entries last and calls
   * `changed` once it is committed.
   *
   * @throws HubError `organization.not_set_up`, `settings.malformed`
   */
  async changeWithin(
    tx: Transaction,
    change: SettingsChange,
    { by }: { by: string },
  ): Promise<ChangedSettings> {
    const at = this.#clock.now()
    const before = settingsOf((await store.lockOrganization(tx)) ?? notSetUp())
    const settings = parseSettings({ ...before, ...change })
    const detail = differences(before, settings)
    if (Object.keys(detail).length === 0) return { settings, entries: [] }
    await store.updateOrganization(tx, { settings, at })
    const action = 'organization.change'
    return { settings, entries: [{ action, subject: settings.name, by, at, detail }] }
  }

  /** Says that a transaction with `changeWithin` is committed. */
  changed({ entries }: ChangedSettings): void {
    this.#recent = undefined
    for (const { by, detail } of entries) {
      this.#log.info('organization.changed', { changed: Object.keys(detail ?? {}), by })
    }
  }
}

function settingsOf(row: OrganizationRow): OrganizationSettings {
  return {
    name: row.name,
    domains: row.domains,
    encryptionOutcome: row.encryptionOutcome,
    retentionDays: row.retentionDays,
    knownRelays: row.knownRelays,
    sizeLimitBytes: row.sizeLimitBytes,
  }
}

/** Each setting that differs, as it was and as it is. */
function differences(
  before: OrganizationSettings,
  after: OrganizationSettings,
): Record<string, JsonValue> {
  const was: Record<string, JsonValue> = { ...before }
  const is: Record<string, JsonValue> = { ...after }
  const names = Object.keys(is).filter(
    (name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  )
  return Object.fromEntries(
    names.map((name) => [name, { was: was[name] ?? null, is: is[name] ?? null }]),
  )
}

function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}

function doneBefore(): HubError {
  return new HubError(
    'setup.done_before',
    'this hub is set up already: "sealpost settings set" changes its settings',
  )
}

function notSetUp(): never {
  throw new HubError('organization.not_set_up', 'this hub is not set up yet: run "sealpost setup"')
}
