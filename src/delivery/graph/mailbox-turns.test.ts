import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as passing } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/database.ts'
import { startTurns } from '../../../test/support/mailbox-turns.ts'
import { type MicrosoftOptions, startMicrosoft } from '../../../test/support/microsoft.ts'
import { encodeLatin1 } from '../../base/bytes.ts'
import { systemClock } from '../../base/clock.ts'
import { silentLog } from '../../base/log.ts'
import type { GraphMailRoute } from '../mail-route.ts'
import { TokenCache } from '../oauth/token-cache.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'
import { ALIVE_FOR_MS } from '../queue/presence.ts'
import { GraphTransport } from './graph-transport.ts'

const SENDER = join(import.meta.dirname, '../../../test/support/graph-sender.ts')

const message: OutgoingMessage = {
  from: 'hub@example.org',
  recipients: ['ada@example.org'],
  content: encodeLatin1('From: hub@example.org\r\nTo: ada@example.org\r\n\r\nhello\r\n'),
  smtpUtf8: false,
  eightBit: false,
}

async function given() {
  const database = await freshDatabase()
  onTestFinished(() => database.close())
  return { database, begin: (clock = systemClock) => processOf(database, clock) }
}

async function processOf({ connection }: FreshDatabase, clock = systemClock) {
  const { turns, stop } = await startTurns(connection, clock)
  onTestFinished(stop)
  return turns
}

async function givenMicrosoft(options: MicrosoftOptions) {
  const microsoft = await startMicrosoft(options)
  onTestFinished(() => microsoft.close())
  const { url, tenant, clientId, clientSecret, mailbox } = microsoft
  const route: GraphMailRoute = {
    is: 'graph',
    sender: mailbox,
    graph: url,
    source: { is: 'microsoft', authority: url, tenant, clientId, clientSecret },
  }
  return { microsoft, route }
}

/** Another process of the same hub, which sends so many. */
function sendElsewhere({ connection }: FreshDatabase, route: GraphMailRoute, count: number) {
  const order = JSON.stringify({ connection, route, count })
  const child = spawn(process.execPath, [SENDER, order], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, said: text(child.stdout) }
}

function transportBy(route: GraphMailRoute, turns: Awaited<ReturnType<typeof processOf>>) {
  const clock = systemClock
  return new GraphTransport(route, {
    ...{ clock, log: silentLog, turns },
    tokens: new TokenCache({ clock }),
  })
}

test('M3: two processes have four requests under way at once, together', async () => {
  const { database, begin } = await given()
  const { microsoft, route } = await givenMicrosoft({ hold: () => passing(5) })
  const { said } = sendElsewhere(database, route, 20)
  const transport = transportBy(route, await begin())
  const reports = await Promise.all(Array.from({ length: 20 }, () => transport.deliver(message)))
  expect(reports.map(({ recipients }) => recipients[0]?.is)).toEqual(Array(20).fill('delivered'))
  expect(JSON.parse(await said)).toEqual(Array(20).fill('delivered'))
  expect(microsoft.mostAtOnce).toBe(4)
  expect(microsoft.messages).toHaveLength(40)
  expect(await database.db.selectFrom('mailboxTurn').select('ticket').execute()).toEqual([])
})

test('M3: the turns of a process that was killed are free once its presence has expired', async () => {
  const { database, begin } = await given()
  const heldUp = Promise.withResolvers<void>()
  const { microsoft, route } = await givenMicrosoft({ hold: () => heldUp.promise })
  const { child } = sendElsewhere(database, route, 4)
  await expect.poll(() => microsoft.mostAtOnce, { timeout: 20_000 }).toBe(4)
  let aheadMs = 0
  const clock = { now: () => new Date(Date.now() + aheadMs) }
  const sending = transportBy(route, await begin(clock)).deliver(message)
  const tickets = () => database.db.selectFrom('mailboxTurn').select('ticket').execute()
  await expect.poll(tickets).toHaveLength(5)
  child.kill('SIGKILL')
  await once(child, 'exit')
  heldUp.resolve()
  aheadMs = ALIVE_FOR_MS + 1
  expect((await sending).recipients).toMatchObject([{ is: 'delivered' }])
  expect(microsoft.mostAtOnce).toBe(4)
  await expect.poll(tickets).toEqual([])
})

test('M3: who has much to send does not keep others from their turn', async () => {
  const { begin } = await given()
  const [busy, other] = [await begin(), await begin()]
  const { signal } = new AbortController()
  const [end] = await Promise.all(Array.from({ length: 4 }, () => busy.take('box', signal)))
  const order: string[] = []
  const behind = Promise.all(
    Array.from({ length: 2 }, async () => {
      const endTurn = await busy.take('box', signal)
      order.push('busy')
      endTurn()
    }),
  )
  const waiting = other.take('box', signal).then((endTurn) => {
    order.push('other')
    endTurn()
  })
  // Another mailbox has turns of its own.
  ;(await other.take('another box', signal))()
  end?.()
  await Promise.all([waiting, behind])
  expect(order[0]).toBe('other')
})

test('M3: who no longer wants a turn leaves the queue', async () => {
  const { database, begin } = await given()
  const turns = await begin()
  const { signal } = new AbortController()
  const ends = await Promise.all(Array.from({ length: 4 }, () => turns.take('box', signal)))
  const impatient = new AbortController()
  const waiting = turns.take('box', impatient.signal)
  impatient.abort(new Error('too long'))
  await expect(waiting).rejects.toThrow('too long')
  for (const end of ends) end()
  await expect
    .poll(() => database.db.selectFrom('mailboxTurn').select('ticket').execute())
    .toEqual([])
})

test('M3: what Graph asked of one process holds for all', async () => {
  const { begin } = await given()
  const [asked, other] = [await begin(), await begin()]
  await asked.pause('box', 60_000)
  await asked.pause('box', 10)
  expect(await other.pauseLeftMs('box')).toBeGreaterThan(50_000)
  expect(await other.pauseLeftMs('another box')).toBe(0)
})
