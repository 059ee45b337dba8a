/**
 * Tests a way out with a real message, stage by stage, and names what is wrong with it.
 *
 * The message is sent once, over a connection and with a token of its own: what is kept for the
 * queue is neither used nor disturbed, and what is proved is what was just entered.
 */

import type { Clock } from '../../base/clock.ts'
import { asHubError, HubError } from '../../base/errors.ts'
import {
  mailStagesOf,
  type MailCause,
  type MailStage,
  type MailTestOutcome,
} from '../../contract/mail-stages.ts'
import { causeWith } from '../smtp/connection-cause.ts'
import { probeGraph } from './graph-probe.ts'
import { type Resolver, systemResolver } from '../smtp/look-up.ts'
import type { MailRoute } from '../mail-route.ts'
import type { MailboxTurns } from '../graph/mailbox-turns.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'
import { ProbeStages } from './probe-stages.ts'
import type { Probing } from './probe-token.ts'
import { probeSmtp } from './smtp-probe.ts'

/** A test takes no longer, whatever the limits of its stages. */
const PROBE_MS = 120_000

/** What a test may be told beside its route and message. */
export interface ProbeOptions {
  /** Called with every change of a stage: its place in the list, and the stage as it is then. */
  readonly onStage?: (stage: MailStage, index: number) => void
  /** Ends the test; what is under way fails as `test.aborted`. */
  readonly signal?: AbortSignal
  /** By default `PROBE_MS`. */
  readonly totalMs?: number
}

/** What a test came to, with every stage as it ended. */
export interface ProbeReport {
  readonly outcome: MailTestOutcome
  readonly stages: readonly MailStage[]
}

/** The stages that a test of this route will have. */
export function probeStages(route: MailRoute): MailStage[] {
  if (route.is === 'graph') return mailStagesOf({ is: 'graph' })
  return mailStagesOf({ is: 'smtp', tls: route.tls, login: route.login?.by ?? 'none' })
}

/** Runs tests. Made once, beside the transport, with whom it shares the turns at a mailbox. */
export class MailProbe {
  readonly #clock: Clock
  readonly #turns: MailboxTurns
  readonly #resolver: Resolver

  constructor(parts: { clock: Clock; turns: MailboxTurns; resolver?: Resolver }) {
    this.#clock = parts.clock
    this.#turns = parts.turns
    this.#resolver = parts.resolver ?? systemResolver
  }

  /** Never rejects: what went wrong is in the report. */
  async run(
    route: MailRoute,
    message: OutgoingMessage,
    { onStage, signal: aborted, totalMs = PROBE_MS }: ProbeOptions = {},
  ): Promise<ProbeReport> {
    const stages = new ProbeStages(probeStages(route), onStage)
    const overall = new AbortController()
    const end = (why: string) => overall.abort(new HubError('delivery.connection_lost', why))
    const onAbort = () => end('the test was ended')
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      end('the test took too long')
    }, totalMs)
    aborted?.addEventListener('abort', onAbort)
    if (aborted?.aborted === true) onAbort()
    const probing: Probing = { stages, signal: overall.signal, clock: this.#clock }
    try {
      overall.signal.throwIfAborted()
      const cause =
        route.is === 'graph'
          ? await probeGraph(route, message, { ...probing, turns: this.#turns })
          : await probeSmtp(route, message, { ...probing, resolver: this.#resolver })
      const outcome = cause === undefined ? stages.succeed() : stages.fail(endOr(cause))
      return { outcome, stages: stages.all }
    } catch (error) {
      const { code } = asHubError(error)
      return { outcome: stages.fail(endOr(causeWith('test.failed', { code }))), stages: stages.all }
    } finally {
      clearTimeout(timer)
      aborted?.removeEventListener('abort', onAbort)
    }

    /** What ended the whole test goes before what that did to a stage. */
    function endOr(cause: MailCause): MailCause {
      if (isLate) return causeWith('timed-out.total', { seconds: totalMs / 1000 })
      return overall.signal.aborted ? causeWith('test.aborted') : cause
    }
  }
}
