/** From the mail configuration to the way out, and back from a relay's address. */

import type {
  MailConfigurationValues,
  MailEncryption,
  OAuthMail,
} from '../../contract/mail-configuration.ts'
import type { RelayTls } from '../../db/tables/organization.ts'
import type { Secrets } from '../../policies/policy-kind.ts'
import type { MailRoute, SmtpLogin, SmtpMailRoute, TokenSource } from '../mail-route.ts'
import { findServiceAccount } from '../oauth/service-account.ts'

/** Who writes the mail that the hub itself writes. */
export interface MailSender {
  /** `local@domain`. */
  readonly address: string
  readonly name?: string
  readonly replyTo?: string
  /** Where what cannot be delivered returns to: empty for nowhere, absent for the address itself. */
  readonly envelopeFrom?: string
}

const TLS: Readonly<Record<MailEncryption, RelayTls>> = {
  none: 'none',
  'starttls-if-offered': 'opportunistic',
  'starttls-required': 'required',
  tls: 'implicit',
}

export function encryptionOf(tls: RelayTls): MailEncryption {
  switch (tls) {
    case 'none':
      return 'none'
    case 'opportunistic':
      return 'starttls-if-offered'
    case 'required':
      return 'starttls-required'
    case 'implicit':
      return 'tls'
  }
}

export function relayTlsOf(encryption: MailEncryption): RelayTls {
  return TLS[encryption]
}

/** The way out by these values. Secrets that are missing are empty: the server will say so. */
export function mailRouteOf(
  values: MailConfigurationValues,
  secrets: Secrets,
  { hostName }: { hostName: string },
): MailRoute {
  if (values.type === 'microsoft') {
    const { directoryId: tenant, applicationId: clientId, authority, graph } = values
    const clientSecret = secrets.clientSecret ?? ''
    return {
      is: 'graph',
      sender: values.senderAddress,
      graph,
      source: {
        ...{ is: 'microsoft', authority, tenant, clientId, clientSecret },
        scope: `${graph}/.default`,
      },
      limits: { requestMs: values.requestSeconds * 1000 },
    }
  }
  const { host, port, encryption, caPem, clientCertificatePem: certificatePem } = values
  const { acceptInvalidCertificate, acceptWrongHostName } = values
  const keyPem = secrets.clientKey
  const login = loginOf(values, secrets)
  const route: SmtpMailRoute = {
    is: 'smtp',
    host,
    port,
    tls: TLS[encryption],
    ...(login === undefined ? {} : { login }),
    ...(caPem === '' ? {} : { ca: caPem }),
    ...(certificatePem === '' || keyPem === undefined
      ? {}
      : { clientCertificate: { certificatePem, keyPem } }),
    ...(acceptInvalidCertificate ? { acceptInvalidCertificate } : {}),
    ...(acceptWrongHostName ? { acceptWrongHostName } : {}),
    helloName: values.ehloName === '' ? hostName : values.ehloName,
    limits: {
      connectMs: values.connectSeconds * 1000,
      handshakeMs: values.connectSeconds * 1000,
      greetingMs: values.greetingSeconds * 1000,
      commandMs: values.commandSeconds * 1000,
    },
  }
  return route
}

function loginOf(
  values: Exclude<MailConfigurationValues, { type: 'microsoft' }>,
  secrets: Secrets,
): SmtpLogin | undefined {
  if (values.type === 'smtp') {
    if (!values.authentication) return undefined
    return { by: 'password', user: values.userName, password: secrets.password ?? '' }
  }
  const user = values.mailbox === '' ? values.senderAddress : values.mailbox
  return { by: 'xoauth2', user, source: sourceOf(values, secrets) }
}

function sourceOf(values: OAuthMail, secrets: Secrets): TokenSource {
  const { authority, scope } = values
  const clientSecret = secrets.clientSecret ?? ''
  switch (values.provider) {
    case 'microsoft': {
      const { directoryId: tenant, applicationId: clientId } = values
      return { is: 'microsoft', authority, tenant, clientId, clientSecret, scope }
    }
    case 'google-service-account': {
      const account = findServiceAccount(secrets.serviceAccount ?? '')
      return {
        is: 'google-service-account',
        tokenUrl: `${authority}/token`,
        clientEmail: account?.clientEmail ?? '',
        privateKeyPem: account?.privateKeyPem ?? '',
        scope,
      }
    }
    case 'google-refresh-token': {
      const { clientId } = values
      const refreshToken = secrets.refreshToken ?? ''
      const tokenUrl = `${authority}/token`
      return { is: 'refresh-token', tokenUrl, clientId, clientSecret, refreshToken, scope }
    }
  }
}

export function senderOf(values: MailConfigurationValues): MailSender {
  const { senderAddress: address, senderName: name, replyTo } = values
  const envelope = values.type === 'microsoft' ? '' : values.envelopeSender
  return {
    address,
    ...(name === '' ? {} : { name }),
    ...(replyTo === '' ? {} : { replyTo }),
    ...(envelope === '' ? {} : { envelopeFrom: envelope === '<>' ? '' : envelope }),
  }
}
