/**
 * Tests a way out with a real message, stage by stage, and names what is wrong with it.
 *
 * The message is sent once, over a connection and with a token of its own: what is kept for the
 * queue is neither used nor disturbed, and what is proved is what was just entered.
 */

import { mailStagesOf, type MailStage, type MailTestOutcome } from '../contract/mail-stages.ts'
import type { MailRoute } from './mail-route.ts'
import type { OutgoingMessage } from './outgoing-message.ts'

/** A test takes no longer, whatever the limits of its stages. */
export const PROBE_MS = 120_000

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
export interface Probe {
  /** Never rejects: what went wrong is in the report. */
  run(route: MailRoute, message: OutgoingMessage, options?: ProbeOptions): Promise<ProbeReport>
}
