import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../test/support/database.ts'
import { silentLog } from '../../base/log.ts'
import { PublicAddress } from '../../base/public-address.ts'
import { Presence } from '../../delivery/queue/presence.ts'
import { type HubState, HubWatch, warningsFor } from './hub-state.ts'

const now = new Date('2030-01-01T12:00:00Z')
const clock = { now: () => now }

test('the hub tells its versions, its processes and what waits', async () => {
  await using database = await freshDatabase()
  const { db } = database
  const presence = new Presence({ db, clock, log: silentLog, roles: ['web', 'worker'] })
  await presence.start({ alone: false })
  const gone = randomUUID()
  await db
    .insertInto('hubProcess')
    .values({
      id: gone,
      host: 'old',
      startedAt: new Date('2029-01-01T00:00:00Z'),
      aliveUntil: new Date('2029-01-01T00:00:35Z'),
      roles: ['smtp'],
      version: '0.0.1',
    })
    .execute()
  const watch = new HubWatch({
    db,
    clock,
    config: { data: tmpdir(), databaseUrl: undefined },
    publicAddress: new PublicAddress({
      publicUrl: undefined,
      http: { host: '127.0.0.1', port: 8080 },
      hostname: 'hub.example.org',
    }),
    nodeId: presence.id,
  })
  const state = await watch.look()
  expect(state).toMatchObject({
    versions: { node: process.versions.node },
    publicUrl: 'http://localhost:8080',
    nodeId: presence.id,
    nodes: [
      { id: gone, alive: false, lastSeenAt: new Date('2029-01-01T00:00:00Z') },
      { id: presence.id, alive: true, roles: ['web', 'worker'], lastSeenAt: now },
    ],
    queue: { waiting: 0, held: 0, oldestWaitingSince: null },
    jobs: { waiting: 0, failed: 0 },
    lastMailTest: undefined,
    warnings: [],
  })
  expect(state.versions.hub).toMatch(/^\d+\.\d+\.\d+/)
  expect(state.versions.postgresql).toMatch(/^\d+/)
  expect(state.database.sizeBytes).toBeGreaterThan(1_000_000)
  expect(state.disk?.sizeBytes).toBeGreaterThan(0)
  await presence.stop()
  expect((await watch.look()).warnings).toEqual(['no-worker'])
})

const node = {
  id: 'a',
  host: 'a',
  startedAt: now,
  lastSeenAt: now,
  alive: true,
  roles: ['worker'],
  version: '1.0.0',
}
const good: Omit<HubState, 'warnings'> = {
  versions: { hub: '1.0.0', node: '24', postgresql: '18' },
  startedAt: now,
  uptimeSeconds: 0,
  publicUrl: 'https://mail.example.org',
  nodeId: 'a',
  nodes: [node],
  database: { answersInMs: 1, sizeBytes: 1, own: true },
  queue: { waiting: 1, held: 0, oldestWaitingSince: now },
  disk: { freeBytes: 100 * 1024 ** 3, sizeBytes: 200 * 1024 ** 3 },
  jobs: { waiting: 0, failed: 0 },
  lastMailTest: { id: '1', startedAt: now, outcome: 'accepted' },
}

test.for<[string, Partial<HubState>, string[]]>([
  ['nothing is wrong', {}, []],
  ['it is open by http', { publicUrl: 'http://mail.example.org' }, ['plain-http']],
  ['it is open by http on this machine', { publicUrl: 'http://[::1]:8080' }, []],
  [
    'mail waits for over an hour',
    { queue: { waiting: 1, held: 0, oldestWaitingSince: new Date('2030-01-01T10:59:59Z') } },
    ['queue-old'],
  ],
  ['the disk is nearly full', { disk: { freeBytes: 1, sizeBytes: 2 } }, ['disk-low']],
  ['jobs gave up', { jobs: { waiting: 0, failed: 1 } }, ['jobs-failed']],
  [
    'the mail test failed',
    { lastMailTest: { id: '1', startedAt: now, outcome: 'failed' } },
    ['mail-test-failed'],
  ],
  [
    'versions differ',
    { nodes: [node, { ...node, id: 'b', version: '2.0.0' }] },
    ['versions-differ'],
  ],
  [
    'a process of another version is gone',
    { nodes: [node, { ...node, version: '2.0.0', alive: false }] },
    [],
  ],
  ['nobody works', { nodes: [{ ...node, roles: ['web'] }] }, ['no-worker']],
])('what to look at when %s', ([, change, warnings]) => {
  expect(warningsFor({ ...good, ...change }, now)).toEqual(warnings)
})
