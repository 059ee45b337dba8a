/** `sealpost settings show | set` */

import { decodeUtf8 } from '../base/bytes.ts'
import { readSizeBytes } from '../base/config-values.ts'
import type { EncryptionOutcome, RelayAddress } from '../db/tables/organization.ts'
import type { MailConfiguration } from '../delivery/configuration/mail-configuration.ts'
import type { RelayChange } from '../delivery/configuration/relay.ts'
import type { SettingsChange } from '../policies/organization.ts'
import { COMMAND } from '../policies/policy-kind.ts'
import { parseRelayUrl } from '../policies/relay-url.ts'
import { type Order, usageError } from './commands.ts'
import { readFile } from './files.ts'
import { type CommandHub, type HubOptions, withHub } from './hub-access.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

export interface SettingsOptions extends HubOptions {
  readonly organization?: string
  readonly domain?: readonly string[]
  readonly relay?: string
  readonly relayUser?: string
  readonly relayPasswordFile?: string
  readonly relayRoots?: string
  readonly encryption?: string
  readonly retentionDays?: string
  readonly knownRelay?: readonly string[]
  readonly sizeLimit?: string
}

export function showSettingsCommand(
  { options }: Order<HubOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  return withHub(options, surroundings, {
    work: reply,
  })
}

/** Changes what was said and leaves the rest; answers with all settings as they are then. */
export function setSettingsCommand(
  { options }: Order<SettingsOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const change = changeOf(options)
  const relay = relayChangeOf(options)
  if (Object.keys({ ...change, ...relay }).length === 0) {
    throw usageError('settings set needs a setting to change')
  }
  return withHub(options, surroundings, {
    async work(hub) {
      const { organization, mailConfiguration } = hub
      await organization.get()
      await (Object.keys(relay).length > 0
        ? mailConfiguration.changeRelay(relay, { by: COMMAND, settings: change })
        : organization.change(change, { by: COMMAND.id }))
      return reply(hub)
    },
  })
}

function changeOf(options: SettingsOptions): SettingsChange {
  const { organization, domain, encryption, retentionDays, knownRelay, sizeLimit } = options
  return {
    ...(organization === undefined ? {} : { name: organization }),
    ...(domain === undefined ? {} : { domains: domain }),
    // Its values are checked with all the others.
    ...(encryption === undefined ? {} : { encryptionOutcome: encryption as EncryptionOutcome }),
    ...(retentionDays === undefined ? {} : { retentionDays: Number(retentionDays) }),
    ...(knownRelay === undefined ? {} : { knownRelays: knownRelay }),
    ...(sizeLimit === undefined ? {} : { sizeLimitBytes: sizeOf(sizeLimit) }),
  }
}

function relayChangeOf(options: SettingsOptions): RelayChange {
  const { relay, relayRoots } = options
  const login = relayLoginOf(options)
  return {
    ...(relay === undefined ? {} : { address: parseRelayUrl(relay) }),
    ...(login === undefined ? {} : { login }),
    ...(relayRoots === undefined ? {} : { roots: readRoots(relayRoots) ?? '' }),
  }
}

function sizeOf(text: string): number {
  const bytes = readSizeBytes(text)
  if (bytes === undefined) throw usageError('--size-limit is a size in bytes, such as 50M')
  return bytes
}

/** User and password at the relay; null for none from now on, undefined when nothing was said. */
export function relayLoginOf({
  relayUser,
  relayPasswordFile,
}: Pick<SettingsOptions, 'relayUser' | 'relayPasswordFile'>):
  { user: string; password: string } | null | undefined {
  if (relayUser === undefined && relayPasswordFile === undefined) return undefined
  if (relayUser === '') return null
  if (relayUser === undefined || relayPasswordFile === undefined) {
    throw usageError('--relay-user and --relay-password-file go together')
  }
  return { user: relayUser, password: readSecret(relayPasswordFile) }
}

/** Roots in a file, PEM; undefined for those of this machine, which is said by an empty name. */
export function readRoots(path: string): string | undefined {
  return path === '' ? undefined : decodeUtf8(readFile(path))
}

/** A secret in a file; one final line end is not part of it. */
export function readSecret(path: string): string {
  return decodeUtf8(readFile(path)).replace(/\r?\n$/, '')
}

async function reply({ organization, mailConfiguration }: CommandHub): Promise<Reply> {
  const settings = await organization.get()
  const server = await mailConfiguration.relay()
  const { roots: relayRoots, ...relay } = server ?? { roots: undefined }
  const lines: [name: string, value: string][] = [
    ['organisation', settings.name],
    ['domains', settings.domains.join(', ')],
    ['relay', server === undefined ? await otherWay(mailConfiguration) : relayUrl(server)],
    ['relay roots', relayRoots === undefined ? "this machine's" : 'of its own'],
    ['encryption', settings.encryptionOutcome],
    ['retention', `${settings.retentionDays} days`],
    ['known relays', settings.knownRelays.join(', ') || 'none'],
    ['size limit', `${settings.sizeLimitBytes} bytes`],
  ]
  return {
    isYes: true,
    json: {
      settings: {
        ...settings,
        ...(server === undefined ? {} : { relay: { ...relay } }),
        ...(relayRoots === undefined ? {} : { relayRoots }),
      },
    },
    lines: lines.map(([name, value]) => `${name.padEnd(14)}${value}`),
  }
}

function relayUrl({ host, port, tls }: RelayAddress): string {
  return `smtp://${host.includes(':') ? `[${host}]` : host}:${port}?tls=${tls}`
}

/** How mail leaves when not through a mail server. */
async function otherWay(mailConfiguration: MailConfiguration): Promise<string> {
  const document = (await mailConfiguration.current())?.document ?? null
  return document === null ? 'none yet' : `Microsoft Graph as ${document.senderAddress}`
}
