import { expect, test } from 'vitest'
import { freshDatabase } from '../../test/support/database.ts'
import { Accounts } from '../accounts/accounts.ts'
import { Audit } from '../audit/audit.ts'
import { Authority } from '../authority/authority.ts'
import { silentLog } from '../base/log.ts'
import { generateSealingKey } from '../base/seal.ts'
import { Certificates } from '../certificates/certificates.ts'
import { Keys } from '../keys/keys.ts'
import { ExpiringCertificates } from './expiring-certificates.ts'
import type { Notifications } from './notifications.ts'
import type { NotificationValues, Reader } from './values.ts'

const DAY_MS = 86_400_000
const officer: Reader = { address: 'admin@example.com', name: 'Admin', language: 'en' }

test('M4: officers learn of a certificate that ends at 30, 14, 7 days and 1 day, once each, until it is replaced', async () => {
  await using fresh = await freshDatabase()
  const { db } = fresh
  let now = new Date('2026-11-21T12:00:00Z')
  const clock = { now: () => now }
  const keys = new Keys({ db, master: generateSealingKey() })
  const parts = { db, keys, audit: new Audit({ db }), clock, log: silentLog }
  const certificates = new Certificates(parts)
  const accounts = new Accounts(parts)
  const domains = () => Promise.resolve(['example.com'])
  const authority = new Authority({ ...parts, certificates, domains })
  const by = 'test'
  await authority.establish({ organization: 'Example', hubAddress: 'hub@example.com', by })
  const ada = await accounts.addPerson({ address: 'ada@example.com', name: 'Ada', by })
  const { signing } = await authority.issueFor(ada, { by, keyType: 'p-256' })

  const told: NotificationValues<'certificate-expiring'>[] = []
  let officers: Reader[] = []
  const notifications = {
    enqueue: (_tx: unknown, _name: string, _reader: Reader, values: (typeof told)[number]) => {
      told.push(values)
      return Promise.resolve()
    },
  } as Pick<Notifications, 'enqueue'>
  const expiring = new ExpiringCertificates({
    ...parts,
    certificates,
    notifications,
    officers: () => Promise.resolve(officers),
    authorities: async () => {
      const { root, issuing } = await authority.get()
      return [root.fingerprint, issuing.fingerprint]
    },
    page: () => 'https://mail.example.com/certificates',
  })
  /** What is told on that many days before the end of Ada's certificates. */
  const tellAt = async (daysLeft: number) => {
    now = new Date(signing.notAfter.getTime() - daysLeft * DAY_MS)
    const count = await expiring.tell()
    return { count, told: told.splice(0) }
  }

  expect(await tellAt(20)).toEqual({ count: 0, told: [] })
  officers = [officer]
  expect(await tellAt(31)).toEqual({ count: 0, told: [] })
  const first = await tellAt(29.5)
  // Two of the hub's identity and two of Ada's.
  expect(first.count).toBe(4)
  expect(first.told).toHaveLength(1)
  const listed = first.told[0]?.certificates ?? []
  expect(listed.map(({ address, uses }) => `${address} ${uses.join()}`).sort()).toEqual([
    'ada@example.com encryption',
    'ada@example.com signing',
    'hub@example.com encryption',
    'hub@example.com signing',
  ])
  expect(first.told[0]).toMatchObject({ more: 0, page: 'https://mail.example.com/certificates' })
  expect(await tellAt(29)).toEqual({ count: 0, told: [] })
  expect((await tellAt(14)).count).toBe(4)

  await authority.issueFor(ada, { by, keyType: 'p-256' })
  await authority.issueForHub('hub@example.com', { by })
  expect(await tellAt(7)).toEqual({ count: 0, told: [] })
})
