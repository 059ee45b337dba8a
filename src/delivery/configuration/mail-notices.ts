/** Who is told what of the mail configuration. */

import { MAIL_MARKS, type MailNotice } from '../../contract/mail-configuration.ts'
import type { Permission } from '../../contract/permissions.ts'

/** All of it to those who may see the configuration, the marks to whoever sees mail. */
export async function noticesFor(
  permissions: ReadonlySet<Permission>,
  read: () => Promise<readonly MailNotice[]>,
): Promise<MailNotice[]> {
  if (permissions.has('mail-configuration.read')) return [...(await read())]
  if (!permissions.has('messages.read')) return []
  const notices = await read()
  return MAIL_MARKS.filter((mark) => notices.includes(mark))
}
