import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import type { MailConfigurationValues } from '../../contract/mail-configuration.ts'
import { NEW_MAIL_CONFIGURATION } from '../../contract/new-mail-configuration.ts'
import { validateMail } from './mail-configuration-rules.ts'

const now = new Date('2030-01-01T00:00:00Z')
const GUID = '9f4880d8-80ba-4c40-97bc-f7a23c703084'

const smtp: MailConfigurationValues = {
  ...NEW_MAIL_CONFIGURATION.smtp,
  senderAddress: 'hub@example.org',
  host: 'mail.example.org',
  userName: 'hub',
}
const microsoft: MailConfigurationValues = {
  ...NEW_MAIL_CONFIGURATION.microsoft,
  senderAddress: 'hub@example.org',
  applicationId: GUID,
  directoryId: 'example.onmicrosoft.com',
}
const atMicrosoft: MailConfigurationValues = {
  ...NEW_MAIL_CONFIGURATION['smtp-oauth'].microsoft,
  senderAddress: 'hub@example.org',
  applicationId: GUID,
  directoryId: GUID,
}
const byAccount: MailConfigurationValues = {
  ...NEW_MAIL_CONFIGURATION['smtp-oauth']['google-service-account'],
  senderAddress: 'hub@example.org',
}
const byRefreshToken: MailConfigurationValues = {
  ...NEW_MAIL_CONFIGURATION['smtp-oauth']['google-refresh-token'],
  senderAddress: 'hub@example.org',
  clientId: 'a client',
}

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string
const serviceAccount = JSON.stringify({
  type: 'service_account',
  client_email: 'hub@project.iam.gserviceaccount.com',
  private_key: privateKey,
})

/** `path code` of every issue. */
function issuesOf(values: MailConfigurationValues, secrets: Record<string, string> = {}): string[] {
  return validateMail(values, secrets, { now }).issues.map(({ path, code }) => `${path} ${code}`)
}

test.for<[string, MailConfigurationValues, Record<string, string>]>([
  ['user name and password', smtp, { password: 'secret' }],
  ['no SMTP authentication', { ...smtp, authentication: false, userName: '' }, {}],
  ['Microsoft OAuth 2.0', microsoft, { clientSecret: 'secret' }],
  ['XOAUTH2 at Microsoft', atMicrosoft, { clientSecret: 'secret' }],
  ['a Google service account', byAccount, { serviceAccount }],
  ['a refresh token of Google', byRefreshToken, { clientSecret: 'a', refreshToken: 'b' }],
  ['the smallest port', { ...smtp, port: 1 }, { password: 'secret' }],
  ['the largest port', { ...smtp, port: 65_535 }, { password: 'secret' }],
  ['an IPv6 address', { ...smtp, host: '[2001:db8::1]' }, { password: 'secret' }],
  ['nobody as envelope sender', { ...smtp, envelopeSender: '<>' }, { password: 'secret' }],
  [
    'a password in clear to this machine',
    { ...smtp, encryption: 'none', host: '127.0.0.1' },
    { password: 'secret' },
  ],
  [
    'an end point on this machine',
    { ...microsoft, graph: 'http://127.0.0.1:99' },
    { clientSecret: 'a' },
  ],
])('M1: %s is taken', ([, values, secrets]) => {
  expect(issuesOf(values, secrets)).toEqual([])
})

const good = { password: 'secret' }

test.for<[string, MailConfigurationValues, Record<string, string>, string[]]>([
  ['no password', smtp, {}, ['secrets.password field.required']],
  ['no user name', { ...smtp, userName: ' ' }, good, ['userName field.required']],
  ['no host', { ...smtp, host: '' }, good, ['host field.required']],
  ['a URL as host', { ...smtp, host: 'smtp://a.example' }, good, ['host field.malformed_host']],
  ['a host with a line end', { ...smtp, host: 'a\r\nb' }, good, ['host field.malformed_host']],
  ['port 0', { ...smtp, port: 0 }, good, ['port field.port_out_of_range']],
  ['port 65536', { ...smtp, port: 65_536 }, good, ['port field.port_out_of_range']],
  ['half a port', { ...smtp, port: 25.5 }, good, ['port field.port_out_of_range']],
  ['no sender', { ...smtp, senderAddress: '' }, good, ['senderAddress field.required']],
  [
    'a sender without domain',
    { ...smtp, senderAddress: 'hub' },
    good,
    ['senderAddress field.malformed_address'],
  ],
  [
    'a sender with a line end',
    { ...smtp, senderAddress: 'a@b.example\r\nBcc: c@d.example' },
    good,
    ['senderAddress field.malformed_address'],
  ],
  [
    'a name of two lines',
    { ...smtp, senderName: 'a\nb' },
    good,
    ['senderName field.malformed_text'],
  ],
  [
    'a Reply-To that is none',
    { ...smtp, replyTo: 'me' },
    good,
    ['replyTo field.malformed_address'],
  ],
  [
    'an envelope sender that is none',
    { ...smtp, envelopeSender: '<a>' },
    good,
    ['envelopeSender field.malformed_address'],
  ],
  [
    'an EHLO name of two words',
    { ...smtp, ehloName: 'my host' },
    good,
    ['ehloName field.malformed_host'],
  ],
  [
    'no time at all',
    { ...smtp, connectSeconds: 0, greetingSeconds: 0, commandSeconds: 0, totalSeconds: 0 },
    good,
    ['totalSeconds', 'connectSeconds', 'greetingSeconds', 'commandSeconds'].map(
      (path) => `${path} field.number_out_of_range`,
    ),
  ],
  [
    'a password in clear',
    { ...smtp, encryption: 'none' },
    good,
    ['encryption field.password_unencrypted'],
  ],
  [
    'a token in clear',
    { ...atMicrosoft, encryption: 'none' },
    { clientSecret: 'a' },
    ['encryption field.login_unencrypted'],
  ],
  [
    'certificates accepted where there is none',
    {
      ...smtp,
      ...{ authentication: false, encryption: 'none' },
      ...{ acceptInvalidCertificate: true, acceptWrongHostName: true },
    },
    {},
    ['acceptInvalidCertificate field.only_with_tls', 'acceptWrongHostName field.only_with_tls'],
  ],
  ['words as own CA', { ...smtp, caPem: 'ours' }, good, ['caPem field.malformed_certificate']],
  [
    'a key without a certificate',
    smtp,
    { ...good, clientKey: privateKey },
    ['clientCertificatePem field.key_without_certificate'],
  ],
  [
    'an ID that is no GUID',
    { ...microsoft, applicationId: 'my app' },
    { clientSecret: 'a' },
    ['applicationId field.not_a_guid'],
  ],
  ...['common', 'consumers', 'Organizations'].map(
    (directoryId): [string, MailConfigurationValues, Record<string, string>, string[]] => [
      `the directory ${directoryId}`,
      { ...microsoft, directoryId },
      { clientSecret: 'a' },
      ['directoryId field.shared_directory'],
    ],
  ),
  [
    'a directory that is no name',
    { ...microsoft, directoryId: 'ours' },
    { clientSecret: 'a' },
    ['directoryId field.not_a_directory'],
  ],
  ...[
    'login.example.org',
    'http://login.example.org',
    'https://a:b@login.example.org',
    'https://login.example.org/tenant',
    'https://login.example.org/?a=b',
  ].map((authority): [string, MailConfigurationValues, Record<string, string>, string[]] => [
    `the authority ${authority}`,
    { ...microsoft, authority },
    { clientSecret: 'a' },
    ['authority field.malformed_url'],
  ]),
  ['no client secret', microsoft, {}, ['secrets.clientSecret field.required']],
  ['no service account', byAccount, {}, ['secrets.serviceAccount field.required']],
  [
    'a service account that is none',
    byAccount,
    { serviceAccount: '{}' },
    ['secrets.serviceAccount field.malformed_service_account'],
  ],
  [
    'no refresh token',
    { ...byRefreshToken, clientId: '' },
    {},
    [
      'clientId field.required',
      'secrets.clientSecret field.required',
      'secrets.refreshToken field.required',
    ],
  ],
])('M1: %s is refused, and the field named', ([, values, secrets, issues]) => {
  expect(issuesOf(values, secrets)).toEqual(issues)
})

test('M1: without SMTP authentication user name and password are not kept', () => {
  const { document } = validateMail({ ...smtp, authentication: false }, {}, { now })
  expect(document).toMatchObject({ userName: '' })
})

test('M1: values are taken in the form in which they are used', () => {
  const entered = { ...smtp, host: ' Mail.BÜCHER.example ', senderAddress: ' Hub@EXAMPLE.org ' }
  const { document } = validateMail(entered, good, { now })
  expect(document).toMatchObject({
    host: 'mail.xn--bcher-kva.example',
    senderAddress: 'Hub@example.org',
  })
})

test.for<[string, MailConfigurationValues, string[]]>([
  ['nothing wrong', smtp, []],
  ['STARTTLS on 465', { ...smtp, port: 465 }, ['mail.port_and_encryption_disagree']],
  ['TLS on 587', { ...smtp, encryption: 'tls' }, ['mail.port_and_encryption_disagree']],
  ['TLS on 465', { ...smtp, port: 465, encryption: 'tls' }, []],
  ['no encryption', { ...smtp, authentication: false, encryption: 'none' }, ['mail.not_encrypted']],
  [
    'STARTTLS if offered',
    { ...smtp, encryption: 'starttls-if-offered' },
    ['mail.encryption_not_certain'],
  ],
  [
    'any certificate',
    { ...smtp, acceptInvalidCertificate: true, acceptWrongHostName: true },
    ['mail.accepts_invalid_certificate', 'mail.accepts_wrong_host_name'],
  ],
  [
    'another mailbox',
    { ...atMicrosoft, mailbox: 'other@example.org' },
    ['mail.mailbox_is_not_the_sender'],
  ],
])('M1: of %s is warned', ([, values, codes]) => {
  const secrets = { password: 'a', clientSecret: 'b' }
  expect(validateMail(values, secrets, { now }).warnings.map(({ code }) => code)).toEqual(codes)
})
