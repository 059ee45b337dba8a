/** The parts that a command and a serving hub have in common, built once. */

import { AccountJob, type EnqueueAccountJob } from '../accounts/account-job.ts'
import { type AccountSide, buildAccountSide } from '../accounts/account-side.ts'
import { Accounts } from '../accounts/accounts.ts'
import { Factors } from '../accounts/factors/factors.ts'
import { tellOwnerBy } from '../accounts/sign-in-methods.ts'
import { Audit } from '../audit/audit.ts'
import { Authority } from '../authority/authority.ts'
import { PublicAddress } from '../base/public-address.ts'
import { Certificates } from '../certificates/certificates.ts'
import type { HubStart } from '../cli/hub-access.ts'
import { type HubDatabase, openHubDatabase } from '../db/hub-database.ts'
import { Signals } from '../db/signals.ts'
import { MailConfiguration } from '../delivery/configuration/mail-configuration.ts'
import { MailTests } from '../delivery/configuration/mail-tests.ts'
import { REGISTRY_POLICY } from '../delivery/registry-policies/registry-kind.ts'
import { type JobKind, enqueueJob } from '../jobs/jobs.ts'
import { Keys } from '../keys/keys.ts'
import { openMasterKey } from '../keys/master-key.ts'
import { FreeSpace } from '../messages/free-space.ts'
import type { MailParts } from '../messages/mail-side.ts'
import { NOTIFICATION_POLICY } from '../notifications/notification-policy.ts'
import { CHANGE_CONTROL_POLICY } from '../policies/approval/change-control-policy.ts'
import { ChangeControl } from '../policies/change-control.ts'
import { Organization } from '../policies/organization.ts'
import { Policies } from '../policies/policies.ts'
import { SIGN_IN_POLICY } from '../policies/sign-in-policy.ts'

/** What a command and a serving hub have in common. */
export interface Foundation extends HubStart, MailParts {
  readonly database: HubDatabase
  readonly accounts: Accounts
  readonly accountSide: AccountSide
  readonly factors: Factors
  readonly authority: Authority
  readonly audit: Audit
  readonly policies: Policies
  readonly changeControl: ChangeControl
  readonly mailTests: MailTests
  readonly mailConfiguration: MailConfiguration
  readonly signals: Signals
  /** Where people open the hub; of a process that serves no web, as configured. */
  readonly publicAddress: PublicAddress
}

/** See `accounts/account-job.ts`. */
export const ACCOUNT_JOB: JobKind<AccountJob> = { name: 'account.do', payload: AccountJob }

export const enqueueAccountJob: EnqueueAccountJob = (tx, job) => enqueueJob(tx, ACCOUNT_JOB, job)

export async function lay(start: HubStart, role: 'hub' | 'command'): Promise<Foundation> {
  const { config, log, clock } = start
  const database = await openHubDatabase(config, { log, role })
  try {
    const { db } = database
    const master = await openMasterKey({ file: config.masterKeyFile, db })
    const audit = new Audit({ db, clock })
    const accounts = new Accounts({ db, audit, clock, log })
    const keys = new Keys({ db, master })
    const certificates = new Certificates({ db, keys, audit, clock, log })
    const organization = new Organization({ db, audit, accounts, clock, log, key: master })
    const domains = async () => (await organization.get()).domains
    const publicAddress = new PublicAddress(config)
    const factors = new Factors({
      ...{ db, audit, clock, log, master, site: publicAddress },
      siteName: async () => (await organization.find())?.name ?? 'Sealpost',
      tellOwner: tellOwnerBy(enqueueAccountJob),
    })
    const signals = new Signals({ connection: database.connection, log })
    const shared = { db, audit, clock, log, key: master, hostName: config.hostname }
    const policies = new Policies(shared)
    policies.register(CHANGE_CONTROL_POLICY)
    policies.register(NOTIFICATION_POLICY)
    policies.register(SIGN_IN_POLICY)
    policies.register(REGISTRY_POLICY)
    const changeControl = new ChangeControl({ ...shared, policies })
    const mailTests = new MailTests({ ...shared, signals })
    const mailConfiguration = new MailConfiguration({
      ...{ ...shared, policies, organization },
      tests: mailTests,
    })
    await mailConfiguration.adoptRelay()
    return {
      ...start,
      db,
      database,
      audit,
      master,
      accounts,
      organization,
      certificates,
      policies,
      changeControl,
      mailTests,
      mailConfiguration,
      signals,
      authority: new Authority({ db, keys, certificates, domains, audit, clock, log }),
      publicAddress,
      factors,
      accountSide: buildAccountSide({
        ...{ db, audit, clock, log, secondFactors: factors },
        enqueue: enqueueAccountJob,
        pageAddress: (path) => publicAddress.link(path),
        organizationName: async () => (await organization.find())?.name,
      }),
      hostName: config.hostname,
      freeSpace: hasOwnDatabase(start) ? new FreeSpace({ folder: config.data, clock }) : undefined,
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

export function hasOwnDatabase({ config }: HubStart): boolean {
  return config.databaseUrl === undefined
}
