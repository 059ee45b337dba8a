/** How a test of the mail configuration ended. */

import { messageOf } from '../../../base/errors.ts'
import type { MailStage } from '../../../contract/mail-stages.ts'
import type { MailTestResult } from '../../../contract/mail-tests.ts'

/** As it stands in the audit log. */
export function outcomeForAudit(outcome: MailTestResult) {
  if (outcome.is !== 'failed') return { is: outcome.is }
  return { is: outcome.is, stage: outcome.stage, cause: outcome.cause.code }
}

/** A test that could not be made: the first stage says why, the others never came. */
export function brokenOff(
  stages: readonly MailStage[],
  error: unknown,
): { outcome: MailTestResult; stages: readonly MailStage[] } {
  const [first] = stages
  const cause = { code: 'test.failed' as const, params: { reason: messageOf(error) } }
  return {
    outcome: { is: 'failed', stage: first?.name ?? 'connect', cause },
    stages: stages.map((stage, index) =>
      index === 0 ? { ...stage, state: 'failed', cause } : { ...stage, state: 'skipped' },
    ),
  }
}
