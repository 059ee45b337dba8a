/** A hub in this process, set up, with people, a partner and the mail server it delivers to. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, type Clock } from '../../src/base/clock.ts'
import { type Config, readConfig } from '../../src/base/config.ts'
import { type Log, silentLog } from '../../src/base/log.ts'
import type { CommandHub, RunningHub } from '../../src/cli/hub-access.ts'
import type { EncryptionOutcome } from '../../src/db/tables/organization.ts'
import { openForCommand, startHub } from '../../src/hub.ts'
import { type CutLine, openCutLine } from './cut-line.ts'
import { freshDatabase } from './database.ts'
import { runOk } from './peers.ts'
import { type SinkOptions, type SmtpSink, startSmtpSink } from './smtp-sink.ts'
import {
  CA_EXTENSIONS,
  type MadeCertificate,
  makeCertificate,
  personExtensions,
} from './test-pki.ts'

export interface TestHubOptions {
  readonly outcome?: EncryptionOutcome
  /** Local parts of people `@example.org` with certificates of the hub's authority. */
  readonly people?: readonly string[]
  /** Local parts of people `@partner.example` whose certificates the hub has. */
  readonly partners?: readonly string[]
  readonly sink?: SinkOptions
  readonly env?: Readonly<Record<string, string>>
  readonly clock?: Clock
  readonly log?: Log
}

export interface TestHub {
  readonly sink: SmtpSink
  /** As commands use it, beside the hub that serves. */
  readonly command: CommandHub
  readonly login: { user: string; secret: string }
  /** Addresses of the listeners, with their schemes. */
  readonly submission: string
  readonly relay: string
  readonly web: string
  readonly config: Config
  /** PEM of the hub's root. */
  readonly rootFile: string
  /** The hub's line to its database. */
  readonly line: CutLine
  readonly folder: string
  hub: RunningHub
  /** Opens a message as a partner does, by OpenSSL; throws when they cannot. */
  decryptAs(partner: string, message: Uint8Array): string
  /** Starts another hub process on the same database; it is stopped with the first. */
  startAnother(env?: Readonly<Record<string, string>>): Promise<RunningHub>
  close(): Promise<void>
}

/** Ports of its own, loopback, no private cluster: the database is one of the run's. */
export async function startTestHub(options: TestHubOptions = {}): Promise<TestHub> {
  const { people = ['ada'], partners = ['ben'], clock = systemClock, log = silentLog } = options
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-hub-'))
  const database = await freshDatabase()
  if (database.connection.is !== 'socket') throw new Error('the databases of tests are on a socket')
  const { user, folder: socket, database: name } = database.connection
  const line = await openCutLine(socket)
  const env = {
    SEALPOST_DATA: join(folder, 'data'),
    DATABASE_URL: `postgres://${user}@${encodeURIComponent(line.folder)}:5432/${name}`,
    SEALPOST_HTTP: '127.0.0.1:0',
    SEALPOST_SMTP: '127.0.0.1:0',
    SEALPOST_SMTP_RELAY: '127.0.0.1:0',
    SEALPOST_HOSTNAME: 'hub.example.org',
    ...options.env,
  }
  const config = readConfig({ env, folder })
  const start = { config, log, clock }
  const sink = await startSmtpSink(options.sink)
  const command = await openForCommand(start)
  await command.setUp({
    settings: {
      name: 'Example',
      domains: ['example.org'],
      relay: { host: sink.host, port: sink.port, tls: 'none' },
      encryptionOutcome: options.outcome ?? 'all-or-clear',
    },
    admin: { address: 'admin@example.org', password: 'correct horse battery' },
  })
  for (const local of people) {
    const person = await command.accounts.addPerson({
      address: `${local}@example.org`,
      name: local,
      by: 'test',
    })
    await command.authority.issueFor(person, { by: 'test', keyType: 'p-256' })
  }
  const made = makePartners(folder, partners)
  for (const { der } of made.values()) await command.certificates.import(der, { by: 'test' })
  const { user: userName, secret } = await command.accounts.addCredential('app', { by: 'test' })
  const hubs: RunningHub[] = []
  const startAnother = async (more: Readonly<Record<string, string>> = {}) => {
    const running = await startHub({
      ...start,
      config: readConfig({ env: { ...env, ...more }, folder }),
    })
    hubs.push(running)
    return running
  }
  const hub = await startAnother()
  return {
    sink,
    command,
    config,
    folder,
    hub,
    login: { user: userName, secret },
    submission: hub.submissionAddress ?? '',
    relay: hub.relayAddress ?? '',
    web: hub.webAddress ?? '',
    rootFile: join(folder, 'root.pem'),
    line,
    startAnother,
    decryptAs(partner, message) {
      const path = made.get(partner)?.path ?? ''
      const keys = ['-inkey', `${path}.key`, '-recip', `${path}.crt`]
      return runOk(['openssl', 'cms', '-decrypt', ...keys], { input: message }).toString()
    },
    async close() {
      for (const each of hubs) await each.stop()
      await command[Symbol.asyncDispose]()
      await sink.close()
      await line.close()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function makePartners(folder: string, names: readonly string[]): Map<string, MadeCertificate> {
  const ca = makeCertificate(folder, {
    name: 'partner-ca',
    subject: '/CN=Partner CA',
    extensions: CA_EXTENSIONS,
  })
  return new Map(
    names.map((name) => [
      name,
      makeCertificate(folder, {
        name,
        subject: `/CN=${name}`,
        extensions: personExtensions(`${name}@partner.example`),
        issuer: ca,
      }),
    ]),
  )
}
