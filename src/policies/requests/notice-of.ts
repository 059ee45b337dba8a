/** What a mail on a request says: read as the transaction sees it. */

import type { FieldChange } from '../../contract/policies.ts'
import type { Transaction } from '../../db/connection.ts'
import { type Content, getContent, NOTHING } from '../content/content.ts'
import { chosenLinks } from '../deployment/links-choice.ts'
import { inProduction } from '../deployment/in-production.ts'
import { changesOf } from '../history/comparison.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import type { RequestNotice } from './notices.ts'
import { type PolicyRequest, type RequestParts, versionToDeploy } from './request.ts'

/** Also for a mail on what was done without a request. */
export type Noticed = Pick<
  PolicyRequest,
  'action' | 'order' | 'by' | 'byName' | 'comment' | 'at'
> & {
  readonly id: string | null
}

export async function noticeOf(
  tx: Transaction,
  parts: RequestParts,
  policy: PolicyRow,
  request: Noticed,
): Promise<RequestNotice> {
  return {
    ...{ requestId: request.id, policyId: policy.id, kind: policy.kind, name: policy.name },
    ...{ action: request.action, comment: request.comment, at: request.at },
    requester: { id: request.by, name: request.byName },
    changes: await changesIn(tx, parts, policy, request),
  }
}

/** What production would become, field by field. */
export async function changesIn(
  tx: Transaction,
  { kinds }: Pick<RequestParts, 'kinds'>,
  policy: PolicyRow,
  asked: Pick<Noticed, 'action' | 'order'>,
): Promise<FieldChange[]> {
  const number = versionToDeploy(asked)
  const isRemoved = asked.order.from === 'archive-and-production'
  if (number === undefined && !isRemoved) return []
  const before = await inProduction(tx, policy)
  const was: Content =
    before.number === null
      ? NOTHING
      : { ...(await getContent(tx, policy, before.number)), links: before.links }
  if (number === undefined) return changesOf(kinds.get(policy.kind), was, NOTHING)
  const content = await getContent(tx, policy, number)
  const links = chosenLinks(asked.order.links, { version: content.links, production: before.links })
  return changesOf(kinds.get(policy.kind), was, { ...content, links })
}
