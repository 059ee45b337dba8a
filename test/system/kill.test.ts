/**
 * Promise 1: what was acknowledged is never lost. A hub in a process of its own, with its database,
 * is killed whole, again and again, at moments of chance, while mail comes in; afterwards every message
 * that was acknowledged has arrived, and none of them in clear.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import {
  hubCommand,
  type HubProcess,
  type HubSettings,
  startHubProcess,
} from '../support/hub-process.ts'
import { connectSmtp } from '../support/smtp-client.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { makeCertificate, personExtensions } from '../support/test-pki.ts'

const KILLS = 20
const MESSAGES = 2_000
const SUBMITTERS = 8

/** A hub lives for so long at most between two kills: enough to recover, too short to finish. */
const LIFE_MS = { least: 50, most: 1_200 }

/** Whole minutes for what waits for its second attempt, and then some. */
const DRAIN_MS = 150_000

test(
  'promise 1: nothing that was acknowledged is lost, nothing leaves in clear',
  { timeout: 400_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sealpost-kill-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const sink = await startSmtpSink()
    onTestFinished(() => sink.close())
    const settings: HubSettings = {
      data: join(folder, 'data'),
      env: { SEALPOST_LOG_LEVEL: 'warn' },
    }
    await setUp(settings, { folder, sink })
    const { credential } = await hubCommand<{ credential: { user: string; secret: string } }>(
      settings,
      ...['credential', 'add', 'load'],
    )

    const acknowledged = new Set<number>()
    const crowd = { hub: undefined as HubProcess | undefined, isOver: false, next: 0 }
    const submitters = Array.from({ length: SUBMITTERS }, () =>
      submit(crowd, { login: credential, acknowledged }),
    )

    let kills = 0
    while (kills < KILLS || acknowledged.size < MESSAGES) {
      crowd.hub = await startHubProcess(settings)
      await sleep(LIFE_MS.least + Math.random() * (LIFE_MS.most - LIFE_MS.least))
      await crowd.hub.kill()
      crowd.hub = undefined
      kills += 1
    }
    crowd.isOver = true
    await Promise.all(submitters)

    const last = await startHubProcess(settings)
    const arrived = await untilArrived(sink, acknowledged)
    const status = await last.stop()

    const lost = [...acknowledged].filter((number) => !arrived.has(number))
    const copies = [...arrived.values()].reduce((sum, count) => sum + count, 0)
    const unacknowledged = [...arrived.keys()].filter((number) => !acknowledged.has(number)).length
    console.log(
      `${kills} kills; ${acknowledged.size} messages acknowledged, ${lost.length} of them lost; ` +
        `${copies - arrived.size} duplicates; ${unacknowledged} delivered without acknowledgement`,
    )
    const inClear = sink.messages.filter(({ content }) => !isEncrypted(content)).length
    expect({ lost, inClear, status }).toEqual({ lost: [], inClear: 0, status: 0 })
    expect(kills).toBeGreaterThanOrEqual(KILLS)
    expect(acknowledged.size).toBeGreaterThanOrEqual(MESSAGES)
  },
)

async function setUp(
  settings: HubSettings,
  { folder, sink }: { folder: string; sink: SmtpSink },
): Promise<void> {
  const password = join(folder, 'password')
  writeFileSync(password, 'correct horse battery staple\n')
  const ben = makeCertificate(folder, {
    name: 'ben',
    subject: '/CN=Ben',
    extensions: personExtensions('ben@partner.example'),
  })
  await hubCommand(
    settings,
    ...['setup', '--organization', 'Example', '--domain', 'example.org'],
    ...['--admin', 'admin@example.org', '--password-file', password],
    ...['--relay', `smtp://${sink.host}:${sink.port}?tls=none`],
  )
  await hubCommand(settings, 'settings', 'set', '--encryption', 'all-or-refuse')
  await hubCommand(settings, 'user', 'add', 'ada@example.org')
  await hubCommand(settings, 'cert', 'import', `${ben.path}.crt`)
}

/** Submits message after message, whichever hub there is; one without acknowledgement is given up. */
async function submit(
  crowd: { hub: HubProcess | undefined; isOver: boolean; next: number },
  { login, acknowledged }: { login: { user: string; secret: string }; acknowledged: Set<number> },
): Promise<void> {
  while (!crowd.isOver) {
    const address = crowd.hub?.addresses.submissionAddress
    if (address === undefined) {
      await sleep(5)
      continue
    }
    try {
      const client = await connectSmtp(address, login)
      for (;;) {
        const number = crowd.next
        crowd.next += 1
        await client.send({
          from: 'ada@example.org',
          to: ['ben@partner.example'],
          content: `From: ada@example.org\r\nTo: ben@partner.example\r\nX-Number: ${number}\r\n\r\nsecret ${number}`,
        })
        acknowledged.add(number)
        if (crowd.isOver) {
          client.close()
          return
        }
      }
    } catch {
      // The hub was killed under it: the message counts as not acknowledged.
      await sleep(5)
    }
  }
}

/** How often each number has arrived, once all that were acknowledged have, or time is up. */
async function untilArrived(
  sink: SmtpSink,
  acknowledged: ReadonlySet<number>,
): Promise<ReadonlyMap<number, number>> {
  const arrived = new Map<number, number>()
  let read = 0
  for (const until = Date.now() + DRAIN_MS; Date.now() < until; await sleep(100)) {
    for (; read < sink.messages.length; read += 1) {
      const text = Buffer.from(sink.messages[read]?.content ?? []).toString('latin1')
      const number = Number(/^X-Number: (\d+)/m.exec(text)?.[1])
      arrived.set(number, (arrived.get(number) ?? 0) + 1)
    }
    if ([...acknowledged].every((number) => arrived.has(number))) break
  }
  return arrived
}

function isEncrypted(content: Uint8Array): boolean {
  const text = Buffer.from(content).toString('latin1')
  return /smime-type=authEnveloped-data/i.test(text) && !text.includes('secret')
}
