/**
 * Policies of the kind `registry`: settings as Group Policy Preferences hold them. What they say of the
 * mail of an AGPM server holds for the hub itself (`../configuration/mail-decisions.ts`).
 */

import { z } from 'zod'
import { MAX_REGISTRY_DEPTH, RegistryPolicy } from '../../contract/registry-policy.ts'
import { mailSecurityOf } from '../../formats/registry/agpm.ts'
import type { PolicyKind } from '../../policies/policy-kind.ts'
import { wayOf } from '../configuration/mail-decisions.ts'
import { registryDifferences } from './registry-differences.ts'
import { validateRegistry } from './registry-rules.ts'

/** Values inside each other: far more than a document at its limit has, and no danger for the stack. */
const MAX_JSON_DEPTH = 4 * MAX_REGISTRY_DEPTH + 36

export const REGISTRY_POLICY: PolicyKind<RegistryPolicy> = {
  kind: 'registry',
  schema: z
    .unknown()
    .refine((value) => !isDeeper(value, MAX_JSON_DEPTH), 'has values too deep in each other')
    .pipe(RegistryPolicy),
  defaults: null,
  empty: { items: [] },
  secretsOf: () => [],
  validate: validateRegistry,
  differences: registryDifferences,
  effects: effectsOf,
}

/** Under the names that the mail configuration has for them. */
function effectsOf({ items, disabled }: RegistryPolicy): Readonly<Record<string, string | number>> {
  const { encryption, port } = wayOf(disabled === true ? {} : mailSecurityOf(items))
  return {
    ...(encryption !== undefined && { 'mail.encryption': encryption }),
    ...(port !== undefined && { 'mail.port': port }),
  }
}

/** Without recursion, since what it looks for is what recursion dies of. */
function isDeeper(value: unknown, depth: number): boolean {
  let level = [value]
  for (let seen = 0; level.length > 0; seen += 1) {
    if (seen > depth) return true
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? (Object.values(each) as unknown[]) : [],
    )
  }
  return false
}
