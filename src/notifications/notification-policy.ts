/** Who is told by mail of requests, as a kind of policy. */

import { parseOwnAddress } from '../accounts/address.ts'
import { HubError } from '../base/errors.ts'
import type { FieldIssue } from '../base/field-issues.ts'
import { NOTIFICATION_DEFAULTS, NotificationSettings } from '../contract/notification-settings.ts'
import type { Findings, PolicyKind } from '../policies/policy-kind.ts'

export const NOTIFICATION_POLICY: PolicyKind<NotificationSettings> = {
  kind: 'notification',
  isOnlyOne: true,
  schema: NotificationSettings,
  defaults: NOTIFICATION_DEFAULTS,
  secretsOf: () => [],
  validate: validateSettings,
  effects: ({ from, to }) => ({ 'notification.from': from, 'notification.to': to }),
}

/** Each mailed to once, however often it is named. */
export function addressesIn(list: string): string[] {
  const addresses = list.split(',').map((each) => each.trim())
  return [...new Set(addresses.filter((each) => each !== ''))]
}

function validateSettings(settings: NotificationSettings): Findings<NotificationSettings> {
  const issues: FieldIssue[] = []
  const read = (path: string, text: string) => {
    try {
      return parseOwnAddress(text).address
    } catch (error) {
      if (!(error instanceof HubError)) throw error
      issues.push({ path, code: 'field.malformed_address', message: error.message })
      return text
    }
  }
  const from = settings.from.trim()
  const document = {
    ...settings,
    from: from === '' ? '' : read('from', from),
    to: [...new Set(addressesIn(settings.to).map((each) => read('to', each)))].join(', '),
  }
  return { issues, warnings: [], document }
}
