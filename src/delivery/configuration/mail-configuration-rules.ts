/** The rules of the mail configuration, and what to beware of in one that keeps them. */

import type { Clock } from '../../base/clock.ts'
import type { FieldIssue } from '../../base/field-issues.ts'
import {
  type MAIL_WARNINGS,
  type MailConfigurationValues,
  MailConfigurationValues as Shape,
  type MicrosoftMail,
  type OAuthMail,
  secretsOf,
  type SmtpMail,
} from '../../contract/mail-configuration.ts'
import { readCertificates } from '../../formats/x509/containers.ts'
import { encodeLatin1 } from '../../base/bytes.ts'
import type { Findings, PolicyKind, Secrets } from '../../policies/policy-kind.ts'
import { FieldReader, isThisMachine } from './mail-configuration-fields.ts'
import { findServiceAccount } from '../oauth/service-account.ts'

export type MailKind = PolicyKind<MailConfigurationValues>

/** An administrator waits for some of these, mail for the others: RFC 5321 section 4.5.3.2 has 10 minutes. */
const CONNECT_LIMITS = { min: 1, max: 300 }
const REPLY_LIMITS = { min: 1, max: 600 }
const TOTAL_LIMITS = { min: 5, max: 600 }

const EXPIRES_SOON_MS = 30 * 24 * 3_600_000

/** The kind `mail`: how the hub sends mail. Without a document it sends none. */
export function mailKind({ clock }: { clock: Clock }): MailKind {
  return {
    kind: 'mail',
    isOnlyOne: true,
    schema: Shape,
    defaults: null,
    secretsOf: (values) => secretsOf(values).map(({ name }) => name),
    validate: (values, secrets) => validateMail(values, secrets, { now: clock.now() }),
    effects: effectsOf,
  }
}

/** What everybody on the way of mail notices. */
function effectsOf(values: MailConfigurationValues): Readonly<Record<string, string | number>> {
  const { type, senderAddress } = values
  const common = { 'mail.type': type, 'mail.sender': senderAddress }
  if (values.type === 'microsoft') return { ...common, 'mail.graph': values.graph }
  const { host, port, encryption } = values
  return { ...common, 'mail.host': host, 'mail.port': port, 'mail.encryption': encryption }
}

export function validateMail(
  values: MailConfigurationValues,
  secrets: Secrets,
  { now }: { now: Date },
): Findings<MailConfigurationValues> {
  const reader = new FieldReader()
  const document = readValues(reader, values, secrets)
  for (const { name, isRequired } of secretsOf(document)) {
    if (isRequired && secrets[name] === undefined) {
      reader.add(`secrets.${name}`, 'field.required', 'has to be entered')
    }
  }
  return { issues: reader.issues, warnings: mailWarnings(document, { now }), document }
}

function readValues(
  reader: FieldReader,
  values: MailConfigurationValues,
  secrets: Secrets,
): MailConfigurationValues {
  if (values.type === 'microsoft') return readMicrosoft(reader, values)
  if (values.type === 'smtp') return readSmtp(reader, values, secrets)
  return readOAuth(reader, values, secrets)
}

function readSmtp(reader: FieldReader, values: SmtpMail, secrets: Secrets): SmtpMail {
  const read = readServer(reader, values, secrets)
  if (!values.authentication) return { ...read, userName: '' }
  if (read.encryption === 'none' && !isThisMachine(read.host)) {
    const message = 'a password is not sent in clear: choose STARTTLS required or TLS'
    reader.add('encryption', 'field.password_unencrypted', message)
  }
  return { ...read, userName: reader.text('userName', values.userName) }
}

function readMicrosoft(reader: FieldReader, values: MicrosoftMail): MicrosoftMail {
  return {
    ...values,
    ...readSender(reader, values),
    totalSeconds: reader.seconds('totalSeconds', values.totalSeconds, TOTAL_LIMITS),
    requestSeconds: reader.seconds('requestSeconds', values.requestSeconds, CONNECT_LIMITS),
    applicationId: reader.guid('applicationId', values.applicationId),
    directoryId: reader.directory('directoryId', values.directoryId),
    authority: reader.origin('authority', values.authority),
    graph: reader.origin('graph', values.graph),
  }
}

function readOAuth(reader: FieldReader, values: OAuthMail, secrets: Secrets): OAuthMail {
  const read = {
    ...readServer(reader, values, secrets),
    mailbox: reader.addressOrNone('mailbox', values.mailbox),
    authority: reader.origin('authority', values.authority),
    scope: reader.text('scope', values.scope),
  }
  if (read.encryption === 'none' && !isThisMachine(read.host)) {
    const message = 'a token is not sent in clear: choose STARTTLS required or TLS'
    reader.add('encryption', 'field.login_unencrypted', message)
  }
  switch (read.provider) {
    case 'microsoft':
      return {
        ...read,
        applicationId: reader.guid('applicationId', read.applicationId),
        directoryId: reader.directory('directoryId', read.directoryId),
      }
    case 'google-refresh-token':
      return { ...read, clientId: reader.text('clientId', read.clientId) }
    case 'google-service-account': {
      const { serviceAccount } = secrets
      if (serviceAccount !== undefined && findServiceAccount(serviceAccount) === undefined) {
        const message = 'is the JSON file of a service account with its private key'
        reader.add('secrets.serviceAccount', 'field.malformed_service_account', message)
      }
      return read
    }
  }
}

function readSender(
  reader: FieldReader,
  values: { senderAddress: string; senderName: string; replyTo: string },
) {
  return {
    senderAddress: reader.address('senderAddress', values.senderAddress),
    senderName: reader.name('senderName', values.senderName),
    replyTo: reader.addressOrNone('replyTo', values.replyTo),
  }
}

/** What both ways through a mail server have. */
function readServer<Values extends SmtpMail | OAuthMail>(
  reader: FieldReader,
  values: Values,
  { clientKey }: Secrets,
): Values {
  const envelope = values.envelopeSender.trim()
  const clientCertificatePem = reader.certificates(
    'clientCertificatePem',
    values.clientCertificatePem,
  )
  if (clientKey !== undefined) {
    if (clientCertificatePem === '') {
      const message = 'a key without a certificate shows nothing to the server'
      reader.add('clientCertificatePem', 'field.key_without_certificate', message)
    } else reader.keyOf('secrets.clientKey', clientKey, clientCertificatePem)
  }
  if (values.encryption === 'none') {
    for (const path of ['acceptInvalidCertificate', 'acceptWrongHostName'] as const) {
      if (values[path])
        reader.add(path, 'field.only_with_tls', 'has a meaning only with encryption')
    }
  }
  return {
    ...values,
    ...readSender(reader, values),
    host: reader.host('host', values.host),
    port: reader.port('port', values.port),
    envelopeSender: envelope === '<>' ? envelope : reader.addressOrNone('envelopeSender', envelope),
    ehloName: reader.ehloName('ehloName', values.ehloName),
    totalSeconds: reader.seconds('totalSeconds', values.totalSeconds, TOTAL_LIMITS),
    connectSeconds: reader.seconds('connectSeconds', values.connectSeconds, CONNECT_LIMITS),
    greetingSeconds: reader.seconds('greetingSeconds', values.greetingSeconds, REPLY_LIMITS),
    commandSeconds: reader.seconds('commandSeconds', values.commandSeconds, REPLY_LIMITS),
    caPem: reader.certificates('caPem', values.caPem),
    clientCertificatePem,
  }
}

/** What to beware of; `domains` are the organisation's, when they are known. */
export function mailWarnings(
  values: MailConfigurationValues,
  { now, domains }: { now: Date; domains?: readonly string[] },
): FieldIssue[] {
  const warnings: FieldIssue[] = []
  const warn = (
    path: string,
    code: (typeof MAIL_WARNINGS)[number],
    message: string,
    params?: Record<string, string>,
  ) => warnings.push({ path, code, message, ...(params === undefined ? {} : { params }) })

  const domain = values.senderAddress.split('@').at(-1) ?? ''
  if (domains !== undefined && values.senderAddress !== '' && !domains.includes(domain)) {
    const message = `${domain} is not a domain of the organisation: nothing is signed as that sender`
    warn('senderAddress', 'mail.sender_not_of_our_domains', message, { domain })
  }
  if (values.type === 'microsoft') return warnings

  const { encryption, port, host } = values
  if (encryption === 'none' && !isThisMachine(host)) {
    warn('encryption', 'mail.not_encrypted', 'anyone on the way can read and change mail')
  }
  if (encryption === 'none' && !isThisMachine(host) && logsIn(values)) {
    const message = 'the log-in is not sent in clear: mail waits until the way is encrypted'
    warn('encryption', 'mail.login_not_sent_in_clear', message)
  }
  if (encryption === 'none' && isThisMachine(host) && logsIn(values)) {
    const message = 'the password is sent in clear, on this machine only'
    warn('encryption', 'mail.password_to_loopback_in_clear', message)
  }
  if (encryption === 'starttls-if-offered') {
    const message = 'whoever can change what is sent can keep it from being encrypted'
    warn('encryption', 'mail.encryption_not_certain', message)
  }
  if ((port === 465) !== (encryption === 'tls') && (port === 465 || [25, 587].includes(port))) {
    const message = `port ${port} usually speaks ${port === 465 ? 'TLS at once' : 'STARTTLS'}`
    warn('port', 'mail.port_and_encryption_disagree', message, { port: String(port), encryption })
  }
  if (values.acceptInvalidCertificate) {
    const message = 'anybody can pretend to be the mail server'
    warn('acceptInvalidCertificate', 'mail.accepts_invalid_certificate', message)
  }
  if (values.acceptWrongHostName) {
    const message = 'whoever has a certificate of any name can pretend to be the mail server'
    warn('acceptWrongHostName', 'mail.accepts_wrong_host_name', message)
  }
  const endsAt = clientCertificateEnd(values)
  if (endsAt !== undefined && endsAt.getTime() - now.getTime() < EXPIRES_SOON_MS) {
    const params = { validUntil: endsAt.toISOString() }
    const message = `the client certificate is valid until ${params.validUntil}`
    warn('clientCertificatePem', 'mail.client_certificate_expires', message, params)
  }
  if (values.type === 'smtp-oauth' && ![values.senderAddress, ''].includes(values.mailbox)) {
    const { mailbox } = values
    const message = `${mailbox} needs the right to send as ${values.senderAddress}`
    warn('mailbox', 'mail.mailbox_is_not_the_sender', message, { mailbox })
  }
  return warnings
}

function logsIn(values: SmtpMail | OAuthMail): boolean {
  return values.type === 'smtp-oauth' || values.authentication
}

function clientCertificateEnd({ clientCertificatePem }: SmtpMail | OAuthMail): Date | undefined {
  if (clientCertificatePem === '') return undefined
  try {
    return readCertificates(encodeLatin1(clientCertificatePem))[0]?.notAfter
  } catch {
    // One that cannot be read is an issue already.
    return undefined
  }
}
