/** Policies under change control on a database of their own, with people and a clock that stands still. */

import { z } from 'zod'
import { Audit } from '../../src/audit/audit.ts'
import { silentLog } from '../../src/base/log.ts'
import { generateSealingKey } from '../../src/base/seal.ts'
import type { ApprovalRule } from '../../src/contract/change-control-rules.ts'
import type { Role } from '../../src/contract/permissions.ts'
import type { PolicyState } from '../../src/contract/policy-lifecycle.ts'
import type { Database } from '../../src/db/connection.ts'
import { CHANGE_CONTROL_POLICY } from '../../src/policies/approval/change-control-policy.ts'
import { ChangeControl } from '../../src/policies/change-control.ts'
import type { Actor } from '../../src/policies/lifecycle/transition.ts'
import type { PolicyLinks } from '../../src/policies/links/links.ts'
import { Policies } from '../../src/policies/policies.ts'
import type { PolicyKind } from '../../src/policies/policy-kind.ts'
import { PolicySecrets } from '../../src/policies/policy-secrets.ts'
import type { RequestNotice, RequestNotices } from '../../src/policies/requests/notices.ts'
import { Requests } from '../../src/policies/requests/requests.ts'
import { type FreshDatabase, freshDatabase } from './database.ts'

/** Of which there are several: a lamp burns in a colour, and not in none. */
export interface Lamp extends Readonly<Record<string, string>> {
  readonly colour: string
}

export interface PolicySide {
  readonly database: FreshDatabase
  readonly db: Database
  readonly audit: Audit
  readonly policies: Policies
  readonly lamp: PolicyKind<Lamp>
  readonly parts: {
    db: Database
    audit: Audit
    clock: { now(): Date }
    log: typeof silentLog
    key: ReturnType<typeof generateSealingKey>
    policies: Policies
  }
  readonly secrets: PolicySecrets
  now: Date
  /** Colours that the rules refuse from now on. */
  readonly forbidden: Set<string>
  pass(time: { hours?: number; minutes?: number }): void
  /** Somebody with an account that is active. */
  person(name: string, ...roles: Role[]): Promise<Actor>
  setRoles(actor: Actor, roles: Role[], status?: 'active' | 'disabled'): Promise<void>
  /** A policy with a version for each colour; deployed are only those that a test deploys. */
  lampPolicy(
    name: string,
    options?: {
      colours?: string[]
      state?: PolicyState
      links?: PolicyLinks
      isTemplate?: boolean
    },
  ): Promise<string>
  /** Puts rules of approval in force, whatever those of before say. */
  rule(...rules: Partial<ApprovalRule>[]): Promise<void>
  stateOf(policyId: string): Promise<PolicyState>
  readonly control: ChangeControl
  readonly requests: Requests
  readonly notices: RequestNotices
  /** Mail about requests, oldest first. */
  readonly told: ToldNotice[]
  /** Versions that were tested before they counted. */
  readonly tried: string[]
}

export type ToldNotice = RequestNotice & {
  readonly is: keyof RequestNotices
  readonly more: { readonly [name: string]: unknown }
}

export async function givenPolicies(): Promise<PolicySide> {
  const database = await freshDatabase()
  const { db } = database
  const audit = new Audit(database)
  const key = generateSealingKey()
  const forbidden = new Set(['black'])
  const tried: string[] = []
  const lamp: PolicyKind<Lamp> = {
    kind: 'lamp',
    schema: z.strictObject({ colour: z.string() }),
    defaults: null,
    secretsOf: () => [],
    validate: ({ colour }) => ({
      issues: forbidden.has(colour)
        ? [{ path: 'colour', code: 'field.malformed_text', message: 'burns in no such colour' }]
        : [],
      warnings: [],
      document: { colour },
    }),
    effects: ({ colour }) => ({ 'lamp.colour': colour }),
    test: ({ document, version }) => {
      tried.push(`${version}: ${document.colour}`)
      return Promise.resolve('00000000-0000-4000-8000-00000000007e')
    },
  }
  const clock = { now: () => side.now }
  const policies = new Policies({ db, audit, clock, log: silentLog, key })
  policies.register(lamp)
  policies.register(CHANGE_CONTROL_POLICY)
  const told: ToldNotice[] = []
  const tell = (is: keyof RequestNotices) => (_: unknown, notice: RequestNotice, more: object) => {
    told.push({ ...notice, is, more: { ...more } })
    return Promise.resolve()
  }
  const control = new ChangeControl({ db, audit, clock, log: silentLog, key, policies })
  const notices = {
    submitted: tell('submitted'),
    decided: tell('decided'),
    failed: tell('failed'),
    brokeGlass: tell('brokeGlass'),
  }
  const requests = new Requests({ parts: control.parts, notices })
  const side: PolicySide = {
    ...{ control, requests, notices, told, tried },
    ...{ database, db, audit, policies, lamp, forbidden },
    parts: { db, audit, clock, log: silentLog, key, policies },
    secrets: new PolicySecrets({ key }),
    now: new Date('2030-01-01T00:00:00Z'),
    pass({ hours = 0, minutes = 0 }) {
      side.now = new Date(side.now.getTime() + (hours * 60 + minutes) * 60_000)
    },
    async person(name, ...roles) {
      const address = `${name.toLowerCase()}@example.com`
      const { id: personId } = await db
        .insertInto('person')
        .values({ address, addressKey: address, name, createdAt: side.now })
        .returning('id')
        .executeTakeFirstOrThrow()
      const { id } = await db
        .insertInto('account')
        .values({
          ...{ personId, roles, status: 'active', createdAt: side.now },
          ...{ passwordHash: null, passwordChangedAt: null, lastSignInAt: null },
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      return { id, name, roles }
    },
    async setRoles({ id }, roles, status = 'active') {
      await db.updateTable('account').set({ roles, status }).where('id', '=', id).execute()
    },
    async lampPolicy(
      name,
      { colours = ['red'], state = 'checked-in', links = [], isTemplate = false } = {},
    ) {
      const { id } = await db
        .insertInto('policy')
        .values({
          ...{ kind: 'lamp', name, state, isTemplate, createdAt: side.now },
          newest: colours.length,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      for (const [index, colour] of colours.entries()) {
        await db
          .insertInto('policyVersion')
          .values({
            ...{ policyId: id, number: index + 1, document: JSON.stringify({ colour }) },
            ...{ at: side.now, by: 'hub', byName: 'hub', comment: '' },
            links: JSON.stringify(links),
          })
          .execute()
      }
      return id
    },
    async rule(...rules) {
      const document = {
        versionLimit: null,
        rules: rules.map((rule) => ({ ...ASKS_NOBODY, ...rule })),
      }
      await db
        .insertInto('policy')
        .values({ kind: 'change-control', name: '', createdAt: side.now })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const { id, newest } = await db
        .selectFrom('policy')
        .select(['id', 'newest'])
        .where('kind', '=', 'change-control')
        .executeTakeFirstOrThrow()
      const number = newest + 1
      const row = { policyId: id, number, at: side.now, by: 'hub', byName: 'hub' }
      await db
        .insertInto('policyVersion')
        .values({ ...row, document: JSON.stringify(document), comment: '' })
        .execute()
      await db.updateTable('policy').set({ newest: number }).where('id', '=', id).execute()
      await db.insertInto('policyDeployment').values(row).execute()
    },
    async stateOf(policyId) {
      const row = await db
        .selectFrom('policy')
        .select('state')
        .where('id', '=', policyId)
        .executeTakeFirstOrThrow()
      return row.state
    },
  }
  return side
}

const ASKS_NOBODY: ApprovalRule = {
  ...{ kind: null, target: null, approvers: 0, allowsSelfApproval: false },
  ...{ groups: [], expiresAfterHours: null },
}
