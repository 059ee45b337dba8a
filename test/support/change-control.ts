/** Change control over a real database, with people of every role and a kind to try it on. */

import { z } from 'zod'
import { Audit } from '../../src/audit/audit.ts'
import { silentLog } from '../../src/base/log.ts'
import { generateSealingKey } from '../../src/base/seal.ts'
import type { Role } from '../../src/contract/permissions.ts'
import type { Actor } from '../../src/policies/lifecycle/transition.ts'
import { ChangeControl } from '../../src/policies/change-control.ts'
import { Policies } from '../../src/policies/policies.ts'
import type { PolicyKind } from '../../src/policies/policy-kind.ts'
import { type FreshDatabase, freshDatabase } from './database.ts'

export interface Gate extends Readonly<Record<string, string | number | boolean>> {
  readonly colour: string
  readonly bars: number
  readonly hasLock: boolean
}

/** Gates: there may be many, each with a code when it has a lock. */
export const GATE: PolicyKind<Gate> = {
  kind: 'gate',
  schema: z.strictObject({ colour: z.string(), bars: z.number(), hasLock: z.boolean() }),
  defaults: null,
  empty: { colour: 'white', bars: 0, hasLock: false },
  secretsOf: ({ hasLock }) => (hasLock ? ['code'] : []),
  validate: (gate, { code }) => ({
    issues: [
      ...(gate.colour.trim() === '' ? [{ ...MISSING, path: 'colour' }] : []),
      ...(gate.hasLock && code === undefined ? [{ ...MISSING, path: 'secrets.code' }] : []),
    ],
    warnings: [],
    document: { ...gate, colour: gate.colour.trim() },
  }),
}

/** There is one house. */
export const HOUSE: PolicyKind<{ readonly name: string }> = {
  kind: 'house',
  isOnlyOne: true,
  schema: z.strictObject({ name: z.string() }),
  defaults: { name: 'nameless' },
  secretsOf: () => [],
  validate: (document) => ({ issues: [], warnings: [], document }),
}

const MISSING = { code: 'field.required', message: 'is missing' }

export function gate(colour: string): Gate {
  return { colour, bars: 3, hasLock: false }
}

/** Somebody with one role, or with several. */
export function somebody(name: string, ...roles: Role[]): Actor {
  return { id: `account-${name}`, name, roles }
}

export const ADMINISTRATOR = somebody('administrator', 'administrator')
export const APPROVER = somebody('approver', 'approver')
export const EDITOR = somebody('editor', 'editor')
export const REVIEWER = somebody('reviewer', 'reviewer')
export const NOBODY = somebody('nobody')

export interface Controlled {
  readonly database: FreshDatabase
  readonly audit: Audit
  readonly policies: Policies
  readonly control: ChangeControl
  /** How many versions are kept; null: all. */
  limit: number | null
  now: Date
}

export async function changeControl(): Promise<Controlled> {
  const database = await freshDatabase()
  const { db } = database
  const audit = new Audit(database)
  const clock = { now: () => made.now }
  const parts = { db, audit, clock, log: silentLog, key: generateSealingKey() }
  const policies = new Policies(parts)
  policies.register(GATE)
  policies.register(HOUSE)
  const made: Controlled = {
    ...{ database, audit, policies, limit: null, now: new Date('2030-01-01T00:00:00Z') },
    control: new ChangeControl({
      ...{ ...parts, policies },
      versionLimit: () => Promise.resolve(made.limit),
    }),
  }
  return made
}
