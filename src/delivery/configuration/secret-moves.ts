/** Whether a secret that is kept would be shown to somebody else than it was entered for. */

import type {
  MAIL_ENCRYPTIONS,
  MailConfigurationValues,
  MailSecret,
  MicrosoftMail,
} from '../../contract/mail-configuration.ts'

/**
 * True when a secret of `kept` went to the servers of `before` and would go to others, or by a less
 * certain way, with `after`: whoever finds an open browser could have it sent to themselves. Both are
 * in their normal form. The key of a client certificate is never sent.
 */
export function isSecretMoved(
  before: MailConfigurationValues,
  after: MailConfigurationValues,
  { kept }: { kept: readonly MailSecret[] },
): boolean {
  if (kept.every((secret) => secret === 'clientKey')) return false
  if (after.type !== before.type) return true
  if (after.type === 'microsoft') return !isSame(before as MicrosoftMail, after, MICROSOFT)
  if (isOtherServer(before as Server, after)) return true
  if (after.type === 'smtp') return false
  return !isSame(before as typeof after, after, ['provider', 'authority'])
}

type Server = Exclude<MailConfigurationValues, { type: 'microsoft' }>

const MICROSOFT = ['authority', 'graph'] as const

/** How certain it is that only the server reads what is sent; both of the last are. */
const CERTAINTY: Readonly<Record<(typeof MAIL_ENCRYPTIONS)[number], number>> = {
  none: 0,
  'starttls-if-offered': 1,
  'starttls-required': 2,
  tls: 2,
}

function isOtherServer(before: Server, after: Server): boolean {
  return (
    !isSame(before, after, ['host', 'port', 'caPem']) ||
    CERTAINTY[after.encryption] < CERTAINTY[before.encryption] ||
    (after.acceptInvalidCertificate && !before.acceptInvalidCertificate) ||
    (after.acceptWrongHostName && !before.acceptWrongHostName)
  )
}

function isSame<Values>(one: Values, other: Values, names: readonly (keyof Values)[]): boolean {
  return names.every((name) => one[name] === other[name])
}
