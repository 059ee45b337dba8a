/** `sealpost setup`: makes a hub ready, from options, or by asking a person for what is missing. */

import { isCancel, password, text } from '@clack/prompts'
import { text as readAll } from 'node:stream/consumers'
import { parseRelayUrl } from '../policies/relay-url.ts'
import { type Order, usageError } from './commands.ts'
import { type HubOptions, withHub } from './hub-access.ts'
import { readRoots, readSecret, relayLoginOf } from './hub-settings.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

export interface SetupOptions extends HubOptions {
  readonly organization?: string
  readonly domain?: readonly string[]
  readonly admin?: string
  readonly passwordFile?: string
  readonly relay?: string
  readonly relayUser?: string
  readonly relayPasswordFile?: string
  readonly relayRoots?: string
}

/** What has to be known, however it is learned. */
interface Answers {
  readonly organization: string
  readonly domains: readonly string[]
  readonly admin: string
  readonly password: string
  readonly relay: string
}

export async function setupCommand(
  { options, isJson }: Order<SetupOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const isPerson = !isJson && isTerminal(surroundings.stdin) && isTerminal(surroundings.stdout)
  const answers = isPerson
    ? await askFor(options, surroundings)
    : await requireAll(options, surroundings)
  const relay = parseRelayUrl(answers.relay)
  const relayLogin = relayLoginOf(options) ?? undefined
  const relayRoots = readRoots(options.relayRoots ?? '')
  return withHub(options, surroundings, {
    mayBeNew: true,
    async work(hub) {
      const settings = await hub.setUp({
        settings: { name: answers.organization, domains: answers.domains, relay, relayRoots },
        relayLogin,
        admin: { address: answers.admin, password: answers.password },
      })
      return {
        isYes: true,
        json: { settings: { ...settings }, admin: answers.admin },
        lines: [
          `${settings.name} is set up for ${settings.domains.join(', ')}.`,
          'It has a root and an issuing certificate authority, and an identity of its own.',
          '',
          'Next:  sealpost user add ADDRESS        certificates for a person',
          '       sealpost cert import FILE…       certificates of partners',
          '       sealpost credential add NAME     log-in for a program that submits mail',
          '       sealpost serve                   run the hub',
        ],
      }
    },
  })
}

/** Names every missing option at once. */
async function requireAll(options: SetupOptions, surroundings: Surroundings): Promise<Answers> {
  const { organization, domain, admin, passwordFile, relay } = options
  const missing = Object.entries({
    '--organization': organization,
    '--domain': domain,
    '--admin': admin,
    '--password-file': passwordFile,
    '--relay': relay,
  })
    .filter(([, value]) => value === undefined)
    .map(([flag]) => flag)
  if (
    organization === undefined ||
    domain === undefined ||
    admin === undefined ||
    passwordFile === undefined ||
    relay === undefined
  ) {
    throw usageError(`setup needs ${missing.join(', ')}`)
  }
  const secret = await passwordFrom(passwordFile, surroundings)
  return { organization, domains: domain, admin, password: secret, relay }
}

/** Asks for what the options leave open. */
async function askFor(options: SetupOptions, surroundings: Surroundings): Promise<Answers> {
  const ask = async (message: string, placeholder: string) => {
    const answer = await text({ message, placeholder, validate: isGiven })
    if (isCancel(answer)) throw usageError('setup was left unfinished; nothing was changed')
    return answer
  }
  const organization =
    options.organization ?? (await ask('What is the organisation called?', 'Example Ltd'))
  const domains =
    options.domain ??
    (await ask('Which mail domains are its own?', 'example.org')).split(/[\s,]+/).filter(Boolean)
  const admin =
    options.admin ??
    (await ask('Mail address of the first administrator?', `admin@${domains[0] ?? 'example.org'}`))
  const relay =
    options.relay ??
    (await ask('Which mail server takes all mail?', 'smtp://mail.example.org:25?tls=required'))
  parseRelayUrl(relay)
  return {
    organization,
    domains,
    admin,
    relay,
    password:
      options.passwordFile === undefined
        ? await askForPassword()
        : await passwordFrom(options.passwordFile, surroundings),
  }
}

async function askForPassword(): Promise<string> {
  const answer = await password({ message: "The administrator's password?", validate: isGiven })
  if (isCancel(answer)) throw usageError('setup was left unfinished; nothing was changed')
  return answer
}

async function passwordFrom(path: string, { stdin }: Surroundings): Promise<string> {
  return path === '-' ? (await readAll(stdin)).replace(/\r?\n$/, '') : readSecret(path)
}

function isGiven(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? 'something has to be entered' : undefined
}

function isTerminal(stream: object): boolean {
  return 'isTTY' in stream && stream.isTTY === true
}
