import { afterEach, beforeEach, expect, test } from 'vitest'
import { givenPolicies, type PolicySide } from '../../test/support/policy-side.ts'
import { findAccount, findAccountOfAddress } from '../accounts/store.ts'
import { decodeLatin1 } from '../base/bytes.ts'
import { silentLog } from '../base/log.ts'
import { generateSealingKey } from '../base/seal.ts'
import type { NotificationSettings } from '../contract/notification-settings.ts'
import { Jobs } from '../jobs/jobs.ts'
import type { Handover } from '../messages/acceptance.ts'
import type { Actor } from '../policies/lifecycle/transition.ts'
import { Requests } from '../policies/requests/requests.ts'
import { NOTIFICATION_POLICY } from './notification-policy.ts'
import { Notifications } from './notifications.ts'
import { requestNotices } from './request-notices.ts'

let side: PolicySide
let editor: Actor
let approver: Actor
let administrator: Actor
let requests: Requests
let sent: Handover[]
let jobs: Jobs

beforeEach(async () => {
  side = await givenPolicies()
  editor = await side.person('Emil', 'editor')
  approver = await side.person('Anna', 'approver')
  administrator = await side.person('Ada', 'administrator')
  side.policies.register(NOTIFICATION_POLICY)
  sent = []
  const notifications = new Notifications({
    messages: {
      accept: (handover) => Promise.resolve({ id: String(sent.push(handover)) }),
      releaseUnstored: () => Promise.reject(new Error('nothing is tested here')),
    },
    sender: () => Promise.resolve({ address: 'hub@example.com' }),
    hub: () => Promise.resolve({ organization: 'Example', url: 'https://hub.example.com' }),
    prepareSigner: () => Promise.resolve(),
    ...{ master: generateSealingKey(), clock: side.parts.clock, log: silentLog },
  })
  requests = new Requests({
    parts: side.control.parts,
    notices: requestNotices({
      notifications,
      settings: async (tx) => {
        const { document } = await side.policies.within(tx, NOTIFICATION_POLICY)
        if (document === null) throw new Error('the defaults hold at least')
        return document
      },
      findAccount: (id) => findAccount(side.db, id),
      findAccountOfAddress: (address) => findAccountOfAddress(side.db, address),
      page: (path) => `https://hub.example.com${path}`,
    }),
  })
  jobs = new Jobs({ connection: side.database.connection, log: silentLog })
  notifications.handleJobs(jobs)
  await jobs.start(side.db, { isAlone: true })
})

afterEach(async () => {
  await jobs.stop()
  await side.database.close()
})

const settings = (values: Partial<NotificationSettings>) =>
  side.policies.save(
    NOTIFICATION_POLICY,
    { from: '', to: '', tellsDecisions: false, ...values },
    { by: administrator },
  )

const recipients = () => sent.flatMap((each) => each.recipients).sort()

/** Without the line ends of quoted-printable. */
const textOf = (index: number) =>
  decodeLatin1(sent[index]?.content ?? new Uint8Array()).replaceAll('=\r\n', '')

test('M8: a request is mailed from the alias to every address of the list and to the copy', async () => {
  await settings({ from: 'alias@example.com', to: ' one@example.com, anna@example.com' })
  const policyId = await side.lampPolicy('Hall')
  const { id } = await requests.requestDeploy({
    ...{ policyId, by: editor, comment: 'it is dark', cc: 'emil@example.com' },
  })
  await expect.poll(recipients).toEqual(['anna@example.com', 'emil@example.com', 'one@example.com'])
  for (const fact of ['Hall', 'Emil', 'Deploy', 'it is dark', '[+] colour: "red"', id]) {
    expect(textOf(0)).toContain(fact)
  }
  expect(textOf(0)).toContain('From: alias@example.com')
})

test.for([
  { tellsDecisions: false, told: [] },
  { tellsDecisions: true, told: ['emil@example.com'] },
])('M8: with decisions mailed $tellsDecisions the requester hears: $told', async (row) => {
  await settings({ tellsDecisions: row.tellsDecisions })
  const policyId = await side.lampPolicy('Hall')
  const { id: requestId } = await requests.requestDeploy({ policyId, by: editor })
  await requests.approve({ requestId, by: approver, comment: 'so be it' })
  // Whatever was put in before this one is sent before it.
  await requests.requestDeploy({ policyId, by: editor, cc: 'last@example.com' })
  await expect.poll(recipients).toContain('last@example.com')
  expect(recipients()).toEqual([...row.told, 'last@example.com'])
})

test('M11: broken glass is mailed to everybody who could have approved, whatever the settings', async () => {
  const policyId = await side.lampPolicy('Hall')
  await requests.breakGlass({ policyId, by: administrator, reason: 'the server burns' })
  await expect.poll(recipients).toEqual(['ada@example.com', 'anna@example.com'])
  expect(textOf(0)).toContain('the server burns')
})

test('what is no list of addresses is refused, and each address stands in it once', async () => {
  const refused = settings({ from: 'nobody', to: 'one@example.com, two' })
  await expect(refused).rejects.toMatchObject({
    cause: { issues: [{ path: 'from' }, { path: 'to' }] },
  })
  await settings({ to: 'One@EXAMPLE.com,, One@example.com ' })
  const { document } = await side.policies.deployed(NOTIFICATION_POLICY)
  expect(document?.to).toBe('One@example.com')
})
