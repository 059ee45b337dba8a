import { expect, test } from 'vitest'
import { MailConfigurationValues, secretsOf } from './mail-configuration.ts'
import { NEW_MAIL_CONFIGURATION } from './new-mail-configuration.ts'

const beginnings = [
  { of: 'smtp', values: NEW_MAIL_CONFIGURATION.smtp, needs: ['password'] },
  { of: 'microsoft', values: NEW_MAIL_CONFIGURATION.microsoft, needs: ['clientSecret'] },
  {
    of: 'XOAUTH2 at Microsoft',
    values: NEW_MAIL_CONFIGURATION['smtp-oauth'].microsoft,
    needs: ['clientSecret'],
  },
  {
    of: 'XOAUTH2 by a Google service account',
    values: NEW_MAIL_CONFIGURATION['smtp-oauth']['google-service-account'],
    needs: ['serviceAccount'],
  },
  {
    of: 'XOAUTH2 by a refresh token of Google',
    values: NEW_MAIL_CONFIGURATION['smtp-oauth']['google-refresh-token'],
    needs: ['clientSecret', 'refreshToken'],
  },
]

test.for(beginnings)('M1: a form of $of has the fields of its type', ({ values, needs }) => {
  expect(MailConfigurationValues.parse(values)).toEqual(values)
  const required = secretsOf(values).filter(({ isRequired }) => isRequired)
  expect(required.map(({ name }) => name)).toEqual(needs)
})

test('M1: without SMTP authentication no password is asked for', () => {
  expect(secretsOf({ ...NEW_MAIL_CONFIGURATION.smtp, authentication: false })).toEqual([
    { name: 'clientKey', isRequired: false },
  ])
})
