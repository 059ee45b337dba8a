import { expect, test } from 'vitest'
import type { MailConfigurationValues, MailSecret } from '../../contract/mail-configuration.ts'
import { NEW_MAIL_CONFIGURATION } from '../../contract/new-mail-configuration.ts'
import { isSecretMoved } from './secret-moves.ts'

const sender = { senderAddress: 'hub@example.org' }
const smtp = {
  ...{ ...NEW_MAIL_CONFIGURATION.smtp, ...sender },
  ...{ host: 'mail.example.org', userName: 'hub', caPem: 'ca' },
}
const strange = { ...smtp, acceptInvalidCertificate: true, acceptWrongHostName: true }
const graph = { ...NEW_MAIL_CONFIGURATION.microsoft, ...sender }
const { microsoft, 'google-refresh-token': google } = NEW_MAIL_CONFIGURATION['smtp-oauth']
const offered = { ...smtp, encryption: 'starttls-if-offered' as const }
const tls = { ...smtp, encryption: 'tls' as const }

type Row = readonly [
  what: string,
  before: MailConfigurationValues,
  after: MailConfigurationValues,
  kept?: MailSecret,
]

test.for<Row>([
  ['another host', smtp, { ...smtp, host: 'mail.evil.example' }],
  ['another port', smtp, { ...smtp, port: 2525 }],
  ['STARTTLS only if offered', smtp, offered],
  ['no encryption in place of TLS', tls, { ...smtp, encryption: 'none' }],
  ['no encryption in place of STARTTLS if offered', offered, { ...smtp, encryption: 'none' }],
  ['any certificate', smtp, { ...smtp, acceptInvalidCertificate: true }],
  ['a certificate of any name', smtp, { ...smtp, acceptWrongHostName: true }],
  ['another CA', smtp, { ...smtp, caPem: 'other' }],
  ['the usual CAs in place of an own one', smtp, { ...smtp, caPem: '' }],
  ['another authority of Graph', graph, { ...graph, authority: 'https://evil.example' }],
  ['another Graph', graph, { ...graph, graph: 'https://evil.example' }],
  ['SMTP in place of Graph', graph, microsoft, 'clientSecret'],
  ['Graph in place of SMTP', microsoft, graph, 'clientSecret'],
  ['another authority', google, { ...google, authority: 'https://evil.example' }, 'refreshToken'],
  ['another host for its tokens', google, { ...google, host: 'evil.example' }, 'refreshToken'],
  ['another provider', microsoft, google, 'clientSecret'],
])('a kept secret is moved by %s', ([, before, after, kept = 'password']) => {
  expect(isSecretMoved(before, after, { kept: [kept] })).toBe(true)
  expect(isSecretMoved(before, after, { kept: [] })).toBe(false)
})

test.for<Row>([
  ['nothing else', smtp, smtp],
  ['another user, sender or time limit', smtp, { ...smtp, userName: 'x', connectSeconds: 5 }],
  ['TLS in place of STARTTLS', smtp, tls],
  ['STARTTLS required in place of TLS', tls, smtp],
  ['STARTTLS required in place of if offered', offered, smtp],
  ['certificates that have to be valid again', strange, smtp],
  ['another application at the same end points', graph, { ...graph, applicationId: 'x' }],
  ['another mailbox', microsoft, { ...microsoft, mailbox: 'x@example.org' }, 'clientSecret'],
  ['another host, with a key that is not sent', smtp, { ...smtp, host: 'x.example' }, 'clientKey'],
])('a kept secret stays where it was with %s', ([, before, after, kept = 'password']) => {
  expect(isSecretMoved(before, after, { kept: [kept] })).toBe(false)
})
