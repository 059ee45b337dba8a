/**
 * Builds every part of a hub, once, and starts and stops them in order.
 *
 * Nothing else in the program knows how the parts fit together: each is handed what it needs here.
 * `openForCommand` builds what a command works with, `startHub` a hub that serves.
 */

import { Accounts } from './accounts/accounts.ts'
import { Audit } from './audit/audit.ts'
import { Authority } from './authority/authority.ts'
import { type SealingKey } from './base/seal.ts'
import { Certificates } from './certificates/certificates.ts'
import { type CommandHub, type HubStart, type RunningHub } from './cli/hub-access.ts'
import { type HubDatabase, openHubDatabase } from './db/hub-database.ts'
import { Presence } from './delivery/presence.ts'
import { DeliveryQueue } from './delivery/queue.ts'
import { RelayTransport } from './delivery/relay-transport.ts'
import { type SmtpRoute } from './delivery/smtp-route.ts'
import { Jobs } from './jobs/jobs.ts'
import { Keys } from './keys/keys.ts'
import { openMasterKey } from './keys/master-key.ts'
import { Acceptance } from './messages/acceptance.ts'
import { Bounces } from './messages/bounces.ts'
import { FreeSpace } from './messages/free-space.ts'
import { Messages } from './messages/messages.ts'
import { Releases } from './messages/release.ts'
import { eraseExpired } from './messages/retention.ts'
import { Organization, type Setup } from './policies/organization.ts'
import { type OrganizationSettings } from './policies/organization-settings.ts'
import { Listeners } from './servers/listeners.ts'

/** What a command and a serving hub have in common. */
interface Foundation extends HubStart {
  readonly database: HubDatabase
  readonly master: SealingKey
  readonly accounts: Accounts
  readonly organization: Organization
  readonly certificates: Certificates
  readonly authority: Authority
}

async function lay(start: HubStart, role: 'hub' | 'command'): Promise<Foundation> {
  const { config, log, clock } = start
  const database = await openHubDatabase(config, { log, role })
  try {
    const { db } = database
    const master = await openMasterKey({ file: config.masterKeyFile, db })
    const audit = new Audit({ db })
    const accounts = new Accounts({ db, audit, clock, log })
    const keys = new Keys({ db, master })
    const certificates = new Certificates({ db, keys, audit, clock, log })
    return {
      ...start,
      database,
      master,
      accounts,
      organization: new Organization({ db, audit, accounts, clock, log, key: master }),
      certificates,
      authority: new Authority({ db, keys, certificates, audit, clock, log }),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Acceptance, with a queue to hand messages to if there is one in this process. */
function acceptanceOn(
  foundation: Foundation,
  { queue, onBounceDue }: { queue: DeliveryQueue | undefined; onBounceDue: () => void },
): Acceptance {
  const { config, log, clock, master, organization, certificates } = foundation
  return new Acceptance({
    db: foundation.database.db,
    clock,
    log,
    master,
    candidates: certificates,
    settings: () => organization.recent(),
    queue,
    freeSpace:
      config.databaseUrl === undefined ? new FreeSpace({ folder: config.data, clock }) : undefined,
    onBounceDue,
    hostName: config.hostname,
  })
}

/** Builds what a command works with. A running hub learns of new deliveries within a second. */
export async function openForCommand(start: HubStart): Promise<CommandHub> {
  const foundation = await lay(start, 'command')
  const { clock, log, database, organization, accounts, certificates, authority } = foundation
  const { db } = database
  const nobodyToTell = () => undefined
  const acceptance = acceptanceOn(foundation, { queue: undefined, onBounceDue: nobodyToTell })
  return {
    organization,
    accounts,
    messages: new Messages({ db, clock, log, acceptance, onDue: nobodyToTell }),
    certificates,
    authority,
    setUp: (setup) => setUp(foundation, setup),
    [Symbol.asyncDispose]: () => database.close(),
  }
}

/**
 * Makes the organisation, then its authority and the hub's identity. A hub that was killed between
 * the two makes up for it at its next start.
 */
async function setUp(foundation: Foundation, setup: Setup): Promise<OrganizationSettings> {
  const settings = await foundation.organization.completeSetup(setup)
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

/** What the hub itself writes comes from here; RFC 5321 section 4.5.1 has every domain answer to it. */
function addressOfHub({ domains }: Pick<OrganizationSettings, 'domains'>): string {
  return `postmaster@${domains[0] ?? 'localhost'}`
}

/** The mail side of a hub that serves. */
function mailSideOn(foundation: Foundation) {
  const { config, clock, log, master, organization, certificates, database } = foundation
  const { db } = database
  const presence = new Presence({ db, clock, log })
  const transport = new RelayTransport({
    clock,
    log,
    route: async (): Promise<SmtpRoute | undefined> => {
      const route = await organization.relayRoute()
      if (route === undefined) return undefined
      const { login, ...address } = route
      return { ...address, ...login, helloName: config.hostname }
    },
  })
  const outbox = new Releases({
    db,
    clock,
    log,
    master,
    keyring: {
      signer: (fingerprint) => certificates.signer(fingerprint),
      recipient: async (fingerprint) => {
        const { certificate } = await certificates.get(fingerprint)
        return { certificate }
      },
    },
  })
  const onBounceDue = () => bounces.wake()
  const queue = new DeliveryQueue({ db, clock, log, transport, outbox, presence, onBounceDue })
  const isWorker = config.roles.includes('worker')
  const acceptance = acceptanceOn(foundation, { queue: isWorker ? queue : undefined, onBounceDue })
  const onDue = () => queue.wake()
  const bounces = new Bounces({
    db,
    clock,
    log,
    master,
    acceptance,
    sender: async () => addressOfHub(await organization.recent()),
    hostName: config.hostname,
    onDue,
  })
  const messages = new Messages({ db, clock, log, acceptance, onDue })
  return { presence, transport, queue, bounces, messages }
}

/** Builds a hub and starts it: database, then delivery, then the listeners. */
export async function startHub(start: HubStart): Promise<RunningHub> {
  const { config, log, clock } = start
  const foundation = await lay(start, 'hub')
  const { database, accounts, organization } = foundation
  const { db } = database
  // Nobody else can use a database of our own: what was claimed before is nobody's now.
  const isAlone = config.databaseUrl === undefined
  const mail = mailSideOn(foundation)
  const has = (role: 'web' | 'smtp' | 'worker') => config.roles.includes(role)

  const settings = await organization.find()
  if (settings !== undefined) await establishAuthority(foundation, settings)
  await mail.presence.start({ alone: isAlone })
  const jobs = new Jobs({ connection: database.connection, log })
  jobs.handleRegularly('messages.erase', '23 * * * *', async () => {
    const { retentionDays } = await organization.get()
    await eraseExpired({ db, clock, log }, { retentionDays })
  })
  if (has('worker')) {
    await jobs.start(db, { isAlone })
    mail.queue.start()
    mail.bounces.start()
  }
  const listeners = new Listeners({
    config,
    log,
    tls: undefined,
    settings: () => organization.find(),
    handlers: {
      async authenticate(user, secret) {
        const credential = await accounts.checkCredential(user, secret)
        return credential && { credential: credential.name }
      },
      accept: (submission) => mail.messages.accept(submission),
    },
  })
  const addresses = has('smtp') ? await listeners.open() : undefined
  log.info('hub.started', { roles: config.roles, ...addresses })

  return {
    webAddress: undefined,
    submissionAddress: addresses?.submission,
    relayAddress: addresses?.relay,
    setupLink: undefined,
    /** The other way round: no more mail in, then what is under way, then the database. */
    async stop() {
      await listeners.close()
      await mail.bounces.stop()
      await mail.queue.stop()
      await mail.transport.close()
      if (has('worker')) await jobs.stop()
      await mail.presence.stop()
      await database.close()
      log.info('hub.stopped')
    },
  }
}
