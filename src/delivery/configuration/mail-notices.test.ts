import { expect, test } from 'vitest'
import { MAIL_MARKS, MAIL_NOTICES, type MailNotice } from '../../contract/mail-configuration.ts'
import { permissionsOf, type Role } from '../../contract/permissions.ts'
import { noticesFor } from './mail-notices.ts'

const told = (role: Role, notices: readonly MailNotice[] = MAIL_NOTICES) =>
  noticesFor(permissionsOf([role]), () => Promise.resolve(notices))

test('M1: whoever sees mail is told that the mail server is not checked, and no more', async () => {
  expect(await told('administrator')).toEqual(MAIL_NOTICES)
  expect(await told('auditor')).toEqual(MAIL_MARKS)
  expect(await told('auditor', ['mail.last_test_failed'])).toEqual([])
  expect(await told('editor')).toEqual([])
})
