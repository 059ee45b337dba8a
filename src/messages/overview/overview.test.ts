import { expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../../test/support/database.ts'
import { storeMessage } from '../../../test/support/stored-messages.ts'
import { silentLog } from '../../base/log.ts'
import { Overview } from '../../contract/overview.ts'
import { PERMISSIONS, type Permission } from '../../contract/permissions.ts'
import { Finding } from '../finding/finding.ts'
import { ListingRefresh } from '../listing/refresh.ts'
import { OverviewPage } from './overview.ts'

const NOW = new Date('2030-01-02T12:30:00Z')
const ago = (hours: number) => new Date(NOW.getTime() - hours * 60 * 60 * 1000)

test('the overview counts by the hour, names what needs a person, and tells nobody more than they may see', async () => {
  const fresh = await freshDatabase()
  onTestFinished(() => fresh.close())
  const { db } = fresh
  const failed = await storeMessage(db, { at: ago(2), deliveries: [{ state: 'failed' }] })
  await storeMessage(db, { at: ago(30), deliveries: [{ state: 'failed' }] })
  const held = await storeMessage(db, { at: ago(1), deliveries: [{ state: 'held' }] })
  for (const hours of [1, 1, 1, 4]) {
    await storeMessage(db, {
      at: ago(hours),
      deliveries: [{ state: 'waiting', strength: 'clear' }],
    })
  }
  const refresh = new ListingRefresh({ db, log: silentLog })
  const finding = new Finding({ db, refresh })
  const page = new OverviewPage({ db, clock: { now: () => NOW }, finding, refresh })
  const all = Overview.parse(await page.look(24, new Set(PERMISSIONS)))
  expect(all.needs.failed).toMatchObject({ count: 1, first: [{ id: failed }] })
  expect(all.needs.held).toMatchObject({ count: 1, first: [{ id: held }] })
  expect(all.queue).toEqual({
    ...{ waiting: 4, held: 1 },
    ...{ oldestSeconds: 14_400, p95Seconds: 14_400, p50Seconds: 3600 },
    ages: [
      { belowSeconds: 60, waiting: 0, held: 0 },
      { belowSeconds: 600, waiting: 0, held: 0 },
      { belowSeconds: 3600, waiting: 0, held: 0 },
      // An hour old is not below an hour.
      { belowSeconds: 21_600, waiting: 4, held: 1 },
      { belowSeconds: 86_400, waiting: 0, held: 0 },
      { belowSeconds: null, waiting: 0, held: 0 },
    ],
  })
  expect(all.mail).toHaveLength(24)
  expect(all.mail?.at(-2)).toMatchObject({
    at: '2030-01-02T11:00:00.000Z',
    ...{ waiting: 3, held: 1, signed: 4, encrypted: 1, total: 4 },
  })
  expect(all.expiringByWeek).toHaveLength(13)
  const byDay = await page.look(720, new Set(PERMISSIONS))
  expect(byDay.mail).toHaveLength(30)
  expect(byDay.mail?.at(-2)).toMatchObject({ at: '2030-01-01T00:00:00.000Z', total: 1 })
  const little = await page.look(24, new Set<Permission>(['overview.read']))
  expect(little).toMatchObject({ mail: null, queue: null, expiringByWeek: null })
  expect(Object.values(little.needs)).toEqual([null, null, null, null, null])
})
