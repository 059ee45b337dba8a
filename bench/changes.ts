/**
 * The group `changes`: what the log of changes, from which lists and plots are made, costs the relay.
 * The same hub relays with and without it, in turn: without it, a trigger throws its rows away, and
 * nothing is listed. Figures are medians of the ratios of pairs.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { readConfig } from '../src/base/config.ts'
import { silentLog } from '../src/base/log.ts'
import type { Database } from '../src/db/connection.ts'
import { openHubDatabase } from '../src/db/hub-database.ts'
import { familyOf } from '../test/support/hub-process.ts'
import { run } from '../test/support/peers.ts'
import { median, type Figure, type Row } from './measure.ts'
import {
  perSecond,
  rates,
  type Rates,
  type Relay,
  startBenchHub,
  startSink,
  WARM_UP_MESSAGES,
} from './relay.ts'

const PAIRS = 9
const MESSAGES = 1_500

export const rows: readonly Row[] = [
  { work: 'relay 4 KB with the log of changes', measure: measureChanges },
]

async function measureChanges(): Promise<readonly Figure[]> {
  if (run(['which', 'smtp-source', 'smtp-sink']).status !== 0) {
    console.error('changes: skipped, it needs smtp-source and smtp-sink of Postfix')
    return []
  }
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-bench-'))
  const sink = await startSink()
  const hub = await startBenchHub(folder, sink.port)
  const config = readConfig({ env: { SEALPOST_DATA: join(folder, 'data') }, folder })
  const database = await openHubDatabase(config, { log: silentLog, role: 'command' })
  try {
    const { db } = database
    await sql`
      create function discard() returns trigger language plpgsql as 'begin return null; end'`.execute(
      db,
    )
    await sql`
      create trigger discard before insert on message_change
        for each row execute function discard()`.execute(db)
    const relay: Relay = {
      port: Number(hub.addresses.relayAddress?.split(':').at(-1)),
      processes: () => familyOf(hub.child.pid ?? 0),
    }
    await rates(relay, sink, WARM_UP_MESSAGES)
    const pairs: { kept: Rates; thrown: Rates }[] = []
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const measure = async (isKept: boolean) => {
        await keepChanges(db, isKept)
        return rates(relay, sink, MESSAGES)
      }
      // Whoever is first has the shorter tables: they take turns at it.
      const first = await measure(pair % 2 === 0)
      const second = await measure(pair % 2 !== 0)
      const [kept, thrown] = pair % 2 === 0 ? [first, second] : [second, first]
      pairs.push({ kept, thrown })
    }
    const figure = (way: string, by: keyof Rates): Figure => ({
      against: `without it, ${way}`,
      ratio: median(pairs.map(({ kept, thrown }) => kept[by] / thrown[by])),
      goal: { atLeast: 0.95 },
      ours: perSecond(median(pairs.map(({ kept }) => kept[by]))),
      theirs: perSecond(median(pairs.map(({ thrown }) => thrown[by]))),
    })
    return [figure('by the clock', 'byClock'), figure('by processor time', 'byProcessor')]
  } finally {
    await database.close()
    await hub.stop()
    sink.child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function keepChanges(db: Database, isKept: boolean): Promise<void> {
  const how = sql.raw(isKept ? 'disable' : 'enable')
  await sql`alter table message_change ${how} trigger discard`.execute(db)
}
