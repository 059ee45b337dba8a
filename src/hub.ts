/**
 * Builds every part of a hub, once, and starts and stops them in order.
 *
 * Nothing else in the program knows how the parts fit together: each is handed what it needs here.
 * `openForCommand` builds what a command works with, `startHub` a hub that serves.
 */

import { AccountJob, type EnqueueAccountJob } from './accounts/account-job.ts'
import { AccountJobs } from './accounts/account-jobs.ts'
import { type AccountSide, buildAccountSide } from './accounts/account-side.ts'
import { Accounts } from './accounts/accounts.ts'
import { Factors } from './accounts/factors/factors.ts'
import { buildSignInMethods, tellOwnerBy } from './accounts/sign-in-methods.ts'
import { Audit } from './audit/audit.ts'
import { Authority } from './authority/authority.ts'
import { PublicAddress } from './base/public-address.ts'
import { Certificates } from './certificates/certificates.ts'
import type { CommandHub, HubSetup, HubStart, RunningHub } from './cli/hub-access.ts'
import { type HubDatabase, openHubDatabase } from './db/hub-database.ts'
import { Signals } from './db/signals.ts'
import { ConfiguredTransport } from './delivery/configured-transport.ts'
import { MailboxTurns } from './delivery/graph/mailbox-turns.ts'
import { MailConfiguration } from './delivery/configuration/mail-configuration.ts'
import { MailProbe } from './delivery/probe/mail-probe.ts'
import { MailTests, type TestMailOrder } from './delivery/configuration/mail-tests.ts'
import type { OutgoingMessage } from './delivery/outgoing-message.ts'
import { Jobs, type JobKind, enqueueJob } from './jobs/jobs.ts'
import { Keys } from './keys/keys.ts'
import { openMasterKey } from './keys/master-key.ts'
import { FreeSpace } from './messages/free-space.ts'
import { addressOfHub, buildMessages, type MailParts, MailSide } from './messages/mail-side.ts'
import type { Messages } from './messages/messages.ts'
import { MessageDetails } from './messages/record/detail.ts'
import { eraseExpired } from './messages/retention.ts'
import { HubWatch } from './messages/hub-state/hub-state.ts'
import { ExpiringCertificates } from './notifications/expiring-certificates.ts'
import { accountNotices } from './notifications/account-notices.ts'
import { Notifications } from './notifications/notifications.ts'
import { Organization } from './policies/organization.ts'
import type { OrganizationSettings } from './policies/organization-settings.ts'
import { Policies } from './policies/policies.ts'
import { parseRelayUrl } from './policies/relay-url.ts'
import { signInSettings } from './policies/sign-in-policy.ts'
import { callerOfSession, callerOfToken } from './servers/api/account-api.ts'
import type { ApiHub } from './servers/api/api-hub.ts'
import { Listeners } from './servers/listeners.ts'
import { tlsMaterialFor } from './servers/tls-material.ts'

/** What a command and a serving hub have in common. */
interface Foundation extends HubStart, MailParts {
  readonly database: HubDatabase
  readonly accounts: Accounts
  readonly accountSide: AccountSide
  readonly factors: Factors
  readonly authority: Authority
  readonly audit: Audit
  readonly policies: Policies
  readonly mailTests: MailTests
  readonly mailConfiguration: MailConfiguration
  readonly signals: Signals
  /** Where people open the hub; of a process that serves no web, as configured. */
  readonly publicAddress: PublicAddress
}

/** See `accounts/account-job.ts`. */
const ACCOUNT_JOB: JobKind<AccountJob> = { name: 'account.do', payload: AccountJob }

const enqueueAccountJob: EnqueueAccountJob = (tx, job) => enqueueJob(tx, ACCOUNT_JOB, job)

/** `/readyz` has to answer within a second; a database that takes longer is not ready. */
const READY_WITHIN_MS = 800

async function lay(start: HubStart, role: 'hub' | 'command'): Promise<Foundation> {
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

function hasOwnDatabase({ config }: HubStart): boolean {
  return config.databaseUrl === undefined
}

/** Builds what a command works with. A running hub learns of new deliveries within a second. */
export async function openForCommand(start: HubStart): Promise<CommandHub> {
  const foundation = await lay(start, 'command')
  const { database, organization, mailConfiguration, accounts, certificates } = foundation
  const { authority } = foundation
  return {
    organization,
    mailConfiguration,
    mailTests: foundation.mailTests,
    accounts,
    links: foundation.accountSide.links,
    certificates,
    authority,
    messages: buildMessages(foundation),
    setUp: (setup) => setUp(foundation, setup),
    [Symbol.asyncDispose]: () => database.close(),
  }
}

/**
 * Makes the organisation, then its authority and the hub's identity. A hub that was killed between
 * the two makes up for it at its next start.
 */
async function setUp(
  foundation: Foundation,
  { relayLogin: login, ...setup }: HubSetup,
): Promise<OrganizationSettings> {
  const { organization, mailConfiguration } = foundation
  const { relay: address, relayRoots: roots, ...entered } = setup.settings
  const id = setup.token === undefined ? 'command' : 'setup-link'
  const settings = await organization.completeSetup(
    { ...setup, settings: entered },
    async (tx, { domains }) => {
      if (address === undefined) return
      const relay = { address, login, roots }
      await mailConfiguration.setUpRelay(tx, { relay, domains, by: { id, name: id } })
    },
  )
  await establishAuthority(foundation, settings)
  return settings
}

async function establishAuthority(
  { authority }: Foundation,
  settings: OrganizationSettings,
): Promise<void> {
  if ((await authority.find()) !== undefined) return
  await authority.establish({
    organization: settings.name,
    hubAddress: addressOfHub(settings),
    by: 'setup',
  })
}

/** Builds a hub and starts it: database, then delivery, then the listeners. */
export async function startHub(start: HubStart): Promise<RunningHub> {
  const { config, log, clock } = start
  const foundation = await lay(start, 'hub')
  const { database, db, organization, authority, publicAddress } = foundation
  const { policies, mailConfiguration, mailTests, signals } = foundation
  const has = (role: 'web' | 'smtp' | 'worker') => config.roles.includes(role)

  // In the order in which they began; they end the other way round.
  const parts: { stop(): Promise<void> }[] = [{ stop: () => database.close() }]
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop()
    log.info('hub.stopped')
  }
  const begun = <Part extends { stop(): Promise<void> }>(part: Part) => {
    parts.push(part)
    return part
  }
  try {
    await begun(signals).start()
    policies.listen(signals)
    const settings = await organization.find()
    if (settings !== undefined) await establishAuthority(foundation, settings)
    const turns = new MailboxTurns()
    const transport = begun(
      new ConfiguredTransport({ clock, log, turns, route: () => mailConfiguration.route() }),
    )
    // Nobody else can use a database of our own: what was being done before is nobody's now.
    const isAlone = hasOwnDatabase(start)
    const mail = begun(new MailSide({ ...foundation, transport, roles: config.roles }))
    await mail.start({ alone: isAlone })
    const notifications = notificationsOf(foundation, mail.messages)
    const jobs = begun(jobsOf(foundation, notifications))
    const write = testMailWriter(foundation, notifications)
    mailTests.handleJobs(jobs, { probe: new MailProbe({ clock, turns }), write })
    // A hub that does no jobs puts some in.
    if (has('worker')) await jobs.start(db, { isAlone })
    else await jobs.prepare()
    // Tests that are under way end before the jobs that they are.
    begun(mailTests)
    const listeners = begun(
      new Listeners({
        ...start,
        tls: () => tlsMaterialFor(config, authority),
        settings: () => organization.find(),
        publicAddress,
        hub: apiHub(foundation, mail, notifications),
      }),
    )
    const { web, submission, relay } = await listeners.open()
    log.info('hub.started', { roles: config.roles, web, submission, relay })
    return {
      webAddress: web,
      submissionAddress: submission,
      relayAddress: relay,
      setupLink:
        settings === undefined && web !== undefined
          ? publicAddress.link(`/setup?token=${(await organization.createSetupLink()).token}`)
          : undefined,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Mail that the hub itself writes. */
function notificationsOf(foundation: Foundation, messages: Messages): Notifications {
  const { organization, mailConfiguration, authority, publicAddress } = foundation
  return new Notifications({
    ...foundation,
    messages,
    sender: async () => {
      const { name } = await organization.recent()
      return { name, ...(await mailConfiguration.sender()) }
    },
    hub: async () => {
      const { name } = await organization.recent()
      return { organization: name, url: publicAddress.origin }
    },
    prepareSigner: async (address) => {
      await authority.issueForHub(address, { by: 'hub' })
    },
  })
}

/** Writes the mail of a test, in the language of whoever asked for it. */
function testMailWriter(
  { accounts, organization }: Foundation,
  notifications: Notifications,
): (order: TestMailOrder) => Promise<OutgoingMessage> {
  return async ({ reader: { id, name, address }, sender, tested, traits }) => {
    const language = (await accounts.findAccount(id))?.language ?? 'en'
    const { name: organizationName } = await organization.recent()
    const { message } = await notifications.composeTestMail({
      reader: { name, address, language },
      sender: { name: organizationName, ...sender },
      tested,
      traits,
    })
    return message
  }
}

/** What is done later, and by the clock. */
function jobsOf(foundation: Foundation, notifications: Notifications): Jobs {
  const { database, organization, authority, accounts, accountSide, publicAddress } = foundation
  const { db, clock, log } = foundation
  const jobs = new Jobs({ connection: database.connection, log })
  notifications.handleJobs(jobs)
  const notices = accountNotices(notifications)
  const accountJobs = new AccountJobs({ ...foundation, links: accountSide.links, notices })
  jobs.handle(ACCOUNT_JOB, (job) => accountJobs.do(job))
  const expiring = new ExpiringCertificates({
    ...foundation,
    notifications,
    officers: () => accounts.findAccountsWithRole('administrator', 'certificate-officer'),
    authorities: async () => {
      const found = await authority.find()
      return found === undefined ? [] : [found.root.fingerprint, found.issuing.fingerprint]
    },
    page: () => publicAddress.link('/certificates'),
  })
  jobs.handleRegularly('certificates.tell-expiring', '17 6 * * *', async () => {
    const settings = await organization.find()
    if (settings === undefined) return
    // Its own the hub makes anew by itself, before anybody has to be told.
    await authority.issueForHub(addressOfHub(settings), { by: 'hub' })
    await expiring.tell()
  })
  jobs.handleRegularly('messages.erase', '23 * * * *', async () => {
    const settings = await organization.find()
    if (settings !== undefined) await eraseExpired({ db, clock, log }, settings)
  })
  jobs.handleRegularly('accounts.tidy', '41 * * * *', () => accountSide.removeOld())
  return jobs
}

/** What the listeners ask of the hub. */
function apiHub(
  foundation: Foundation,
  { messages, nodeId }: MailSide,
  notifications: Notifications,
): ApiHub {
  const { accounts, organization, audit, accountSide, factors } = foundation
  const { policies, mailConfiguration, mailTests } = foundation
  const signInMethods = buildSignInMethods({
    ...{ ...foundation, ...accountSide },
    site: foundation.publicAddress,
    enqueue: enqueueAccountJob,
    settings: () => signInSettings(policies),
  })
  return {
    ...{ policies, mailConfiguration, mailTests },
    audit,
    signInMethods,
    system: new HubWatch({ ...foundation, nodeId }),
    accounts: {
      ...accountSide,
      secondFactors: factors,
      organizationName: async () => (await organization.find())?.name,
      isSetupLinkValid: (token) => organization.isSetupLinkValid(token),
      async notices(permissions) {
        if (!permissions.has('mail-configuration.read')) return []
        return mailConfiguration.notices()
      },
      async signInMethods() {
        const name = await signInMethods.openid.name()
        return {
          password: true,
          passkey: true,
          ...(name === undefined ? {} : { openid: { name } }),
        }
      },
    },
    sessions: {
      async find(token) {
        const found = await accountSide.sessions.find(token)
        return found && callerOfSession(found)
      },
    },
    tokens: {
      async find(id, secret) {
        const found = await accountSide.apiTokens.find(id, secret)
        return found && callerOfToken(found)
      },
    },
    async authenticate(user, secret) {
      const credential = await accounts.checkCredential(user, secret)
      return credential && { credential: credential.name }
    },
    messages,
    messageDetails: new MessageDetails(foundation),
    accept: (submission) => messages.accept(submission),
    async findMessage(id, caller) {
      const message = await messages.find(id)
      if (caller.is === 'account') return message
      return message?.client.credential === caller.credential ? message : undefined
    },
    notifications: {
      list: (language) => notifications.list(language),
      preview: (name, language) => notifications.preview(name, language),
      async sendSample(name, { id, address, name: called }, language) {
        const own = (await accounts.findAccount(id))?.language ?? 'en'
        const reader = { address, name: called, language: language ?? own }
        return notifications.sendSample(name, reader)
      },
    },
    async readiness(): Promise<Record<string, boolean>> {
      const found = await within(READY_WITHIN_MS, organization.find())
      // Of a database that does not answer nobody knows what is in it.
      if (found === 'too late') return { database: false }
      return { database: true, set_up: found !== undefined }
    },
    isSetUp: async () => (await organization.find()) !== undefined,
    async completeSetup({ token, organization: name, domain, relay, ...admin }) {
      await setUp(foundation, {
        settings: {
          name,
          domains: [domain],
          ...(relay === undefined ? {} : { relay: parseRelayUrl(relay) }),
        },
        admin: {
          address: admin.adminAddress,
          password: admin.adminPassword,
          name: admin.adminName,
          language: admin.language,
        },
        token,
      })
    },
  }
}

/** What a promise gives, or `too late` when it takes longer or fails. */
async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value | 'too late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'too late'>((resolve) => {
    timer = setTimeout(() => resolve('too late'), ms)
  })
  try {
    return await Promise.race([promise.catch(() => 'too late' as const), late])
  } finally {
    clearTimeout(timer)
  }
}
