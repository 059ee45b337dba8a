/**
 * Tests of the mail configuration: a real mail to whoever asked for it, and to nobody else.
 *
 * A test is a row and a job, made in one transaction. The job sends the mail once: a test that was
 * begun and not ended is never begun again, for nobody knows whether its mail left (`interrupted`).
 * Each change of a stage is written to the row and signalled, so that it can be watched from any
 * process. The secrets that are tested wait sealed in the row, and are erased when it is over.
 */

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Audit, AuditEntry } from '../../audit/audit.ts'
import { decodeUtf8, encodeUtf8 } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { type SealingKey, seal, unseal } from '../../base/seal.ts'
import { MailConfigurationValues } from '../../contract/mail-configuration.ts'
import type { MailStage } from '../../contract/mail-stages.ts'
import type { MailTestResult } from '../../contract/mail-tests.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import { isRowId } from '../../db/row-id.ts'
import { type Signals, sendSignal } from '../../db/signals.ts'
import { type JobKind, type Jobs, enqueueJob } from '../../jobs/jobs.ts'
import type { Author, Changer, Secrets } from '../../policies/policy-kind.ts'
import { type MailSender, mailRouteOf, senderOf } from './mail-configuration-route.ts'
import { type ProbeOptions, type ProbeReport, probeStages } from '../probe/mail-probe.ts'
import { type MailRoute, traitsOf, type TransportTraits } from '../mail-route.ts'
import { brokenOff, outcomeForAudit } from './mail-tests/outcome.ts'
import { progressOf } from './mail-tests/progress.ts'
import * as store from './mail-tests/store.ts'
import type { MailTestRow } from './mail-tests/store.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'

/** Who asks for a test, and gets its mail. */
export interface Tester extends Changer {
  readonly address: string
}

export interface MailTestRequest {
  readonly values: MailConfigurationValues
  readonly secrets: Secrets
  /** The saved values of a version, or those of a form that had begun from it. */
  readonly tested: { readonly values: 'saved' | 'shown'; readonly version: number }
  readonly by: Tester
}

/** What the mail of a test is written from. */
export interface TestMailOrder {
  /** Whoever asked for it, by account. */
  readonly reader: Tester
  readonly sender: MailSender
  readonly tested: MailTestRequest['tested']
  readonly traits: TransportTraits
}

export type MailTest = MailTestRow

/** Who runs tests: `MailProbe`. */
export interface TestProbe {
  run(route: MailRoute, message: OutgoingMessage, options?: ProbeOptions): Promise<ProbeReport>
}

export interface MailTestParts {
  readonly db: Database
  readonly audit: Audit
  readonly signals: Signals
  readonly clock: Clock
  readonly log: Log
  /** Seals secrets. */
  readonly key: SealingKey
  readonly hostName: string
}

const TestJob = z.strictObject({ id: z.uuid() })

const TEST_JOB: JobKind<z.infer<typeof TestJob>> = { name: 'mail.test', payload: TestJob }

/** A second try only finds that there was a first. */
const ATTEMPTS = 2

/** Longer than any test may take: after this nobody is at it. */
const ABANDONED_MS = 15 * 60_000

/** People try, correct and try again; a machine that asks so often is not one of them. */
const TESTS_PER_MINUTE = 6
const MINUTE_MS = 60_000

/** Watchers look for themselves this often, should a signal be lost. */
const LOOK_MS = 5_000

const Sealed = z.record(z.string(), z.string())

export class MailTests {
  readonly #parts: MailTestParts
  readonly #stopping = new AbortController()

  constructor(parts: MailTestParts) {
    this.#parts = parts
  }

  /**
   * Does the jobs. `write` makes the mail of a test.
   *
   * The jobs themselves are begun by others; `stop` ends the tests that are under way.
   */
  handleJobs(
    jobs: Jobs,
    parts: { probe: TestProbe; write: (order: TestMailOrder) => Promise<OutgoingMessage> },
  ): void {
    jobs.handle(TEST_JOB, (job) => this.#run(job, parts))
  }

  stop(): Promise<void> {
    this.#stopping.abort()
    return Promise.resolve()
  }

  /**
   * Starts a test of its own.
   *
   * @throws HubError `mail_test.running`: one of this account is; `mail_test.too_many`
   */
  async start(request: MailTestRequest): Promise<string> {
    await this.endAbandoned()
    return this.#parts.db.transaction().execute(async (tx) => {
      await store.lockStarts(tx, request.by.id)
      const { underWay } = await this.#requireRoom(tx, request.by)
      if (underWay > 0) throw new HubError('mail_test.running', 'a test of yours is running')
      const { id, entry } = await this.put(tx, request)
      await this.#parts.audit.record(tx, entry)
      return id
    })
  }

  /**
   * Puts a test in that goes with a change, in its transaction; the audit entry is the caller's to
   * record, last.
   *
   * @throws HubError `mail_test.too_many`
   */
  async put(
    tx: Transaction,
    { values, secrets, tested, by }: MailTestRequest,
  ): Promise<{ id: string; entry: AuditEntry }> {
    await this.#requireRoom(tx, by)
    const { clock, key, hostName } = this.#parts
    const id = randomUUID()
    const startedAt = clock.now()
    const sealed = seal(key, purposeOf(id), encodeUtf8(JSON.stringify(secrets)))
    const stages = probeStages(mailRouteOf(values, secrets, { hostName }))
    const recipient = by.address
    const who = { by: by.id, byName: by.name, recipient }
    const what = { tested: tested.values, version: tested.version, document: values }
    await store.insertTest(tx, { id, startedAt, ...who, ...what, stages, sealed })
    await enqueueJob(tx, TEST_JOB, { id }, { maxAttempts: ATTEMPTS })
    const detail = { recipient, tested: { ...tested }, values: { ...values } }
    const entry = { action: 'mail_test.start', subject: id, by: by.id, at: startedAt, detail }
    return { id, entry }
  }

  /** @throws HubError `mail_test.not_found` */
  async get(id: string): Promise<MailTest> {
    const test = isRowId(id) ? await store.findTest(this.#parts.db, id) : undefined
    if (test !== undefined) return test
    throw new HubError('mail_test.not_found', 'there is no such test')
  }

  /** The newest, of whomever and whatever. */
  findLast(): Promise<MailTest | undefined> {
    return store.findLastTest(this.#parts.db)
  }

  /** The newest end of a test of this saved version. */
  findLastOutcome(version: number): Promise<MailTest | undefined> {
    return store.findLastOutcome(this.#parts.db, version)
  }

  /** The test as it is, and again whenever it changed, until it is over or nobody watches. */
  async *watch(id: string, gone: AbortSignal): AsyncGenerator<MailTest> {
    let wake = Promise.withResolvers<void>()
    const off = this.#parts.signals.on('mail_test', (payload) => {
      if (payload === undefined || payload === id) wake.resolve()
    })
    const leave = () => wake.resolve()
    gone.addEventListener('abort', leave)
    try {
      let seen = ''
      while (!gone.aborted) {
        wake = Promise.withResolvers<void>()
        const test = await this.get(id)
        const now = JSON.stringify([test.state, test.stages, test.outcome])
        if (now !== seen) yield test
        if (test.state === 'over') return
        seen = now
        await Promise.race([wake.promise, sleep(LOOK_MS, undefined, { ref: false })])
      }
    } finally {
      off()
      gone.removeEventListener('abort', leave)
    }
  }

  /** Ends tests that nobody can be at any more. */
  async endAbandoned(): Promise<void> {
    const before = new Date(this.#parts.clock.now().getTime() - ABANDONED_MS)
    for (const id of await store.findAbandoned(this.#parts.db, before)) {
      await this.#end(id, { outcome: { is: 'interrupted' } })
    }
  }

  async #requireRoom(tx: Transaction, by: Author) {
    const after = new Date(this.#parts.clock.now().getTime() - MINUTE_MS)
    const counts = await store.countTests(tx, { by: by.id, after })
    if (counts.begun >= TESTS_PER_MINUTE) {
      throw new HubError('mail_test.too_many', `${TESTS_PER_MINUTE} tests a minute are enough`)
    }
    return counts
  }

  async #run(
    { id }: z.infer<typeof TestJob>,
    parts: { probe: TestProbe; write: (order: TestMailOrder) => Promise<OutgoingMessage> },
  ): Promise<void> {
    const { db, clock } = this.#parts
    const test = await store.beginTest(db, id)
    const isLate =
      test !== undefined && clock.now().getTime() - test.startedAt.getTime() > ABANDONED_MS
    if (test === undefined || isLate) {
      await this.#end(id, { outcome: { is: 'interrupted' } })
      return
    }
    const { outcome, stages } = await this.#probe(test, parts)
    await this.#end(id, { outcome, stages })
  }

  async #probe(
    test: MailTest,
    parts: {
      probe: TestProbe
      write: (order: TestMailOrder) => Promise<OutgoingMessage>
    },
  ): Promise<{ outcome: MailTestResult; stages: readonly MailStage[] }> {
    const { key, hostName, log } = this.#parts
    const stages = [...(test.stages as MailStage[])]
    const progress = progressOf(test.id, stages, this.#parts)
    try {
      const values = MailConfigurationValues.parse(test.document)
      const sealed = unseal(key, purposeOf(test.id), test.sealed ?? new Uint8Array(0))
      const secrets = Sealed.parse(JSON.parse(decodeUtf8(sealed)))
      const route = mailRouteOf(values, secrets, { hostName })
      const { by: account, byName: name, recipient: address, tested, version } = test
      const message = await parts.write({
        reader: { id: account, name, address },
        sender: senderOf(values),
        tested: { values: tested, version },
        traits: traitsOf(route),
      })
      return await parts.probe.run(route, message, {
        onStage: (stage, index) => {
          stages[index] = stage
          progress.tell()
        },
        signal: this.#stopping.signal,
        totalMs: values.totalSeconds * 1000,
      })
    } catch (error) {
      log.error('mail_test.broke', { id: test.id, error })
      return brokenOff(stages, error)
    } finally {
      await progress.end()
    }
  }

  async #end(
    id: string,
    end: { outcome: MailTestResult; stages?: readonly MailStage[] },
  ): Promise<void> {
    const { db, audit, clock, log } = this.#parts
    const at = clock.now()
    const ended = await db.transaction().execute(async (tx) => {
      const test = await store.endTest(tx, { ...end, id, at })
      if (test === undefined) return false
      await sendSignal(tx, 'mail_test', id)
      const { by, recipient } = test
      const detail = { recipient, outcome: outcomeForAudit(end.outcome) }
      await audit.record(tx, { action: 'mail_test.end', subject: id, by, at, detail })
      return true
    })
    if (ended) log.info('mail_test.over', { id, outcome: end.outcome.is })
  }
}

function purposeOf(id: string): string {
  return `mail-test:${id}`
}
