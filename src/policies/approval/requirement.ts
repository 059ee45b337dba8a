/** Which approvals a change needs, by the rules of change control: pure. */

import { canonicalJson } from '../../base/canonical-json.ts'
import type {
  ApprovalRule,
  ApproverGroup,
  ChangeControlRules,
} from '../../contract/change-control-rules.ts'
import type { PolicyLink } from '../links/links.ts'
import { CHANGE_CONTROL_POLICY, isSamePlace } from './change-control-policy.ts'

/** A change of what is in production. */
export interface Change {
  readonly kind: string
  /** Where the policy has effect, before and after. */
  readonly targets: ReadonlySet<string>
  /** The rules as they would be, when the rules themselves are what changes. */
  readonly rules?: ChangeControlRules
}

/** What all rules ask for together that speak of a change: in each respect the strictest counts. */
export interface Requirement {
  /** 0: nobody has to approve. */
  readonly approvers: number
  readonly allowsSelfApproval: boolean
  /** Of each rule that has any: every group needs people of its own. */
  readonly groups: readonly (readonly ApproverGroup[])[]
  readonly expiresAfterHours: number | null
}

/** Where links bring a policy to effect. Of a kind that has one policy only, that is the hub. */
export function targetsOf(
  { isOnlyOne }: { isOnlyOne?: boolean | undefined },
  ...links: readonly (readonly PolicyLink[])[]
): Set<string> {
  if (isOnlyOne === true) return new Set(['hub'])
  return new Set(links.flat().flatMap(({ target, isEnabled }) => (isEnabled ? [target] : [])))
}

export function requirementOf(rules: ChangeControlRules, change: Change): Requirement {
  const speaking = rules.rules.filter((rule) => speaksOf(rule, change) || guards(rule, change))
  const asking = speaking.filter(asksForApproval)
  const hours = speaking.flatMap(({ expiresAfterHours }) => expiresAfterHours ?? [])
  return {
    approvers: Math.max(0, ...asking.map(approversOf)),
    allowsSelfApproval: asking.every(({ allowsSelfApproval }) => allowsSelfApproval),
    groups: asking.flatMap(({ groups }) => (groups.length === 0 ? [] : [groups])),
    expiresAfterHours: hours.length === 0 ? null : Math.min(...hours),
  }
}

/** A policy that is linked to all nodes has effect on each of them. */
function speaksOf(rule: ApprovalRule, { kind, targets }: Change): boolean {
  if (rule.kind !== null && rule.kind !== kind) return false
  return rule.target === null || targets.has(rule.target) || targets.has('all')
}

/**
 * Whether a rule would be weakened by a change of the rules: then it holds for that change, whatever
 * it speaks of. Else nobody would need the approvals of others to be rid of them.
 */
function guards(rule: ApprovalRule, { kind, rules }: Change): boolean {
  if (kind !== CHANGE_CONTROL_POLICY.kind || !asksForApproval(rule)) return false
  return !(rules?.rules ?? []).some((other) => isAtLeastAsStrict(other, rule))
}

function isAtLeastAsStrict(one: ApprovalRule, other: ApprovalRule): boolean {
  return (
    isSamePlace(one, other) &&
    one.approvers >= other.approvers &&
    (other.allowsSelfApproval || !one.allowsSelfApproval) &&
    (other.expiresAfterHours ?? Infinity) >= (one.expiresAfterHours ?? Infinity) &&
    other.groups.every((group) => one.groups.some((each) => isSameGroup(each, group)))
  )
}

function isSameGroup(one: ApproverGroup, other: ApproverGroup): boolean {
  const members = ({ roles, accounts }: ApproverGroup) => canonicalJson([roles, accounts])
  return members(one) === members(other) && one.approvers >= other.approvers
}

function asksForApproval(rule: ApprovalRule): boolean {
  return approversOf(rule) > 0
}

/** People of separate groups are counted once each. */
function approversOf({ approvers, groups }: ApprovalRule): number {
  return Math.max(
    approvers,
    groups.reduce((sum, group) => sum + group.approvers, 0),
  )
}
