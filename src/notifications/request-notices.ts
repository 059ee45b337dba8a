/** What `policies/` has to tell of requests, as notifications (tables A2 and A3). */

import type { Account } from '../accounts/accounts.ts'
import type { NotificationSettings } from '../contract/notification-settings.ts'
import type { FieldChange } from '../contract/policies.ts'
import type { Transaction } from '../db/connection.ts'
import { LEGEND } from '../policies/history/comparison.ts'
import type { RequestNotice, RequestNotices } from '../policies/requests/notices.ts'
import type { Notifications } from './notifications.ts'
import { addressesIn } from './notification-policy.ts'
import type { Reader } from './values.ts'

export interface RequestNoticesParts {
  readonly notifications: Pick<Notifications, 'enqueue'>
  readonly settings: (tx: Transaction) => Promise<NotificationSettings>
  readonly findAccount: (id: string) => Promise<Account | undefined>
  readonly findAccountOfAddress: (address: string) => Promise<Account | undefined>
  /** Address of a page of the hub. */
  readonly page: (path: `/${string}`) => string
}

/** Listed in one mail; the others are counted. The page has them all. */
const MAX_CHANGES = 50

const MAX_VALUE_CHARACTERS = 80

export function requestNotices(parts: RequestNoticesParts): RequestNotices {
  const { notifications, settings, page } = parts
  const sender = async (tx: Transaction) => {
    const { from } = await settings(tx)
    return from === '' ? {} : { from }
  }
  return {
    async submitted(tx, notice, { cc }) {
      const { to } = await settings(tx)
      const from = await sender(tx)
      const addresses = new Set([...addressesIn(to), ...(cc === '' ? [] : [cc])])
      for (const address of addresses) {
        const reader = await readerAt(parts, address)
        await notifications.enqueue(tx, 'policy-request', reader, valuesOf(notice, page), from)
      }
    },
    async decided(tx, notice, { is, by, comment }) {
      const { tellsDecisions } = await settings(tx)
      if (!tellsDecisions || notice.requester.id === by.id) return
      const from = await sender(tx)
      const values = { ...valuesOf(notice, page), verdict: is, decidedBy: by.name, answer: comment }
      for (const reader of await readersOf(parts, [notice.requester.id])) {
        await notifications.enqueue(tx, 'policy-decision', reader, values, from)
      }
    },
    async failed(tx, notice, { code, accounts }) {
      const from = await sender(tx)
      const values = { ...valuesOf(notice, page), failure: code }
      for (const reader of await readersOf(parts, accounts)) {
        await notifications.enqueue(tx, 'policy-failure', reader, values, from)
      }
    },
    async brokeGlass(tx, notice, { reason, accounts }) {
      const from = await sender(tx)
      const values = { ...valuesOf(notice, page), reason }
      for (const reader of await readersOf(parts, accounts)) {
        await notifications.enqueue(tx, 'break-glass', reader, values, from)
      }
    },
  }
}

function valuesOf(notice: RequestNotice, page: RequestNoticesParts['page']) {
  const { requestId, policyId, action, kind, name, requester, comment, changes, at } = notice
  const path =
    requestId === null
      ? (`/policies/${policyId}` as const)
      : (`/policies/requests/${requestId}` as const)
  return {
    ...{ action, kind, name, comment, requester: requester.name, at: at.toISOString() },
    changes: changes.slice(0, MAX_CHANGES).map(lineOf),
    more: Math.max(0, changes.length - MAX_CHANGES),
    page: page(path),
  }
}

/** `[#] port: 25 → 587`; of a secret that it changed. */
function lineOf({ path, change, isSecret, was, is }: FieldChange): string {
  const values = [was, is].flatMap((each) => (each === undefined ? [] : [short(each)]))
  const said = isSecret || values.length === 0 ? '' : `: ${values.join(' → ')}`
  return `${LEGEND[change]} ${path}${said}`
}

function short(value: NonNullable<FieldChange['was']> | null): string {
  const characters = [...JSON.stringify(value)]
  if (characters.length <= MAX_VALUE_CHARACTERS) return characters.join('')
  return `${characters.slice(0, MAX_VALUE_CHARACTERS - 1).join('')}…`
}

/** Approvers of the list need no account; who has one is written to in their language. */
async function readerAt(
  { findAccountOfAddress }: RequestNoticesParts,
  address: string,
): Promise<Reader> {
  const { name = address, language = 'en' } = (await findAccountOfAddress(address)) ?? {}
  return { address, name, language }
}

/** Programs and commands have no mailbox. */
async function readersOf(
  { findAccount }: RequestNoticesParts,
  ids: readonly string[],
): Promise<Reader[]> {
  const accounts = await Promise.all(ids.filter((id) => UUID.test(id)).map(findAccount))
  return accounts.flatMap((account) => {
    if (account?.status !== 'active') return []
    const { address, name, language } = account
    return [{ address, name, language }]
  })
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
