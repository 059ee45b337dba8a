/** What somebody wants to do to production, as the rules of approval look at it. */

import type { ChangeControlRules } from '../../contract/change-control-rules.ts'
import type { PolicyLinks } from '../links/links.ts'
import type { PolicyDocument, PolicyKind } from '../policy-kind.ts'
import { CHANGE_CONTROL_POLICY } from './change-control-policy.ts'
import { type Change, targetsOf } from './requirement.ts'

/** It says something else, or has effect elsewhere: links are those before and after. */
export function changeOf(
  kind: PolicyKind,
  document: PolicyDocument | null,
  ...links: readonly PolicyLinks[]
): Change {
  const targets = targetsOf(kind, ...links)
  if (kind.kind !== CHANGE_CONTROL_POLICY.kind) return { kind: kind.kind, targets }
  const rules = (document ?? CHANGE_CONTROL_POLICY.defaults) as ChangeControlRules
  return { kind: kind.kind, targets, rules }
}

/** It is taken out of production. */
export function removalOf(kind: PolicyKind, { links }: { links: PolicyLinks }): Change {
  return changeOf(kind, null, links)
}
