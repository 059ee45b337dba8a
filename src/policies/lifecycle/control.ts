/** What is in production, brought into the archive: control, and import of a version. */

import { HubError } from '../../base/errors.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import { makeOwner } from '../access/owner.ts'
import type { ControlParts } from '../control-parts.ts'
import { findDeployment } from '../deployment/store.ts'
import { PolicyLinks } from '../links/links.ts'
import { type Content, addVersion, getContent, isSame } from '../content/content.ts'
import { findContent } from '../content/store.ts'
import { type PolicyOrder, take } from './step.ts'
import type { PolicyRow } from './store.ts'
import { type Actor, move } from './transition.ts'
import { applyLimit } from './version-limit.ts'

/**
 * Takes an uncontrolled policy under control: its current version is then what is in production.
 *
 * @throws HubError as `permitted`
 */
export function control(parts: ControlParts, order: PolicyOrder): Promise<PolicyRow> {
  return take(parts, 'control', order, (tx, before) => adoptProduction(tx, parts, before, order))
}

/** The same without asking who may, for an approved request for it: `verb` says how it came. */
export async function adoptProduction(
  tx: Transaction,
  parts: ControlParts,
  before: PolicyRow,
  {
    by,
    comment = '',
    verb = 'control',
  }: { by: Actor; comment?: string | undefined; verb?: 'control' | 'approve' },
): Promise<{ policy: PolicyRow; number: number }> {
  const { number, content } = await productionContent(tx, before)
  const isCurrent = number === before.newest && (await isAsCheckedIn(tx, before, content))
  const newest = isCurrent ? number : before.newest + 1
  const policy = await move(tx, before, { verb, to: 'checked-in', changes: { newest } })
  if (!isCurrent) {
    const source = { is: 'production', number } as const
    await addVersion(tx, policy, { content, at: parts.clock.now(), by, comment, source })
  }
  await makeOwner(tx, policy.id, by)
  return { policy, number: newest }
}

/**
 * A version that is equal to what is in force. The working copy of a policy that is checked out
 * stays as it is.
 *
 * @throws HubError as `permitted`, `policy.not_in_production`
 */
export async function importFromProduction(
  parts: ControlParts,
  order: PolicyOrder,
): Promise<PolicyRow> {
  const limit = await parts.versionLimit()
  return take(parts, 'import-from-production', order, async (tx, before) => {
    const { number, content } = await productionContent(tx, before)
    const newest = before.newest + 1
    const policy = await move(tx, before, { verb: 'import-from-production', changes: { newest } })
    const { by, comment = '' } = order
    const source = { is: 'production', number } as const
    await addVersion(tx, policy, { content, at: parts.clock.now(), by, comment, source })
    const erased = await applyLimit(tx, parts, policy, limit)
    const detail = { from: number, ...(erased.length === 0 ? {} : { erased }) }
    return { policy, number: newest, detail }
  })
}

/** What a policy says in production, where it has effect there. @throws HubError `policy.not_in_production` */
export async function productionContent(
  tx: Database,
  policy: Pick<PolicyRow, 'id' | 'name'>,
): Promise<{ number: number; content: Content }> {
  const deployment = await findDeployment(tx, policy.id)
  if (deployment === undefined || deployment.number === null) {
    throw new HubError('policy.not_in_production', `“${policy.name}” is not in production`)
  }
  const { number } = deployment
  const content = await getContent(tx, policy, number)
  return { number, content: { ...content, links: PolicyLinks.parse(deployment.links) } }
}

async function isAsCheckedIn(
  tx: Transaction,
  { id, newest }: PolicyRow,
  content: Content,
): Promise<boolean> {
  const row = await findContent(tx, id, newest)
  return row !== undefined && isSame(content, { ...content, links: PolicyLinks.parse(row.links) })
}
