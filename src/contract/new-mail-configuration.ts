/** What a form of the mail configuration begins with: the usual servers, ports and limits of each type. */

import type { MailProvider, MicrosoftMail, OAuthMail, SmtpMail } from './mail-configuration.ts'

/** Clouds of Microsoft. A token of one is worth nothing in another. */
export const MICROSOFT_CLOUDS = {
  global: {
    authority: 'https://login.microsoftonline.com',
    graph: 'https://graph.microsoft.com',
    scope: 'https://outlook.office365.com/.default',
    host: 'smtp.office365.com',
  },
  'us-government': {
    authority: 'https://login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    scope: 'https://outlook.office365.us/.default',
    host: 'smtp.office365.us',
  },
  'us-defense': {
    authority: 'https://login.microsoftonline.us',
    graph: 'https://dod-graph.microsoft.us',
    scope: 'https://webmail.apps.mil/.default',
    host: 'outlook-dod.office365.us',
  },
  china: {
    authority: 'https://login.partner.microsoftonline.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    scope: 'https://partner.outlook.cn/.default',
    host: 'smtp.partner.outlook.cn',
  },
} as const

export type MicrosoftCloud = keyof typeof MICROSOFT_CLOUDS

const NOBODY = { senderAddress: '', senderName: '', replyTo: '' }

/** An administrator waits for a test; RFC 5321 section 4.5.3.2 has mail itself wait 5 minutes. */
const SERVER = {
  envelopeSender: '',
  ehloName: '',
  totalSeconds: 60,
  connectSeconds: 30,
  greetingSeconds: 300,
  commandSeconds: 300,
  caPem: '',
  clientCertificatePem: '',
  acceptInvalidCertificate: false,
  acceptWrongHostName: false,
}

const GOOGLE = {
  type: 'smtp-oauth' as const,
  ...NOBODY,
  ...SERVER,
  host: 'smtp.gmail.com',
  port: 587,
  encryption: 'starttls-required' as const,
  mailbox: '',
  authority: 'https://oauth2.googleapis.com',
  scope: 'https://mail.google.com/',
}

/** What a form of each type begins with. */
export const NEW_MAIL_CONFIGURATION = {
  smtp: {
    type: 'smtp',
    ...NOBODY,
    host: '',
    port: 587,
    encryption: 'starttls-required',
    authentication: true,
    userName: '',
    ...SERVER,
  },
  microsoft: {
    type: 'microsoft',
    ...NOBODY,
    totalSeconds: 60,
    requestSeconds: 60,
    applicationId: '',
    directoryId: '',
    authority: MICROSOFT_CLOUDS.global.authority,
    graph: MICROSOFT_CLOUDS.global.graph,
  },
  'smtp-oauth': {
    microsoft: {
      type: 'smtp-oauth',
      provider: 'microsoft',
      ...NOBODY,
      ...SERVER,
      host: MICROSOFT_CLOUDS.global.host,
      port: 587,
      encryption: 'starttls-required',
      mailbox: '',
      authority: MICROSOFT_CLOUDS.global.authority,
      scope: MICROSOFT_CLOUDS.global.scope,
      applicationId: '',
      directoryId: '',
    },
    'google-service-account': { ...GOOGLE, provider: 'google-service-account' },
    'google-refresh-token': { ...GOOGLE, provider: 'google-refresh-token', clientId: '' },
  },
} as const satisfies {
  smtp: SmtpMail
  microsoft: MicrosoftMail
  'smtp-oauth': Record<MailProvider, OAuthMail>
}
