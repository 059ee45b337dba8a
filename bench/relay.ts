/**
 * The group `relay`: messages a second from the first connection to the last message at the receiver.
 * The hub signs (RSA-2048), encrypts (RSA-2048, AES-256-GCM), reads back and stores durably; Postfix,
 * and Haraka when it is installed, relay the same messages in clear. All get them from `smtp-source` over 20 connections and hand
 * them to `smtp-sink`, all on this machine.
 *
 * Told are the rate by the clock and the rate by processor time: that of every process of the relay,
 * the database's too. On a machine that does other things at the same time the clock favours whoever
 * runs in more processes; processor time hardly changes.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  familyOf,
  hubCommand,
  type HubProcess,
  startHubProcess,
} from '../test/support/hub-process.ts'
import { run, runOk } from '../test/support/peers.ts'
import { freePort } from '../test/support/ports.ts'
import { startPostfix } from '../test/support/postfix.ts'
import { startHaraka } from './haraka.ts'
import { median, type Figure, type Row } from './measure.ts'

const ROUNDS = 3
const MESSAGES = 3_000
/** What the engine needs before it has compiled the whole path. */
export const WARM_UP_MESSAGES = 4_000
const MESSAGE_BYTES = 4096
const CONNECTIONS = 20
const ROUND_TIMEOUT_MS = 60_000
const SETTLED_MS = 200

const ADA = 'ada@example.org'
const BEN = 'ben@partner.test'

export const rows: readonly Row[] = [
  { work: 'relay 4 KB, signed, encrypted, durable', measure: measureRelay },
]

async function measureRelay(): Promise<readonly Figure[]> {
  if (
    process.getuid?.() !== 0 ||
    run(['which', 'postfix', 'smtp-source', 'smtp-sink']).status !== 0
  ) {
    console.error('relay: skipped, it needs root and Postfix with smtp-source and smtp-sink')
    return []
  }
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-bench-'))
  const sink = await startSink()
  const hub = await startBenchHub(folder, sink.port)
  const relayTo = { host: '127.0.0.1', port: sink.port }
  const postfix = await startPostfix({ relayTo })
  const haraka = await startHaraka({ relayTo })
  try {
    const hubRelay: Relay = {
      port: Number(hub.addresses.relayAddress?.split(':').at(-1)),
      processes: () => familyOf(hub.child.pid ?? 0),
    }
    const harakaProcesses = () => (haraka === undefined ? [] : familyOf(haraka.child.pid ?? 0))
    const postfixRelay: Relay = {
      port: postfix.port,
      // All that was started here and is nothing else.
      processes: () => {
        const others = new Set([
          ...[...hubRelay.processes(), ...harakaProcesses()],
          ...[sink.child.pid, process.pid],
        ])
        return familyOf(process.pid).filter((pid) => !others.has(pid))
      },
    }
    const peers: Peer[] = [
      { name: 'Postfix', relay: postfixRelay, goals: { byClock: 1.5, byProcessor: 1.5 } },
    ]
    if (haraka !== undefined) {
      const relay = { port: haraka.port, processes: harakaProcesses }
      // It waits for no disk, so what its work takes says little beside the clock.
      peers.push({ name: 'Haraka', relay, goals: { byClock: 2 } })
    }
    return await compare(hubRelay, { peers, sink })
  } finally {
    await haraka?.stop()
    await postfix.stop()
    await hub.stop()
    sink.child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Round by round, each relay in turn; figures are medians. */
async function compare(
  hub: Relay,
  { peers, sink }: { peers: readonly Peer[]; sink: Sink },
): Promise<readonly Figure[]> {
  for (const relay of [hub, ...peers.map((peer) => peer.relay)]) {
    await rates(relay, sink, WARM_UP_MESSAGES)
  }
  const rounds: { ours: Rates; theirs: readonly Rates[] }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = await rates(hub, sink, MESSAGES)
    const theirs: Rates[] = []
    for (const { relay } of peers) theirs.push(await rates(relay, sink, MESSAGES))
    rounds.push({ ours, theirs })
  }
  return peers.flatMap(({ name, goals }, index) => {
    const pairs = rounds.flatMap(({ ours, theirs }) => {
      const peer = theirs[index]
      return peer === undefined ? [] : [{ ours, theirs: peer }]
    })
    const figure = (way: string, by: keyof Rates, atLeast: number): Figure => ({
      against: `${name} in clear, ${way}`,
      ratio: median(pairs.map(({ ours, theirs }) => ours[by] / theirs[by])),
      goal: { atLeast },
      ours: perSecond(median(pairs.map(({ ours }) => ours[by]))),
      theirs: perSecond(median(pairs.map(({ theirs }) => theirs[by]))),
    })
    const { byClock, byProcessor } = goals
    const clock = figure('by the clock', 'byClock', byClock)
    if (byProcessor === undefined) return [clock]
    return [clock, figure('by processor time', 'byProcessor', byProcessor)]
  })
}

/** Another relay, and how many times as fast the hub shall be, by each measure that is told. */
interface Peer {
  readonly name: string
  readonly relay: Relay
  readonly goals: { readonly byClock: number; readonly byProcessor?: number }
}

export interface Sink {
  readonly child: ChildProcess
  readonly port: number
  /** Messages so far. */
  count(): number
}

export interface Relay {
  readonly port: number
  /** Its processes of the moment. */
  readonly processes: () => readonly number[]
}

/** Messages a second: from the first connection to the last message at the sink, and of work. */
export interface Rates {
  readonly byClock: number
  readonly byProcessor: number
}

export async function rates(relay: Relay, sink: Sink, messages: number): Promise<Rates> {
  const goal = sink.count() + messages
  const before = processorMs(relay.processes())
  const start = performance.now()
  const source = spawn('smtp-source', [
    ...['-d', '-s', String(CONNECTIONS), '-m', String(messages), '-l', String(MESSAGE_BYTES)],
    ...['-f', ADA, '-t', BEN, `127.0.0.1:${relay.port}`],
  ])
  const [status] = (await once(source, 'exit')) as [number | null]
  if (status !== 0) throw new Error(`smtp-source ended with ${status}`)
  while (sink.count() < goal) {
    if (performance.now() - start > ROUND_TIMEOUT_MS) {
      throw new Error(`${goal - sink.count()} of ${messages} messages did not arrive`)
    }
    await sleep(2)
  }
  const byClock = (messages * 1000) / (performance.now() - start)
  // What is recorded after the delivery belongs to the work.
  await sleep(SETTLED_MS)
  const byProcessor = (messages * 1000) / (processorMs(relay.processes()) - before)
  return { byClock, byProcessor }
}

/** Processor time of processes and of their children that have ended, in milliseconds. */
function processorMs(pids: readonly number[]): number {
  return pids.map(processorMsOf).reduce((sum, ms) => sum + ms, 0)
}

function processorMsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // After `pid (name)`: utime, stime, cutime and cstime are the 12th to 15th; in hundredths.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0)
  } catch {
    // It ended while we looked; its parent has its time.
    return 0
  }
}

export async function startSink(): Promise<Sink> {
  const port = await freePort()
  const child = spawn('smtp-sink', ['-u', 'nobody', '-c', `127.0.0.1:${port}`, '1000'])
  let count = 0
  child.stdout.on('data', (chunk: Buffer) => {
    for (const [, number] of chunk.toString().matchAll(/mesg=(\d+)/g)) count = Number(number)
  })
  await sleep(200)
  return { child, port, count: () => count }
}

export async function startBenchHub(folder: string, sinkPort: number): Promise<HubProcess> {
  const settings = {
    data: join(folder, 'data'),
    env: { SEALPOST_SMTP_RELAY: '127.0.0.1:0', SEALPOST_LOG_LEVEL: 'error' },
  }
  const password = join(folder, 'password')
  writeFileSync(password, 'correct horse battery staple\n')
  const partner = join(folder, 'ben.pem')
  runOk([
    ...['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${partner}.key`],
    ...[
      '-out',
      partner,
      '-days',
      '2',
      '-subj',
      '/CN=Ben',
      '-addext',
      `subjectAltName=email:${BEN}`,
    ],
    ...['-addext', 'keyUsage=critical,keyEncipherment'],
  ])
  await hubCommand(
    settings,
    ...['setup', '--organization', 'Example', '--domain', 'example.org'],
    ...['--admin', 'admin@example.org', '--password-file', password],
    ...['--relay', `smtp://127.0.0.1:${sinkPort}?tls=none`],
  )
  await hubCommand(settings, 'settings', 'set', '--known-relay', '127.0.0.1/32')
  await hubCommand(settings, 'settings', 'set', '--encryption', 'all-or-refuse')
  await hubCommand(settings, 'user', 'add', ADA)
  await hubCommand(settings, 'cert', 'import', partner)
  return startHubProcess(settings)
}

export function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en-US')}/s`
}
