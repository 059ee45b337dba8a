/** A mail server as the command line and older settings know it, and the mail configuration that it makes. */

import type { MailConfigurationValues, SmtpMail } from '../../contract/mail-configuration.ts'
import { NEW_MAIL_CONFIGURATION } from '../../contract/new-mail-configuration.ts'
import type { RelayAddress } from '../../db/tables/organization.ts'
import type { RelayLogin } from '../../policies/organization-settings.ts'
import type { SecretOrders, Secrets } from '../../policies/policy-kind.ts'
import { encryptionOf } from './mail-configuration-route.ts'

/** A mail server, as the command line names it. */
export interface Relay {
  readonly address: RelayAddress
  readonly login?: RelayLogin | undefined
  /** PEM of the roots to trust in place of the usual ones. */
  readonly roots?: string | undefined
}

/** What of a relay changes; null takes user and password away, empty roots are the usual ones. */
export interface RelayChange {
  readonly address?: RelayAddress | undefined
  readonly login?: RelayLogin | null | undefined
  readonly roots?: string | undefined
}

/** RFC 5321 section 4.5.1 has every domain answer to it. */
export function postmasterOf(domains: readonly string[]): string {
  return `postmaster@${domains[0] ?? 'localhost'}`
}

/** A configuration that sends by this server, with its secrets. */
export function valuesOfRelay({ address, login, roots }: Relay, domains: readonly string[]) {
  const values: MailConfigurationValues = {
    ...NEW_MAIL_CONFIGURATION.smtp,
    ...serverOf(address),
    senderAddress: postmasterOf(domains),
    authentication: login !== undefined,
    userName: login?.user ?? '',
    caPem: roots ?? '',
  }
  const secrets: Secrets = login === undefined ? {} : { password: login.password }
  return { values, secrets }
}

/** The configuration after a change of its server; `senderAddress` is for one that begins with it. */
export function changedRelay(
  before: SmtpMail | undefined,
  { address, login, roots }: RelayChange,
  { senderAddress }: { senderAddress: string },
): { values: MailConfigurationValues; secrets: SecretOrders } {
  const values = {
    ...NEW_MAIL_CONFIGURATION.smtp,
    ...{ senderAddress, authentication: false },
    ...before,
    ...(address === undefined ? {} : serverOf(address)),
    ...(login === undefined ? {} : { authentication: login !== null, userName: login?.user ?? '' }),
    ...(roots === undefined ? {} : { caPem: roots }),
  }
  const secrets: SecretOrders =
    login === undefined || login === null ? {} : { password: { set: login.password } }
  return { values, secrets }
}

function serverOf({ host, port, tls }: RelayAddress) {
  return { host, port, encryption: encryptionOf(tls) }
}
