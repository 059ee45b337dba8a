/**
 * Production: puts a version of a policy in force, and takes a policy out. Every way there leads
 * through here, so that nothing comes into force against the rules of its kind or without the
 * approvals that it needs.
 */

import { HubError } from '../../base/errors.ts'
import type { Transaction } from '../../db/connection.ts'
import { sendSignal } from '../../db/signals.ts'
import { refuseWithoutApproval } from '../approval/approval-rules.ts'
import { changeOf, removalOf } from '../approval/change.ts'
import type { Change } from '../approval/requirement.ts'
import type { ControlParts } from '../control-parts.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import { PolicyLinks } from '../links/links.ts'
import { refuseIssues } from '../policy-change.ts'
import type { Author, PolicyDocument, Secrets } from '../policy-kind.ts'
import { findSecrets } from '../versions/store.ts'
import { inProduction, type InProduction } from './in-production.ts'
import { chosenLinks, type LinksChoice } from './links-choice.ts'
import * as store from './store.ts'

export type DeployParts = Pick<ControlParts, 'clock' | 'secrets' | 'kinds'>

export type DeployedPolicy = Pick<PolicyRow, 'id' | 'kind' | 'name'>

/** Why no approval is asked for here: it was given, or an administrator breaks the glass. */
export interface Warrant {
  readonly requestId?: string | undefined
  readonly breakGlassReason?: string | undefined
}

export interface DeployOrder extends Warrant {
  readonly number: number
  /** By default all links of the version. */
  readonly links?: LinksChoice | undefined
  readonly by: Author
}

/** What a deployment would put in force. */
export interface Proposal {
  readonly document: PolicyDocument | null
  readonly secrets: Secrets
  readonly links: PolicyLinks
  /** What is in production before. */
  readonly before: InProduction
  readonly change: Change
}

/**
 * Puts a version in force, under the name that the policy has now, by the rules of this moment. The
 * caller tells of it (`record`), and after the transaction tells this process (`tell`).
 *
 * @throws HubError `policy.refused`, `policy.approval_required`, `policy.version_not_found`,
 *   `policy.version_erased`, `seal.broken`
 */
export async function deployVersion(
  tx: Transaction,
  parts: DeployParts,
  policy: DeployedPolicy,
  { number, links: choice, by, requestId, breakGlassReason }: DeployOrder,
): Promise<void> {
  const { links, change } = await proposed(tx, parts, policy, { number, links: choice })
  await refuseWithoutWarrant(tx, change, { requestId, breakGlassReason })
  await insert(tx, parts, policy, { number, links, by, requestId, breakGlassReason })
}

/**
 * Takes a policy out of production.
 *
 * @throws HubError `policy.not_in_production`, `policy.approval_required`
 */
export async function removeFromProduction(
  tx: Transaction,
  parts: DeployParts,
  policy: DeployedPolicy,
  { by, requestId, breakGlassReason }: Warrant & { readonly by: Author },
): Promise<void> {
  const before = await inProduction(tx, policy)
  if (before.number === null) {
    throw new HubError('policy.not_in_production', `“${policy.name}” is not in production`)
  }
  const change = removalOf(parts.kinds.get(policy.kind), before)
  await refuseWithoutWarrant(tx, change, { requestId, breakGlassReason })
  await insert(tx, parts, policy, { number: null, links: [], by, requestId, breakGlassReason })
}

/**
 * What deploying a version would do, if the rules of its kind take it now.
 *
 * @throws HubError `policy.refused`, `policy.version_not_found`, `policy.version_erased`, `seal.broken`
 */
export async function proposed(
  tx: Transaction,
  { secrets: sealed, kinds }: DeployParts,
  policy: DeployedPolicy,
  { number, links: choice = 'all' }: Pick<DeployOrder, 'number' | 'links'>,
): Promise<Proposal> {
  const version = await store.findVersion(tx, policy.id, number)
  if (version === undefined) {
    throw new HubError('policy.version_not_found', `“${policy.name}” has no version ${number}`)
  }
  if (version.erasedAt !== null) {
    throw new HubError('policy.version_erased', `version ${number} says nothing any more`)
  }
  const kind = kinds.get(policy.kind)
  const secrets = sealed.open(await findSecrets(tx, { policyId: policy.id, number }))
  const document = version.document === null ? null : kind.schema.parse(version.document)
  if (document !== null) refuseIssues(kind, kind.validate(document, secrets).issues)
  const before = await inProduction(tx, policy)
  const links = chosenLinks(choice, {
    version: PolicyLinks.parse(version.links),
    production: before.links,
  })
  const change = changeOf(kind, document, before.links, links)
  return { document, secrets, links, before, change }
}

async function refuseWithoutWarrant(
  tx: Transaction,
  change: Change,
  { requestId, breakGlassReason }: Warrant,
): Promise<void> {
  if (requestId !== undefined || breakGlassReason !== undefined) return
  await refuseWithoutApproval(tx, change)
}

async function insert(
  tx: Transaction,
  { clock }: DeployParts,
  { id: policyId, kind, name }: DeployedPolicy,
  { by, number, links, requestId, breakGlassReason }: InsertedDeployment,
): Promise<void> {
  await store.insertDeployment(tx, {
    ...{ at: clock.now(), by: by.id, byName: by.name },
    ...{ policyId, number, name, links },
    requestId: requestId ?? null,
    breakGlassReason: breakGlassReason ?? null,
  })
  await sendSignal(tx, 'policy', kind)
}

interface InsertedDeployment extends Warrant {
  readonly by: Author
  readonly number: number | null
  readonly links: PolicyLinks
}
