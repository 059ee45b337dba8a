/** The organisation's settings: their shapes, limits and defaults. */

import { BlockList, isIP } from 'node:net'
import { z } from 'zod'
import { parseDomain } from '../accounts/address.ts'
import { parseName } from '../accounts/accounts.ts'
import { sizeBytes, wholeNumber } from '../base/config-values.ts'
import { HubError } from '../base/errors.ts'
import { plainAddress } from '../base/ip-address.ts'
import { ENCRYPTION_OUTCOMES, type EncryptionOutcome } from '../db/tables/organization.ts'

/** Set when the hub is set up, changed later. */
export interface OrganizationSettings {
  readonly name: string
  /** Domains whose mail is ours: lower case, A-labels, sorted. */
  readonly domains: readonly string[]
  readonly encryptionOutcome: EncryptionOutcome
  /** Content is erased so many days after the last delivery; 0 at once. */
  readonly retentionDays: number
  /** Networks (CIDR) whose mail servers may hand mail over without logging in. */
  readonly knownRelays: readonly string[]
  /** Largest message taken. */
  readonly sizeLimitBytes: number
}

/** User and password at the relay. */
export interface RelayLogin {
  readonly user: string
  readonly password: string
}

/** What nobody said anything about. */
export const DEFAULT_SETTINGS = {
  encryptionOutcome: 'all-or-clear',
  retentionDays: 30,
  knownRelays: [],
  sizeLimitBytes: 50 * 1024 * 1024,
} as const satisfies Partial<OrganizationSettings>

/** More would not be an organisation but a provider; and each is compared with every sender. */
const MAX_DOMAINS = 1_000
const MAX_NETWORKS = 1_000

/** A century: nobody means more, and dates stay dates. */
const MAX_RETENTION_DAYS = 36_500

/** A message is in memory whole on its way through SMTP. */
const MAX_SIZE_LIMIT_BYTES = 1024 * 1024 * 1024

/** What HubErrors of other readers say becomes zod's finding, so that all mistakes come together. */
function readBy<T>(read: (text: string) => T) {
  return z.string().transform((text, context) => {
    try {
      return read(text)
    } catch (error) {
      if (!(error instanceof HubError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
      return z.NEVER
    }
  })
}

const Settings = z.strictObject({
  name: readBy(parseName),
  domains: z.array(readBy(parseDomain)).min(1).max(MAX_DOMAINS).transform(sortedOnce),
  encryptionOutcome: z.enum(
    ENCRYPTION_OUTCOMES,
    `expected one of ${ENCRYPTION_OUTCOMES.join(', ')}`,
  ),
  retentionDays: wholeNumber({ min: 0, max: MAX_RETENTION_DAYS }),
  knownRelays: z.array(readBy(parseNetwork)).max(MAX_NETWORKS).transform(sortedOnce),
  sizeLimitBytes: sizeBytes({ min: 1024, max: MAX_SIZE_LIMIT_BYTES }),
})

/**
 * Reads settings from outside, whole; every mistake is named at once.
 *
 * @throws HubError `settings.malformed`
 */
export function parseSettings(settings: unknown): OrganizationSettings {
  const { success, data, error } = Settings.safeParse(settings)
  if (success) return data
  const mistakes = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new HubError('settings.malformed', mistakes.join('; '), { detail: { mistakes } })
}

/** An address alone means that host. @throws HubError `settings.malformed` */
function parseNetwork(text: string): string {
  const [address = '', length, more] = text.split('/')
  const family = isIP(address)
  const bits = family === 4 ? 32 : 128
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : -1
  if (family === 0 || more !== undefined || prefix < 0 || prefix > bits) {
    throw new HubError('settings.malformed', `${text} is no network such as 192.0.2.0/24`)
  }
  return `${address.toLowerCase()}/${prefix}`
}

/**
 * Whether an address lies in one of these networks. An IPv4 address that arrives at an IPv6 socket
 * (`::ffff:192.0.2.1`) is that IPv4 address.
 */
export function networkMatcher(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/')
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return (address) => {
    const plain = plainAddress(address)
    const family = isIP(plain)
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4')
  }
}

function sortedOnce(texts: string[]): string[] {
  return [...new Set(texts)].sort()
}
