/** What people do to production: deploy, roll back, and break the glass. */

import type { PolicyVerb } from '../../contract/policy-lifecycle.ts'
import type { Transaction } from '../../db/connection.ts'
import type { ControlParts } from '../control-parts.ts'
import { type Actor, move, permitted, record } from '../lifecycle/transition.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import { refuseIssues } from '../policy-change.ts'
import { deployVersion } from './deploy.ts'
import type { LinksChoice } from './links-choice.ts'

export interface DeployCommand {
  readonly policyId: string
  readonly by: Actor
  readonly revision?: number | undefined
  readonly comment?: string | undefined
  /** By default the newest. */
  readonly version?: number | undefined
  readonly links?: LinksChoice | undefined
}

export interface BreakGlassCommand extends DeployCommand {
  /** Why it could not wait: told to every approver, and kept with the deployment. */
  readonly reason: string
}

type VerbParts = Pick<ControlParts, 'audit' | 'clock' | 'secrets' | 'kinds'>

/**
 * Puts a version in force.
 *
 * @throws HubError as `permitted` and `deployVersion`
 */
export function deploy(
  tx: Transaction,
  parts: VerbParts,
  command: DeployCommand,
): Promise<PolicyRow> {
  return deployBy(tx, parts, 'deploy', command)
}

/** Puts an earlier version in force again. @throws HubError as `deploy` */
export function rollBack(
  tx: Transaction,
  parts: VerbParts,
  command: DeployCommand & { readonly version: number },
): Promise<PolicyRow> {
  return deployBy(tx, parts, 'roll-back', command)
}

async function deployBy(
  tx: Transaction,
  parts: VerbParts,
  verb: PolicyVerb,
  { policyId, by, revision, comment = '', version, links }: DeployCommand,
): Promise<PolicyRow> {
  const { policy } = await permitted(tx, { verb, policyId, by, revision })
  const number = version ?? policy.newest
  const moved = await move(tx, policy, { verb })
  await deployVersion(tx, parts, policy, { number, links, by })
  await record(tx, parts, policy, { verb, by, comment, number })
  return moved
}

/**
 * Puts a version in force without the approvals that it needs. `endRequest` ends the request that is
 * open, if there is one, before the policy moves; `tell` tells the approvers, before production changes.
 *
 * @throws HubError as `permitted` and `deployVersion`; `policy.refused` without a reason
 */
export async function breakGlass(
  tx: Transaction,
  parts: VerbParts,
  { policyId, by, revision, comment, version, links, ...command }: BreakGlassCommand,
  also: {
    endRequest(): Promise<string | undefined>
    tell(policy: PolicyRow, number: number): Promise<void>
  },
): Promise<PolicyRow> {
  const verb = 'break-glass'
  const requestId = await also.endRequest()
  const { policy } = await permitted(tx, { verb, policyId, by, revision })
  const reason = command.reason.trim()
  if (reason === '') refuseIssues(policy, [NO_REASON])
  const number = version ?? policy.newest
  const moved = await move(tx, policy, { verb })
  await also.tell(policy, number)
  await deployVersion(tx, parts, policy, { number, links, by, breakGlassReason: reason })
  const detail = { reason, ...(requestId === undefined ? {} : { requestId }) }
  await record(tx, parts, policy, { verb, by, comment: comment ?? reason, number, detail })
  return moved
}

const NO_REASON = { path: 'reason', code: 'field.required', message: 'is missing' }
