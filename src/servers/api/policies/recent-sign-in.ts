/**
 * What asks for a sign-in of a moment ago, so that whoever finds an open browser cannot do it: the
 * same as on the pages of settings, whichever way leads there.
 */

import type { EditPolicy } from '../../../contract/change-control.ts'
import { SIGN_IN_POLICY } from '../../../policies/sign-in-policy.ts'
import type { ApiHub } from '../api-hub.ts'
import type { AccountCaller } from '../caller.ts'

/**
 * Of a policy that comes into force: who names the provider says who gets in, also as an administrator.
 *
 * @throws HubError `session.not_recent`
 */
export async function requireRecentFor(
  { accounts }: Pick<ApiHub, 'accounts'>,
  { sessionId }: AccountCaller,
  kind: string,
): Promise<void> {
  if (kind === SIGN_IN_POLICY.kind) await accounts.sessions.requireRecent(sessionId)
}

/**
 * Of a working copy: a secret that is kept goes to no other server than it was entered for.
 *
 * @throws HubError `session.not_recent`
 */
export async function refuseToMoveKeptSecret(
  { mailConfiguration, accounts }: Pick<ApiHub, 'mailConfiguration' | 'accounts'>,
  { sessionId }: AccountCaller,
  { kind, newest }: { kind: string; newest: number },
  { values, secrets }: Pick<EditPolicy, 'values' | 'secrets'>,
): Promise<void> {
  if (kind !== mailConfiguration.kind.kind) return
  const { data } = mailConfiguration.kind.schema.safeParse(values)
  // What is not of the form is refused with its mistakes.
  if (data === undefined) return
  if (await mailConfiguration.movesSecret(data, { secrets, basedOn: newest })) {
    await accounts.sessions.requireRecent(sessionId)
  }
}
