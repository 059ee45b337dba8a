import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, expect, test, vi } from 'vitest'
import { freshDatabase } from '../../test/support/database.ts'
import { HubError } from '../base/errors.ts'
import { silentLog } from '../base/log.ts'
import { binarySources } from './cluster-binaries.ts'
import { openDatabase } from './connection.ts'
import { PrivateCluster, socketConnection } from './private-cluster.ts'

// Clusters that force everything to the disk, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const undo: (() => unknown)[] = []

afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

test.for([
  { where: 'no server', connection: socketConnection('/nowhere') },
  { where: 'a closed port', connection: { is: 'url', url: 'postgres://127.0.0.1:1/x' } as const },
  {
    where: 'an unknown host',
    connection: { is: 'url', url: 'postgres://none.invalid/x' } as const,
  },
])('opening a database at $where is to be tried again', async ({ connection }) => {
  await expect(openDatabase(connection, { log: silentLog })).rejects.toMatchObject({
    code: 'database.unavailable',
    answer: { smtp: '451 4.3.0', http: 503 },
  })
})

test.for([
  { state: '08006', code: 'database.unavailable' },
  { state: '53100', code: 'storage.full' },
  { state: '53200', code: 'database.unavailable' },
  { state: '53300', code: 'database.unavailable' },
  { state: '57P01', code: 'database.unavailable' },
  { state: '57P03', code: 'database.unavailable' },
  { state: '25006', code: 'database.unavailable' },
])('a statement that ends with $state is $code', async ({ state, code }) => {
  await using database = await freshDatabase()
  const statement = sql.raw(`do $$ begin raise exception 'no' using errcode = '${state}'; end $$`)
  await expect(statement.execute(database.db)).rejects.toMatchObject({ code })
})

test('a statement that is wrong stays what it is', async () => {
  await using database = await freshDatabase()
  const wrong = await sql`select nothing`.execute(database.db).catch((error: unknown) => error)
  expect(wrong).toBeInstanceOf(Error)
  expect(wrong).not.toBeInstanceOf(HubError)
})

test('a full disk is named, loses nothing, and is over when there is room', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-full-'))
  undo.push(() => rmSync(folder, { recursive: true }))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', folder]).status !== 0) {
    return context.skip('no right to mount a small disk here')
  }
  undo.push(() => spawnSync('umount', ['-l', folder]))
  const cluster = await PrivateCluster.start({
    dataFolder: join(folder, 'data'),
    log: silentLog,
    sources: binarySources(),
  })
  undo.push(() => cluster.stop())
  const db = await openDatabase(cluster.connection, { log: silentLog })
  undo.push(() => db.destroy())
  await sql`create table message (n integer, content bytea)`.execute(db)
  // What is left of the disk is somebody else's.
  const ballast = join(folder, 'ballast')
  fillUp(ballast)

  // 1 MB that does not compress.
  const insert = (n: number) =>
    sql`
    insert into message select ${n}::integer, string_agg(sha256((${n}::text || x)::bytea), '')
    from generate_series(1, 32768) as x`.execute(db)
  let accepted = 0
  let failure: unknown
  while (failure === undefined && accepted < 200) {
    try {
      await insert(accepted)
      accepted += 1
    } catch (error) {
      failure = error
    }
  }
  expect(failure).toMatchObject({ code: 'storage.full', answer: { smtp: '452 4.3.1', http: 507 } })

  unlinkSync(ballast)
  await expect
    .poll(() => insert(accepted).then(() => 'accepted', String), { timeout: 20_000 })
    .toBe('accepted')
  const { rows } = await sql<{ n: number }>`select n from message order by n`.execute(db)
  expect(rows.map((row) => row.n)).toEqual(Array.from({ length: accepted + 1 }, (_, n) => n))
})

function fillUp(file: string): void {
  const { stderr } = spawnSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=64k'], { encoding: 'utf8' })
  expect(stderr).toContain('No space left')
}
