/**
 * The group `relay`: messages a second from the first connection to the last message at the receiver.
 * The hub signs (RSA-2048), encrypts (RSA-2048, AES-256-GCM), reads back and stores durably; Postfix
 * relays the same messages in clear. Both get them from `smtp-source` over 20 connections and hand
 * them to `smtp-sink`, all on this machine and by the clock, since both work in several processes.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hubCommand, type HubProcess, startHubProcess } from '../test/support/hub-process.ts'
import { run, runOk } from '../test/support/peers.ts'
import { startPostfix } from '../test/support/postfix.ts'
import { median, type Figure, type Row } from './measure.ts'

const ROUNDS = 3
const MESSAGES = 3_000
/** What the engine needs before it has compiled the whole path. */
const WARM_UP_MESSAGES = 4_000
const MESSAGE_BYTES = 4096
const CONNECTIONS = 20
const ROUND_TIMEOUT_MS = 60_000

const ADA = 'ada@example.org'
const BEN = 'ben@partner.test'

export const rows: readonly Row[] = [
  { work: 'relay 4 KB, signed, encrypted, durable; by the clock', measure: measureRelay },
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
  const postfix = await startPostfix({ relayTo: { host: '127.0.0.1', port: sink.port } })
  try {
    const hubPort = Number(hub.addresses.relayAddress?.split(':').at(-1))
    await rate(hubPort, sink, WARM_UP_MESSAGES)
    await rate(postfix.port, sink, WARM_UP_MESSAGES)
    const rounds: { ours: number; theirs: number }[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const ours = await rate(hubPort, sink, MESSAGES)
      const theirs = await rate(postfix.port, sink, MESSAGES)
      rounds.push({ ours, theirs })
    }
    return [
      {
        against: 'Postfix, in clear',
        ratio: median(rounds.map(({ ours, theirs }) => ours / theirs)),
        goal: { atLeast: 1.5 },
        ours: perSecond(median(rounds.map(({ ours }) => ours))),
        theirs: perSecond(median(rounds.map(({ theirs }) => theirs))),
      },
    ]
  } finally {
    await postfix.stop()
    await hub.stop()
    sink.child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Sink {
  readonly child: ChildProcess
  readonly port: number
  /** Messages so far. */
  count(): number
}

/** Messages a second, from the first connection to the last message at the sink. */
async function rate(port: number, sink: Sink, messages: number): Promise<number> {
  const goal = sink.count() + messages
  const start = performance.now()
  const source = spawn('smtp-source', [
    ...['-d', '-s', String(CONNECTIONS), '-m', String(messages), '-l', String(MESSAGE_BYTES)],
    ...['-f', ADA, '-t', BEN, `127.0.0.1:${port}`],
  ])
  const [status] = (await once(source, 'exit')) as [number | null]
  if (status !== 0) throw new Error(`smtp-source ended with ${status}`)
  while (sink.count() < goal) {
    if (performance.now() - start > ROUND_TIMEOUT_MS) {
      throw new Error(`${goal - sink.count()} of ${messages} messages did not arrive`)
    }
    await sleep(2)
  }
  return (messages * 1000) / (performance.now() - start)
}

async function startSink(): Promise<Sink> {
  const port = await freePort()
  const child = spawn('smtp-sink', ['-u', 'nobody', '-c', `127.0.0.1:${port}`, '1000'])
  let count = 0
  child.stdout.on('data', (chunk: Buffer) => {
    for (const [, number] of chunk.toString().matchAll(/mesg=(\d+)/g)) count = Number(number)
  })
  await sleep(200)
  return { child, port, count: () => count }
}

async function startBenchHub(folder: string, sinkPort: number): Promise<HubProcess> {
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en-US')}/s`
}
