/**
 * The group `messages`: how long a page of the list takes with a million messages, and the overview.
 * Times are those at the 95th percentile, of pages from the first to ones far back, through the same
 * calls as the routes make. Queries are those that a page offers, and the hardest combinations of them.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/base/clock.ts'
import { readConfig } from '../src/base/config.ts'
import { silentLog } from '../src/base/log.ts'
import { MessageListQuery } from '../src/contract/message-list.ts'
import { permissionsOf } from '../src/contract/permissions.ts'
import { openHubDatabase } from '../src/db/hub-database.ts'
import { Finding } from '../src/messages/finding/finding.ts'
import { ListingRefresh } from '../src/messages/listing/refresh.ts'
import { OverviewPage } from '../src/messages/overview/overview.ts'
import type { Figure, Row } from './measure.ts'
import { loadMessages } from './million-messages.ts'

const MESSAGES = Number(process.env.SEALPOST_BENCH_MESSAGES ?? 1_000_000)
const PAGES = 12
const WARM_UP = 2
const GOAL_MS = 100

const LOOKS = 20
/** Hours that the page offers. */
const SPANS = { 'a day': 24, 'a week': 168, 'a month': 720 }

const DAY_MS = 24 * 60 * 60 * 1000

export const rows: readonly Row[] = [
  { work: `${MESSAGES.toLocaleString('en-US')} messages`, measure: measureMessages },
]

async function measureMessages(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-bench-'))
  const config = readConfig({ env: { SEALPOST_DATA: join(folder, 'data') }, folder })
  const database = await openHubDatabase(config, { log: silentLog, role: 'hub' })
  try {
    const { db } = database
    const now = systemClock.now()
    const before = performance.now()
    await loadMessages(db, MESSAGES, now)
    console.error(`loaded in ${Math.round((performance.now() - before) / 1000)} s`)
    const refresh = new ListingRefresh({ db, log: silentLog })
    const finding = new Finding({ db, refresh })
    const figures: Figure[] = []
    for (const [name, query] of Object.entries(queriesAt(now))) {
      const times = await pagesOf(finding, query)
      figures.push(figure(`list: ${name}`, times))
    }
    const overview = new OverviewPage({ db, clock: systemClock, finding, refresh })
    for (const [name, hours] of Object.entries(SPANS)) {
      figures.push(figure(`overview: ${name}`, await looksAt(overview, hours)))
    }
    return figures
  } finally {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Each as in the address of the page. */
function queriesAt(now: Date): Record<string, Record<string, string>> {
  const since = new Date(now.getTime() - 60 * DAY_MS).toISOString()
  const until = new Date(now.getTime() - 30 * DAY_MS).toISOString()
  return {
    everything: {},
    oldest: { order: 'oldest' },
    'state, rare': { state: 'held' },
    'state, common': { state: 'delivered' },
    'state and strength': { state: 'failed', strength: 'clear' },
    'every filter, two values each': {
      state: 'failed,held',
      strength: 'encrypted,clear',
      signed: 'unsigned,before',
      via: 'api,relay',
    },
    'a month ago, clear': { since, until, strength: 'clear' },
    'sender, a third of all': { from: 'noreply@example.org' },
    'domain, a quarter of all': { search: 'big.example' },
    'a whole address': { search: 'first7.last7@partner7.example' },
    'how a word begins, 50 names and more': { search: 'user' },
    'how a word begins, few names': { search: 'last149' },
    'two large sets': { from: 'noreply@example.org', to: 'big.example' },
    'two large sets that share nothing': { search: 'nobody', from: 'noreply@example.org' },
    'large sets and a rare state': { from: 'noreply', to: 'big.example', state: 'held' },
    'words on both sides, clear': { from: 'person1', to: 'first2', strength: 'clear' },
    'Message-ID': { search: '<77777@example.org>' },
    'finds nothing': { search: 'zzz' },
  }
}

/** Everything that an administrator sees, which is all there is. */
async function looksAt(overview: OverviewPage, hours: number): Promise<number[]> {
  const permissions = permissionsOf(['administrator'])
  const times: number[] = []
  for (let look = 0; look < LOOKS + WARM_UP; look += 1) {
    const start = performance.now()
    await overview.look(hours, permissions)
    if (look >= WARM_UP) times.push(performance.now() - start)
  }
  return times
}

/** How long each page takes that is come to by going on, and back again. */
async function pagesOf(finding: Finding, text: Record<string, string>): Promise<number[]> {
  const times: number[] = []
  let after: string | undefined
  for (let page = 0; page < PAGES + WARM_UP; page += 1) {
    const query = MessageListQuery.parse({ ...text, ...(after === undefined ? {} : { after }) })
    const start = performance.now()
    const found = await finding.find(query)
    if (page >= WARM_UP) times.push(performance.now() - start)
    after = (page % 5 === 4 ? found.previous : found.next) ?? undefined
  }
  return times
}

function figure(against: string, times: readonly number[]): Figure {
  const sorted = times.toSorted((a, b) => a - b)
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
  return {
    against: `${against}, p95`,
    ratio: p95 / GOAL_MS,
    goal: { atMost: 1 },
    ours: `${p95.toFixed(1)} ms`,
    theirs: `${GOAL_MS} ms`,
  }
}
