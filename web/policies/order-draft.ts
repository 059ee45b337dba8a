/** What is entered before an order is given, and the order that becomes of it. */

import type { PolicyLine, PolicyOrder } from '../../src/contract/change-control.ts'
import type { LinkChoiceDraft } from './LinkChoiceField.tsx'
import { orderedOf, type PageVerb } from './orders.ts'

export interface OrderDraft {
  readonly comment: string
  readonly cc: string
  readonly name: string
  readonly label: string
  readonly reason: string
  readonly from: string
  /** As `datetime-local` has it; empty for at once. */
  readonly notBefore: string
  readonly links: LinkChoiceDraft
}

export function newDraft(policy: PolicyLine, verb: PageVerb): OrderDraft {
  return {
    ...{ comment: '', cc: '', reason: '', notBefore: '', label: '' },
    name: verb === 'rename' ? policy.name : '',
    from: 'archive',
    links: { isRestored: true, leftOut: [] },
  }
}

/** Which links go with it: those that were not left out of the ones there are. */
export function linksOf(
  { isRestored, leftOut }: LinkChoiceDraft,
  targets: readonly string[],
): 'all' | 'none' | string[] {
  if (!isRestored) return 'none'
  const chosen = targets.filter((target) => !leftOut.includes(target))
  return chosen.length === targets.length ? 'all' : chosen
}

/** The order but for its revision. */
export function orderOf(
  verb: PageVerb,
  draft: OrderDraft,
  { policy, targets }: { policy: PolicyLine; targets: readonly string[] },
): Partial<PolicyOrder> {
  const { verb: order, fields, isRequest } = orderedOf(verb)
  const has = (field: (typeof fields)[number]) => fields.includes(field)
  return {
    verb: order,
    comment: draft.comment.trim(),
    ...(has('name') && { name: draft.name.trim() }),
    ...(has('label') && { label: draft.label.trim() }),
    ...(has('reason') && { reason: draft.reason.trim() }),
    ...(has('from') && { from: draft.from }),
    ...(has('links') && { links: linksOf(draft.links, targets) }),
    ...(has('notBefore') &&
      draft.notBefore !== '' && { notBefore: new Date(draft.notBefore).toISOString() }),
    ...(verb === 'set-default-template' && { isDefault: !policy.isDefaultTemplate }),
    ...(isRequest === true && { asRequest: { cc: draft.cc.trim() } }),
  } as Partial<PolicyOrder>
}
