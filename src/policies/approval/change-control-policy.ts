/** The rules of change control as a kind of policy: changed like all others, by the rules in force. */

import type { FieldIssue } from '../../base/field-issues.ts'
import {
  type ApprovalRule,
  CHANGE_CONTROL_DEFAULTS,
  ChangeControlRules,
} from '../../contract/change-control-rules.ts'
import type { Findings, PolicyKind } from '../policy-kind.ts'

export const CHANGE_CONTROL_POLICY: PolicyKind<ChangeControlRules> = {
  kind: 'change-control',
  isOnlyOne: true,
  schema: ChangeControlRules,
  defaults: CHANGE_CONTROL_DEFAULTS,
  secretsOf: () => [],
  validate: validateRules,
}

function validateRules(document: ChangeControlRules): Findings<ChangeControlRules> {
  const rules = document.rules.map(normalRule)
  const issues = rules.flatMap((rule, index) => [
    ...groupIssues(rule, `rules.${index}`),
    ...(rules.slice(0, index).some((other) => isSamePlace(rule, other))
      ? [issue(`rules.${index}.kind`, 'field.duplicate', 'has a rule for this target already')]
      : []),
  ])
  return { issues, warnings: [], document: { ...document, rules } }
}

function groupIssues({ groups }: ApprovalRule, path: string): FieldIssue[] {
  return groups.flatMap(({ name, roles, accounts }, index) => {
    const place = `${path}.groups.${index}`
    return [
      ...(name === '' ? [issue(`${place}.name`, 'field.required', 'is missing')] : []),
      ...(roles.length + accounts.length === 0
        ? [issue(`${place}.roles`, 'field.required', 'a group names roles or accounts')]
        : []),
    ]
  })
}

/** Names trimmed, members once each: what is equal is written in one way. */
function normalRule(rule: ApprovalRule): ApprovalRule {
  const groups = rule.groups.map((group) => ({
    ...group,
    name: group.name.trim(),
    roles: [...new Set(group.roles)].sort(),
    accounts: [...new Set(group.accounts)].sort(),
  }))
  return { ...rule, groups }
}

export function isSamePlace(one: ApprovalRule, other: ApprovalRule): boolean {
  return one.kind === other.kind && one.target === other.target
}

function issue(path: string, code: string, message: string): FieldIssue {
  return { path, code, message }
}
