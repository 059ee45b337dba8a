import { NOTIFICATION_DEFAULTS } from '../contract/notification-settings.ts'
import type { Notifications } from '../notifications/notifications.ts'
import { NOTIFICATION_POLICY } from '../notifications/notification-policy.ts'
import { requestNotices } from '../notifications/request-notices.ts'
import { Requests } from '../policies/requests/requests.ts'
import type { Foundation } from './foundation.ts'

/** Requests about policies, with their mail. */
export function requestsOf(
  { changeControl, policies, accounts, publicAddress }: Foundation,
  notifications: Notifications,
): Requests {
  return new Requests({
    parts: changeControl.parts,
    notices: requestNotices({
      notifications,
      settings: async (tx) =>
        (await policies.within(tx, NOTIFICATION_POLICY)).document ?? NOTIFICATION_DEFAULTS,
      findAccount: (id) => accounts.findAccount(id),
      findAccountOfAddress: (address) => accounts.findAccountOfAddress(address),
      page: (path) => publicAddress.link(path),
    }),
  })
}
