/** Tries what a request proposes, before it counts. */

import { HubError } from '../../base/errors.ts'
import { proposed } from '../deployment/deploy.ts'
import { type Actor, permitted } from '../lifecycle/transition.ts'
import { requestNotFound } from './decide.ts'
import { isOver, requestOf, type RequestParts, versionToDeploy } from './request.ts'
import * as store from './store.ts'

export interface TryCommand {
  readonly requestId: string
  readonly by: Actor & { readonly address: string }
}

/**
 * Starts a test of the proposed values, with their secrets, for whoever may read them; says its id,
 * which the request then names. Undefined where the kind has nothing to test.
 *
 * @throws HubError `policy.request_not_found`, `policy.already_decided`; as `permitted` and
 *   `proposed`, and as the test
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
    const { policy } = await permitted(tx, { verb: 'read', policyId: request.policyId, by })
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
