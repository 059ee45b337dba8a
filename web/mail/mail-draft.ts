/** The mail configuration as its form edits it: every field of every type, flat. */

import {
  type MailConfigurationValues,
  type MailConfigurationView,
  type MailEncryption,
  type MailProvider,
  type MailSecret,
  type MailSecretOrders,
  type MailType,
  MAIL_SECRETS,
  secretsOf,
} from '../../src/contract/mail-configuration.ts'
import { NEW_MAIL_CONFIGURATION } from '../../src/contract/new-mail-configuration.ts'
import { KEEP, type SecretDraft } from '../ui/SecretField.tsx'
import { withLineEnds } from './pem.ts'

export interface MailDraft {
  readonly type: MailType
  readonly provider: MailProvider
  readonly senderAddress: string
  readonly senderName: string
  readonly replyTo: string
  readonly host: string
  readonly port: number | null
  readonly encryption: MailEncryption
  readonly authentication: boolean
  readonly userName: string
  readonly password: SecretDraft
  readonly applicationId: string
  readonly directoryId: string
  readonly clientId: string
  readonly clientSecret: SecretDraft
  readonly serviceAccount: SecretDraft
  readonly refreshToken: SecretDraft
  readonly mailbox: string
  readonly authority: string
  readonly graph: string
  readonly scope: string
  readonly envelopeSender: string
  readonly ehloName: string
  readonly totalSeconds: number | null
  readonly connectSeconds: number | null
  readonly greetingSeconds: number | null
  readonly commandSeconds: number | null
  readonly requestSeconds: number | null
  readonly caPem: string
  readonly clientCertificatePem: string
  readonly clientKey: SecretDraft
  readonly acceptInvalidCertificate: boolean
  readonly acceptWrongHostName: boolean
  /** What was entered for other types before another was chosen. */
  readonly entered: Readonly<Partial<Record<Way, WayFields>>>
}

export type MailFieldName = Exclude<keyof MailDraft, 'entered'>

/** Each has its own servers and secrets, and so its own fields. */
export type Way = 'smtp' | 'microsoft' | MailProvider | 'oauth-microsoft'

/** Fields whose values mean nothing to another way. The sender and the IDs go along. */
type WayFields = Pick<
  MailDraft,
  'host' | 'port' | 'encryption' | 'authority' | 'graph' | 'scope' | 'clientSecret'
>

export function wayOf({ type, provider }: Pick<MailDraft, 'type' | 'provider'>): Way {
  if (type !== 'smtp-oauth') return type
  return provider === 'microsoft' ? 'oauth-microsoft' : provider
}

/** What a form of this type begins with, in the hub's own shape. */
function newValues({ type, provider }: Pick<MailDraft, 'type' | 'provider'>) {
  return type === 'smtp-oauth'
    ? NEW_MAIL_CONFIGURATION['smtp-oauth'][provider]
    : NEW_MAIL_CONFIGURATION[type]
}

const EMPTY: MailDraft = {
  ...NEW_MAIL_CONFIGURATION.microsoft,
  ...NEW_MAIL_CONFIGURATION['smtp-oauth'].microsoft,
  ...NEW_MAIL_CONFIGURATION.smtp,
  clientId: '',
  password: KEEP,
  clientSecret: KEEP,
  serviceAccount: KEEP,
  refreshToken: KEEP,
  clientKey: KEEP,
  entered: {},
}

/** What is saved, or a new one that sends by user name and password. */
export function draftOf({ values }: Pick<MailConfigurationView, 'values'>): MailDraft {
  return values === null ? EMPTY : { ...EMPTY, ...values }
}

/** What is handed to the hub: the fields of the chosen type, and no others. */
export function valuesOf(draft: MailDraft): MailConfigurationValues {
  const names = Object.keys(newValues(draft)) as (keyof MailDraft)[]
  // The names are those of one shape of the contract, and each field has the type it has there.
  return Object.fromEntries(names.map((name) => [name, draft[name]])) as MailConfigurationValues
}

/** Secrets that the chosen type has a use for. */
export function secretNamesOf(draft: MailDraft): readonly MailSecret[] {
  return secretsOf(valuesOf(draft)).map(({ name }) => name)
}

export function ordersOf(draft: MailDraft): MailSecretOrders {
  const orders: MailSecretOrders = {}
  for (const name of secretNamesOf(draft)) {
    const secret = draft[name]
    if (secret.is === 'clear') orders[name] = 'clear'
    if (secret.is === 'replace' && secret.value !== '') {
      orders[name] = { set: name === 'clientKey' ? withLineEnds(secret.value) : secret.value }
    }
  }
  return orders
}

/** The changes that go with another type or provider: what was entered for it before comes back. */
export function changeWay(
  draft: MailDraft,
  to: Pick<MailDraft, 'type' | 'provider'>,
  saved: MailDraft,
): Partial<MailDraft> {
  const way = wayOf(to)
  const { [way]: back, ...others } = draft.entered
  const own = wayFields(draft)
  const isEntered = JSON.stringify(own) !== JSON.stringify(beginningOf(draft, saved))
  const entered = isEntered ? { ...others, [wayOf(draft)]: own } : others
  return { ...to, ...(back ?? beginningOf(to, saved)), entered }
}

function beginningOf(to: Pick<MailDraft, 'type' | 'provider'>, saved: MailDraft): WayFields {
  return wayFields(wayOf(to) === wayOf(saved) ? saved : { ...EMPTY, ...newValues(to) })
}

function wayFields(draft: MailDraft): WayFields {
  const { host, port, encryption, authority, graph, scope, clientSecret } = draft
  return { host, port, encryption, authority, graph, scope, clientSecret }
}

/** Secrets that are kept and can still be used: one for Microsoft is none for Google. */
export function keptSecrets(
  { values, secrets }: Pick<MailConfigurationView, 'values' | 'secrets'>,
  draft: MailDraft,
): MailConfigurationView['secrets'] {
  if (values === null || isGoogle(draftOf({ values })) === isGoogle(draft)) return secrets
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => name !== 'clientSecret'))
}

function isGoogle({ type, provider }: Pick<MailDraft, 'type' | 'provider'>): boolean {
  return type === 'smtp-oauth' && provider !== 'microsoft'
}

/** The hub calls a secret `secrets.password`; so does a difference. */
export function fieldNameOf(path: string): MailFieldName | undefined {
  const name = path.replace(/^secrets\./, '')
  return name in EMPTY && name !== 'entered' ? (name as MailFieldName) : undefined
}

export function isSecretName(name: string): name is MailSecret {
  return (MAIL_SECRETS as readonly string[]).includes(name)
}

/** Fields that cannot be left empty as things stand, in the order of the form. */
export function missingIn(
  draft: MailDraft,
  kept: MailConfigurationView['secrets'],
): MailFieldName[] {
  const values = valuesOf(draft) as Record<string, unknown>
  const needed: MailFieldName[] = [
    'host',
    'port',
    'senderAddress',
    ...(draft.authentication ? (['userName'] as const) : []),
    'applicationId',
    'directoryId',
    'clientId',
    'authority',
    'graph',
    'scope',
    'totalSeconds',
    'connectSeconds',
    'greetingSeconds',
    'commandSeconds',
    'requestSeconds',
  ]
  const empty = needed.filter((name) => {
    const value = values[name]
    return value === null || (typeof value === 'string' && value.trim() === '')
  })
  const secrets = secretsOf(valuesOf(draft))
    .filter(({ isRequired }) => isRequired)
    .map(({ name }) => name)
    .filter((name) => !isThere(draft[name], kept[name] !== undefined))
  return [...empty, ...secrets]
}

function isThere(secret: SecretDraft, isKept: boolean): boolean {
  if (secret.is === 'replace') return secret.value !== '' || isKept
  return secret.is === 'keep' && isKept
}
