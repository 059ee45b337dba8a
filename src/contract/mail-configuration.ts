/**
 * How the hub sends mail. Every field is here by name and rough size; the rules of the fields are the
 * hub's, which answers with all mistakes at once (`policy.refused`, `issues` with path and code).
 *
 * A text that is optional and not given is empty. Secrets are never part of the values.
 */

import { z } from 'zod'
import { MailTestView } from './mail-tests.ts'
import { PolicyAuthor, SecretSet, basedOn, comment } from './policies.ts'

/** `smtp` is *User name and password*, `microsoft` is *Microsoft OAuth 2.0* (by Graph), `smtp-oauth` SMTP with XOAUTH2. */
export const MAIL_TYPES = ['smtp', 'microsoft', 'smtp-oauth'] as const

export type MailType = (typeof MAIL_TYPES)[number]

/** *None*, *STARTTLS if offered*, *STARTTLS required*, *TLS*. */
export const MAIL_ENCRYPTIONS = ['none', 'starttls-if-offered', 'starttls-required', 'tls'] as const

export type MailEncryption = (typeof MAIL_ENCRYPTIONS)[number]

/** Whose tokens open the server, and by what they are asked for. */
export const MAIL_PROVIDERS = [
  'microsoft',
  'google-service-account',
  'google-refresh-token',
] as const

export type MailProvider = (typeof MAIL_PROVIDERS)[number]

/** Which secrets each type and provider has; `clientKey` goes with a client certificate. */
export const MAIL_SECRETS = [
  'password',
  'clientSecret',
  'serviceAccount',
  'refreshToken',
  'clientKey',
] as const

export type MailSecret = (typeof MAIL_SECRETS)[number]

const line = z.string().max(1000)
const pem = z.string().max(100_000)
const seconds = z.number()

const sender = {
  senderAddress: line,
  senderName: line,
  replyTo: line,
}

/** All of one test; mail in the queue takes as long as its stages may. */
const total = { totalSeconds: seconds }

const server = {
  host: line,
  port: z.number(),
  encryption: z.enum(MAIL_ENCRYPTIONS),
  envelopeSender: line.meta({ description: 'empty: the sender address; <>: nobody' }),
  ehloName: line.meta({ description: "empty: the hub's host name" }),
  ...total,
  connectSeconds: seconds,
  greetingSeconds: seconds,
  commandSeconds: seconds,
  caPem: pem.meta({ description: 'certificates to trust in place of the usual ones' }),
  clientCertificatePem: pem,
  acceptInvalidCertificate: z.boolean(),
  acceptWrongHostName: z.boolean(),
}

/** *User name and password*. */
export const SmtpMail = z
  .strictObject({
    type: z.literal('smtp'),
    ...sender,
    ...server,
    authentication: z.boolean(),
    userName: line,
  })
  .meta({ id: 'SmtpMail' })

export type SmtpMail = z.infer<typeof SmtpMail>

/** *Microsoft OAuth 2.0*: mail leaves by Graph's sendMail. */
export const MicrosoftMail = z
  .strictObject({
    type: z.literal('microsoft'),
    ...sender,
    ...total,
    requestSeconds: seconds,
    applicationId: line,
    directoryId: line,
    authority: line,
    graph: line,
  })
  .meta({ id: 'MicrosoftMail' })

export type MicrosoftMail = z.infer<typeof MicrosoftMail>

const oauth = {
  type: z.literal('smtp-oauth'),
  ...sender,
  ...server,
  mailbox: line.meta({ description: 'empty: the sender address' }),
  authority: line,
  scope: line,
}

/** *SMTP with OAuth 2.0*. */
export const OAuthMail = z.discriminatedUnion('provider', [
  z
    .strictObject({
      ...oauth,
      provider: z.literal('microsoft'),
      applicationId: line,
      directoryId: line,
    })
    .meta({ id: 'MicrosoftOAuthMail' }),
  z
    .strictObject({ ...oauth, provider: z.literal('google-service-account') })
    .meta({ id: 'GoogleServiceAccountMail' }),
  z
    .strictObject({ ...oauth, provider: z.literal('google-refresh-token'), clientId: line })
    .meta({ id: 'GoogleRefreshTokenMail' }),
])

export type OAuthMail = z.infer<typeof OAuthMail>

export const MailConfigurationValues = z.discriminatedUnion('type', [
  SmtpMail,
  MicrosoftMail,
  OAuthMail,
])

export type MailConfigurationValues = z.infer<typeof MailConfigurationValues>

/** What to do with a secret: set it, take it away, or (as without an order) keep it. */
const SecretOrder = z.union([
  z.strictObject({ set: z.string().min(1).max(100_000) }),
  z.literal('clear'),
  z.literal('keep'),
])

export const MailSecretOrders = z.partialRecord(z.enum(MAIL_SECRETS), SecretOrder)

export type MailSecretOrders = z.infer<typeof MailSecretOrders>

/** Something to think about; it does not keep anybody from saving. */
export const MailWarning = z
  .strictObject({
    path: z.string(),
    code: z.string(),
    params: z.record(z.string(), z.string()),
  })
  .meta({ id: 'MailWarning' })

export type MailWarning = z.infer<typeof MailWarning>

/** Codes of `MailWarning`. */
export const MAIL_WARNINGS = [
  'mail.not_encrypted',
  'mail.encryption_not_certain',
  'mail.accepts_invalid_certificate',
  'mail.accepts_wrong_host_name',
  'mail.port_and_encryption_disagree',
  'mail.password_to_loopback_in_clear',
  'mail.login_not_sent_in_clear',
  'mail.client_certificate_expires',
  'mail.sender_not_of_our_domains',
  'mail.mailbox_is_not_the_sender',
] as const

/** Codes of `issues` in a `policy.refused` for mail. `params` say what the words need. */
export const MAIL_ISSUES = [
  'field.required',
  'field.malformed_address',
  'field.malformed_host',
  'field.port_out_of_range',
  'field.number_out_of_range',
  'field.malformed_text',
  'field.not_a_guid',
  'field.not_a_directory',
  'field.shared_directory',
  'field.malformed_url',
  'field.malformed_certificate',
  'field.malformed_key',
  'field.key_does_not_fit',
  'field.key_without_certificate',
  'field.malformed_service_account',
  'field.password_unencrypted',
  'field.login_unencrypted',
  'field.only_with_tls',
  'field.not_for_this_type',
] as const

/** What the session view tells everybody who may see it about the mail configuration. */
export const MAIL_NOTICES = [
  'mail.not_configured',
  'mail.accepts_invalid_certificate',
  'mail.accepts_wrong_host_name',
  'mail.not_encrypted',
  'mail.last_test_failed',
] as const

export type MailNotice = (typeof MAIL_NOTICES)[number]

/** Those that whoever sees mail is told, too: what it travels by is not checked. */
export const MAIL_MARKS = [
  'mail.accepts_invalid_certificate',
  'mail.accepts_wrong_host_name',
] as const satisfies readonly MailNotice[]

const configured = z.strictObject({ is: z.literal('organization') })

const byPolicy = z.strictObject({
  is: z.literal('policy'),
  id: z.uuid(),
  name: z.string(),
  version: z.int(),
})

const origin = z.discriminatedUnion('is', [configured, byPolicy])

/** What holds for the way to the mail server, and where it comes from: registry policies decide first. */
export const EffectiveMail = z
  .strictObject({
    /** Null: nothing says, for there is no mail server. */
    encryption: z.strictObject({ value: z.enum(MAIL_ENCRYPTIONS).nullable(), origin }),
    port: z.strictObject({ value: z.number().nullable(), origin }),
  })
  .meta({ id: 'EffectiveMail' })

export type EffectiveMail = z.infer<typeof EffectiveMail>

export const MailConfigurationView = z
  .strictObject({
    /** Null: nothing is configured, and mail waits in the queue. */
    values: MailConfigurationValues.nullable(),
    effective: EffectiveMail,
    /** Those that are set, by name. */
    secrets: z.partialRecord(z.enum(MAIL_SECRETS), SecretSet),
    warnings: z.array(MailWarning),
    /** 0 when there was never one. */
    version: z.int(),
    changedAt: z.iso.datetime().nullable(),
    changedBy: PolicyAuthor.nullable(),
    lastTest: MailTestView.nullable(),
    /** The caller's own address: where a test goes, always. */
    testRecipient: z.string(),
    /** The name that the hub greets by when `ehloName` is empty. */
    hostName: z.string(),
  })
  .meta({ id: 'MailConfiguration' })

export type MailConfigurationView = z.infer<typeof MailConfigurationView>

export const SaveMailConfiguration = z
  .strictObject({
    values: MailConfigurationValues,
    secrets: MailSecretOrders.default({}),
    basedOn,
    comment,
  })
  .meta({ id: 'SaveMailConfiguration' })

export type SaveMailConfiguration = z.infer<typeof SaveMailConfiguration>

/** Query of the DELETE that takes the configuration away. */
export const ClearMailConfigurationQuery = z.strictObject({
  basedOn: z.coerce.number().int().min(0),
  comment,
})

/** The secrets that these values have a use for, and of those the ones they cannot do without. */
export function secretsOf(values: MailConfigurationValues): {
  readonly name: MailSecret
  readonly isRequired: boolean
}[] {
  const key =
    values.type === 'microsoft'
      ? []
      : [{ name: 'clientKey' as const, isRequired: values.clientCertificatePem.trim() !== '' }]
  return [...loginSecrets(values).map((name) => ({ name, isRequired: true })), ...key]
}

function loginSecrets(values: MailConfigurationValues): MailSecret[] {
  if (values.type === 'smtp') return values.authentication ? ['password'] : []
  if (values.type === 'microsoft') return ['clientSecret']
  if (values.provider === 'microsoft') return ['clientSecret']
  if (values.provider === 'google-service-account') return ['serviceAccount']
  return ['clientSecret', 'refreshToken']
}

/**
 * What a test uses: the saved configuration, or the values of a form, saved or not. Of a form, a
 * secret without an order is the one that is kept.
 */
export const StartMailTest = z
  .union([
    z.strictObject({ saved: z.literal(true) }),
    z.strictObject({
      values: MailConfigurationValues,
      secrets: MailSecretOrders.default({}),
      basedOn,
    }),
  ])
  .meta({ id: 'StartMailTest' })

export type StartMailTest = z.infer<typeof StartMailTest>
