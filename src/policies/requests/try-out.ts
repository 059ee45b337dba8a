/** Tries what a request proposes, before it counts. */

import { HubError } from '../../base/errors.ts'
import type { Database } from '../../db/connection.ts'
import { proposed } from '../deployment/deploy.ts'
import { APPROVED_VERB, MACHINE } from '../lifecycle/machine.ts'
import { type Actor, permitted, requireAll } from '../lifecycle/transition.ts'
import { requestNotFound } from './decide.ts'
import { isOver, requestOf, type RequestParts, versionToDeploy } from './request.ts'
import * as store from './store.ts'

export interface TryCommand {
  readonly requestId: string
  readonly by: Actor & { readonly address: string }
}

/**
 * Starts a test of the proposed values, with their secrets; says its id, which the request then
 * names. Undefined where the kind has nothing to test. It takes whoever may approve: the test hands
 * secrets to the servers that are proposed, which who proposed them must not bring about alone.
 *
 * @throws HubError `policy.request_not_found`, `policy.already_decided`, `policy.forbidden`; as
 *   `permitted` and `proposed`, and as the test
 */
export async function tryOut(
  parts: RequestParts,
  { requestId, by }: TryCommand,
): Promise<string | undefined> {
  const proposal = await parts.db.transaction().execute(async (tx) => {
    const row = await store.findRequest(tx, requestId)
    if (row === undefined) throw requestNotFound()
    const request = requestOf(row)
    if (isOver(request)) {
      throw new HubError('policy.already_decided', `the request is ${request.state}`)
    }
    const version = versionToDeploy(request)
    const { policyId, action } = request
    const { policy, held } = await readable(tx, { policyId, by })
    requireAll(held, MACHINE[APPROVED_VERB[action]].needs, 'approve')
    if (version === undefined) return undefined
    const { document, secrets } = await proposed(tx, parts, policy, { number: version })
    return document === null ? undefined : { kind: policy.kind, document, secrets, version }
  })
  if (proposal === undefined) return undefined
  const { kind, ...values } = proposal
  const testId = await parts.kinds.get(kind).test?.({ ...values, by })
  if (testId === undefined) return undefined
  await parts.db.transaction().execute((tx) => store.updateRequest(tx, requestId, { testId }))
  return testId
}

/**
 * The test that was started last; undefined before the first.
 *
 * @throws HubError `policy.request_not_found`; `policy.forbidden` for who may not read the policy
 */
export async function testOf(
  { db }: Pick<RequestParts, 'db'>,
  { requestId, by }: { requestId: string; by: Actor },
): Promise<string | undefined> {
  const row = await store.findRequest(db, requestId)
  if (row === undefined) throw requestNotFound()
  await readable(db, { policyId: row.policyId, by })
  return row.testId ?? undefined
}

/** Who may not know of the policy does not know of its requests either. */
async function readable(db: Database, { policyId, by }: { policyId: string; by: Actor }) {
  try {
    return await permitted(db, { verb: 'read', policyId, by })
  } catch (error) {
    if (error instanceof HubError && error.code === 'policy.not_found') throw requestNotFound()
    throw error
  }
}
