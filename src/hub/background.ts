/** What a hub does by itself: the mail it writes, and its jobs. */

import { AccountJobs } from '../accounts/account-jobs.ts'
import type { TestMailOrder } from '../delivery/configuration/mail-tests.ts'
import type { OutgoingMessage } from '../delivery/outgoing-message.ts'
import { Jobs } from '../jobs/jobs.ts'
import { addressOfHub } from '../messages/mail-side.ts'
import type { Messages } from '../messages/messages.ts'
import { eraseExpired } from '../messages/retention.ts'
import { ExpiringCertificates } from '../notifications/expiring-certificates.ts'
import { accountNotices } from '../notifications/account-notices.ts'
import { Notifications } from '../notifications/notifications.ts'
import { ACCOUNT_JOB, type Foundation } from './foundation.ts'

/** Mail that the hub itself writes. */
export function notificationsOf(foundation: Foundation, messages: Messages): Notifications {
  const { organization, mailConfiguration, authority, publicAddress } = foundation
  return new Notifications({
    ...foundation,
    messages,
    sender: async () => {
      const { name } = await organization.recent()
      return { name, ...(await mailConfiguration.sender()) }
    },
    hub: async () => {
      const { name } = await organization.recent()
      return { organization: name, url: publicAddress.origin }
    },
    prepareSigner: async (address) => {
      await authority.issueForHub(address, { by: 'hub' })
    },
  })
}

/** Writes the mail of a test, in the language of whoever asked for it. */
export function testMailWriter(
  { accounts, organization }: Foundation,
  notifications: Notifications,
): (order: TestMailOrder) => Promise<OutgoingMessage> {
  return async ({ reader: { id, name, address }, sender, tested, traits }) => {
    const language = (await accounts.findAccount(id))?.language ?? 'en'
    const { name: organizationName } = await organization.recent()
    const { message } = await notifications.composeTestMail({
      reader: { name, address, language },
      sender: { name: organizationName, ...sender },
      tested,
      traits,
    })
    return message
  }
}

/** What is done later, and by the clock. */
export function jobsOf(foundation: Foundation, notifications: Notifications): Jobs {
  const { database, organization, authority, accounts, accountSide, publicAddress } = foundation
  const { db, clock, log } = foundation
  const jobs = new Jobs({ connection: database.connection, log })
  notifications.handleJobs(jobs)
  const notices = accountNotices(notifications)
  const accountJobs = new AccountJobs({ ...foundation, links: accountSide.links, notices })
  jobs.handle(ACCOUNT_JOB, (job) => accountJobs.do(job))
  const expiring = new ExpiringCertificates({
    ...foundation,
    notifications,
    officers: () => accounts.findAccountsWithRole('administrator', 'certificate-officer'),
    authorities: async () => {
      const found = await authority.find()
      return found === undefined ? [] : [found.root.fingerprint, found.issuing.fingerprint]
    },
    // Where certificates that end are listed.
    page: () => publicAddress.link('/overview'),
  })
  jobs.handleRegularly('certificates.tell-expiring', '17 6 * * *', async () => {
    const settings = await organization.find()
    if (settings === undefined) return
    // Its own the hub makes anew by itself, before anybody has to be told.
    await authority.issueForHub(addressOfHub(settings), { by: 'hub' })
    await expiring.tell()
  })
  jobs.handleRegularly('messages.erase', '23 * * * *', async () => {
    const settings = await organization.find()
    if (settings !== undefined) await eraseExpired({ db, clock, log }, settings)
  })
  jobs.handleRegularly('accounts.tidy', '41 * * * *', () => accountSide.removeOld())
  return jobs
}
