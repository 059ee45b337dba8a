import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../test/support/database.ts'
import { silentLog } from '../base/log.ts'
import { Signals, sendSignal } from './signals.ts'

async function given() {
  const database = await freshDatabase()
  const signals = new Signals({ connection: database.connection, log: silentLog })
  await signals.start()
  onTestFinished(async () => {
    await signals.stop()
    await database.close()
  })
  const heard: (string | undefined)[] = []
  const off = signals.on('policy', (payload) => heard.push(payload))
  const send = (payload: string) =>
    database.db.transaction().execute((tx) => sendSignal(tx, 'policy', payload))
  return { database, heard, off, send }
}

test('a signal arrives when its transaction is committed, and only then', async () => {
  const { database, heard, send } = await given()
  const undone = database.db.transaction().execute(async (tx) => {
    await sendSignal(tx, 'policy', 'never')
    throw new Error('changed my mind')
  })
  await expect(undone).rejects.toThrow()
  await database.db.transaction().execute((tx) => sendSignal(tx, 'mail_test', 'for others'))
  await send('mail')
  await expect.poll(() => heard).toEqual(['mail'])
})

test('who no longer listens hears nothing', async () => {
  const { heard, off, send } = await given()
  await send('one')
  await expect.poll(() => heard).toEqual(['one'])
  off()
  await send('two')
  await send('three')
  expect(heard).toEqual(['one'])
})

test('when the connection was lost, listeners are asked to look for themselves', async () => {
  const { database, heard, send } = await given()
  await sql`
    select pg_terminate_backend(pid, 10000) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend'
      and pid <> pg_backend_pid()`.execute(database.db)
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual([undefined])
  await send('after')
  await expect.poll(() => heard).toEqual([undefined, 'after'])
})
