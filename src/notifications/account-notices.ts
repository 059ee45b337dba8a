/** What `accounts/` has to tell the owners of accounts, as notifications. */

import { createHash } from 'node:crypto'
import type { AccountNotices, NoticePlace, NoticeReader } from '../accounts/notices.ts'
import type { NotificationName } from '../contract/notifications.ts'
import type { Notifications } from './notifications.ts'
import type { NotificationValues } from './values.ts'

/** Notices come from jobs, and may come twice: what says the same to the same account is sent once. */
export function accountNotices(notifications: Pick<Notifications, 'send'>): AccountNotices {
  const send = async <Name extends NotificationName>(
    name: Name,
    { accountId, address, name: called, language }: NoticeReader,
    values: NotificationValues<Name>,
  ) => {
    const key = keyOf([name, accountId, values])
    await notifications.send(name, { address, name: called, language }, values, { key })
  }
  return {
    passwordReset: (to, { link, expiresAt }) =>
      send('password-reset', to, { link, validUntil: expiresAt.toISOString() }),
    invitation: (to, { link, expiresAt, by }) =>
      send('invitation', to, { link, validUntil: expiresAt.toISOString(), invitedBy: by }),
    lockedOut: (to, { at, until, place }) =>
      send('lock-out', to, { ...from(at, place), until: until.toISOString() }),
    newSignIn: (to, { at, place }) => send('new-sign-in', to, from(at, place)),
    accountChanged(to, { what, at, place }) {
      switch (what) {
        case 'password-changed':
          return send('password-changed', to, { ...from(at, place), by: 'self' })
        case 'password-reset':
          return send('password-changed', to, { ...from(at, place), by: 'reset' })
        case 'second-factor-added':
        case 'second-factor-removed':
        case 'recovery-codes-made':
        case 'recovery-code-used':
        case 'sign-in-linked':
        case 'roles-changed':
        case 'api-token-made':
          return send('account-changed', to, { ...from(at, place), change: what })
      }
    },
  }
}

function from(at: Date, place: NoticePlace | undefined) {
  return {
    at: at.toISOString(),
    ...(place === undefined ? {} : { clientAddress: place.address }),
    ...(place === undefined || place.userAgent === '' ? {} : { agent: place.userAgent }),
  }
}

/** Of everything that is said: a link is new each time it is asked for, a moment each time it happens. */
function keyOf(said: unknown): string {
  return createHash('sha256').update(JSON.stringify(said)).digest('hex')
}
