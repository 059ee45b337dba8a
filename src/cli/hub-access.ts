/**
 * The way from a command to a hub. What builds a hub stands after the commands in the order of
 * folders, so it is handed in (`main.ts`).
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Accounts } from '../accounts/accounts.ts'
import type { Factors } from '../accounts/factors/factors.ts'
import type { Links } from '../accounts/links/links.ts'
import type { Authority } from '../authority/authority.ts'
import type { Clock } from '../base/clock.ts'
import { type Config, readConfig } from '../base/config.ts'
import { HubError } from '../base/errors.ts'
import { type Log, openLog } from '../base/log.ts'
import type { Certificates } from '../certificates/certificates.ts'
import type { RelayAddress } from '../db/tables/organization.ts'
import type { MailConfiguration } from '../delivery/configuration/mail-configuration.ts'
import type { MailTests } from '../delivery/configuration/mail-tests.ts'
import type { Messages } from '../messages/messages.ts'
import type { Organization, Setup } from '../policies/organization.ts'
import type { OrganizationSettings, RelayLogin } from '../policies/organization-settings.ts'
import type { Surroundings } from './surroundings.ts'

/** What makes a hub ready, with the mail server that everything leaves through. */
export interface HubSetup extends Setup {
  readonly settings: Setup['settings'] & {
    readonly relay?: RelayAddress | undefined
    /** PEM of the roots to trust in place of the usual ones. */
    readonly relayRoots?: string | undefined
  }
  readonly relayLogin?: RelayLogin | undefined
}

/** A hub as a command sees it, whether one is running or not. */
export interface CommandHub extends AsyncDisposable {
  readonly organization: Organization
  readonly mailConfiguration: MailConfiguration
  readonly mailTests: MailTests
  readonly accounts: Accounts
  readonly factors: Factors
  readonly links: Links
  readonly certificates: Certificates
  readonly authority: Authority
  readonly messages: Messages
  /**
   * Makes the organisation, its authority and the hub's own identity.
   *
   * @throws HubError `setup.done_before` and what `Organization.completeSetup` throws, `policy.refused`
   */
  setUp(setup: HubSetup): Promise<OrganizationSettings>
}

/** A hub that serves. */
export interface RunningHub {
  readonly webAddress: string | undefined
  readonly submissionAddress: string | undefined
  readonly relayAddress: string | undefined
  /** Where to set it up, while that has not been done. */
  readonly setupLink: string | undefined
  /** Finishes what is under way and ends. */
  stop(): Promise<void>
}

/** What a hub is started with. */
export interface HubStart {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
}

export interface HubAccess {
  /**
   * Joins the hub that runs on the data folder, or starts its database for as long as the command
   * takes.
   */
  readonly openForCommand: (start: HubStart) => Promise<CommandHub>
  /** @throws HubError `hub.already_running` */
  readonly startHub: (start: HubStart) => Promise<RunningHub>
}

/** Options that every command on a hub has. */
export interface HubOptions {
  readonly data?: string
  readonly config?: string
  readonly databaseUrl?: string
}

/** What a command starts a hub with: settings from flags, environment and file. */
export function startOf(
  { config: file, ...flags }: HubOptions & Readonly<Record<string, string | undefined>>,
  { environment, clock }: Surroundings,
  { logLevel }: { logLevel?: Config['logLevel'] } = {},
): HubStart {
  const config = readConfig({ flags, env: environment, folder: process.cwd(), file })
  return { config, clock, log: openLog(logLevel ?? config.logLevel) }
}

/**
 * Opens a hub for the time of a command's work. One that is not there yet is made only for the
 * command that is meant to, the set-up: a folder that was mistyped is not to become a hub.
 *
 * @throws HubError `hub.not_found`
 */
export async function withHub<Result>(
  { data, config, databaseUrl }: HubOptions,
  surroundings: Surroundings,
  { work, mayBeNew = false }: { work: (hub: CommandHub) => Promise<Result>; mayBeNew?: boolean },
): Promise<Result> {
  // Its other options are the command's: a size limit is the organisation's there, not this process's.
  // A command's answer is its own: of the log, only what someone has to act upon is shown.
  const start = startOf({ data, config, databaseUrl }, surroundings, { logLevel: 'error' })
  const isPrivate = start.config.databaseUrl === undefined
  if (!mayBeNew && isPrivate && !existsSync(join(start.config.data, 'postgres'))) {
    throw new HubError(
      'hub.not_found',
      `there is no hub in ${start.config.data}: set one up with "sealpost setup", or name its folder with --data`,
    )
  }
  const { openForCommand } = await surroundings.hubs()
  await using hub = await openForCommand(start)
  return await work(hub)
}
