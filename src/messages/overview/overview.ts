/**
 * The overview: what needs a person, and how mail has been going. Plots come from `message_hour`, which
 * `listing/` counts as it lists, so that a million messages cost what a thousand do.
 */

import type { Clock } from '../../base/clock.ts'
import { MessageListQuery } from '../../contract/message-list.ts'
import type { Overview } from '../../contract/overview.ts'
import type { Permission } from '../../contract/permissions.ts'
import type { Database } from '../../db/connection.ts'
import type { Finding, FoundPage } from '../finding/finding.ts'
import { findLastMailTest, findNodes } from '../hub-state/store.ts'
import { facetOf } from '../listing/facets.ts'
import type { ListingRefresh } from '../listing/refresh.ts'
import { firstMessageId, momentOfMessageId } from '../message-id.ts'
import { lineOf } from '../finding/message-line.ts'
import * as store from './store.ts'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS

/** Things of each kind that are shown; the rest is a link away. */
const FIRST = 5
const EXPIRES_WITHIN_DAYS = 30
const WEEKS = 13
/** Ages of what is in the queue, each up to the next; what is older comes last. */
const AGES_SECONDS = [60, 600, 3600, 6 * 3600, 24 * 3600] as const
/** Up to a week by the hour. */
const MAX_HOURLY = 168

type MailStep = NonNullable<Overview['mail']>[number]

export interface OverviewParts {
  readonly db: Database
  readonly clock: Clock
  readonly finding: Finding
  readonly refresh: ListingRefresh
}

export class OverviewPage {
  readonly #parts: OverviewParts

  constructor(parts: OverviewParts) {
    this.#parts = parts
  }

  /** Each part is null to those who may not see what it tells of. */
  async look(hours: number, permissions: ReadonlySet<Permission>): Promise<Overview> {
    const now = this.#parts.clock.now()
    await this.#parts.refresh.catchUp()
    const only = <Part>(permission: Permission, look: () => Promise<Part>) =>
      permissions.has(permission) ? look() : Promise.resolve(null)
    const [failed, held, expiring, mailTest, nodes, mail, queue, expiringByWeek] =
      await Promise.all([
        only('messages.read', () => this.#failed(now)),
        only('messages.read', () => this.#first({ state: 'held' })),
        only('certificates.read', () => this.#expiring(now)),
        only('mail-configuration.read', () => this.#mailTest()),
        only('system.read', () => this.#nodes(now)),
        only('messages.read', () => this.#mail(now, hours)),
        only('messages.read', () => this.#queue(now)),
        only('certificates.read', () => this.#expiringByWeek(now)),
      ])
    return {
      at: now.toISOString(),
      needs: { failed, held, expiring, mailTest, nodes },
      stepHours: hours > MAX_HOURLY ? 24 : 1,
      mail,
      queue,
      expiringByWeek,
    }
  }

  #failed(now: Date) {
    const since = new Date(now.getTime() - DAY_MS).toISOString()
    return this.#first({ state: 'failed,partly', since })
  }

  async #first(query: Record<string, string>) {
    const asked = MessageListQuery.parse({ ...query, limit: FIRST })
    const { count, messages }: FoundPage = await this.#parts.finding.find(asked)
    return { count: count.messages, first: messages.map(lineOf) }
  }

  async #expiring(from: Date) {
    const until = new Date(from.getTime() + EXPIRES_WITHIN_DAYS * DAY_MS)
    const { count, first } = await store.findExpiring(this.#parts.db, { from, until, limit: FIRST })
    return { count, first: first.map((row) => ({ ...row, notAfter: row.notAfter.toISOString() })) }
  }

  async #mailTest() {
    const last = await findLastMailTest(this.#parts.db)
    if (last === undefined || last.outcome === null) {
      return { outcome: 'none' as const, at: null, id: null }
    }
    const outcome = last.outcome === 'failed' ? ('failed' as const) : ('passed' as const)
    return { outcome, at: last.startedAt.toISOString(), id: last.id }
  }

  async #nodes(now: Date) {
    const nodes = await findNodes(this.#parts.db)
    const silent = nodes.filter(({ aliveUntil }) => aliveUntil <= now)
    return {
      alive: nodes.length - silent.length,
      silent: silent.map(({ host, aliveUntil }) => ({
        host,
        lastSeenAt: aliveUntil.toISOString(),
      })),
    }
  }

  async #mail(now: Date, hours: number): Promise<MailStep[]> {
    const isHourly = hours <= MAX_HOURLY
    const stepMs = isHourly ? HOUR_MS : DAY_MS
    const last = Math.floor(now.getTime() / stepMs) * stepMs
    const count = (hours * HOUR_MS) / stepMs
    const since = new Date(last - (count - 1) * stepMs)
    const counted = Map.groupBy(
      await store.countSteps(this.#parts.db, { since, step: isHourly ? 'hour' : 'day' }),
      ({ at }) => at.getTime(),
    )
    return Array.from({ length: count }, (_, index) => {
      const at = since.getTime() + index * stepMs
      return stepOf(new Date(at), counted.get(at) ?? [])
    })
  }

  async #queue(now: Date) {
    const { waiting, held, places } = await store.findAges(this.#parts.db)
    const [oldest, p95, p50] = (places ?? []).map((id) =>
      Math.max(0, Math.round((now.getTime() - momentOfMessageId(id).getTime()) / 1000)),
    )
    return {
      waiting,
      held,
      oldestSeconds: oldest ?? null,
      p50Seconds: p50 ?? null,
      p95Seconds: p95 ?? null,
      ages: await this.#ages(now),
    }
  }

  async #ages(now: Date) {
    // Identifiers ascend with time: what is oldest has the least.
    const bounds = AGES_SECONDS.toReversed().map((seconds) =>
      firstMessageId(new Date(now.getTime() - seconds * 1000 + 1)),
    )
    const counted = await store.countByAge(this.#parts.db, bounds)
    return [...AGES_SECONDS, null].map((belowSeconds, index) => {
      const of = (state: 'waiting' | 'held') =>
        counted.find((each) => each.step === bounds.length - index && each.state === state)?.count
      return { belowSeconds, waiting: of('waiting') ?? 0, held: of('held') ?? 0 }
    })
  }

  async #expiringByWeek(from: Date) {
    const until = new Date(from.getTime() + WEEKS * WEEK_MS)
    const counted = await store.countExpiring(this.#parts.db, { from, until })
    return Array.from({ length: WEEKS }, (_, week) => {
      const sum = (isWanted: (owner: string) => boolean) =>
        counted
          .filter((each) => each.week === week && isWanted(each.owner))
          .reduce((total, { count }) => total + count, 0)
      return {
        at: new Date(from.getTime() + week * WEEK_MS).toISOString(),
        person: sum((owner) => owner === 'person'),
        partner: sum((owner) => owner === 'partner'),
        own: sum((owner) => owner === 'hub' || owner === 'authority'),
      }
    })
  }
}

function stepOf(at: Date, counted: readonly store.CountedStep[]): MailStep {
  const step = {
    ...{ waiting: 0, held: 0, delivered: 0, partly: 0, failed: 0, cancelled: 0 },
    ...{ signed: 0, encrypted: 0, total: 0 },
  }
  for (const { facet, messages } of counted) {
    const { state, signed, strength } = facetOf(facet)
    step[state] += messages
    step.total += messages
    if (signed === 'signed') step.signed += messages
    if (strength === 'encrypted' || strength === 'passed') step.encrypted += messages
  }
  return { at: at.toISOString(), ...step }
}
