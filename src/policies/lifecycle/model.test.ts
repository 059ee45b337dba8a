import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ADMINISTRATOR,
  APPROVER,
  type Controlled,
  EDITOR,
  NOBODY,
  REVIEWER,
  changeControl,
  gate,
  somebody,
} from '../../../test/support/change-control.ts'
import type { HubError } from '../../base/errors.ts'
import type { PolicyState } from '../../contract/policy-lifecycle.ts'
import { deploy } from '../deployment/deploy-verbs.ts'
import type { Actor } from './transition.ts'

/** Its creator too, an approver. */
const OWNER = somebody('owner', 'approver')
const PEOPLE = [ADMINISTRATOR, APPROVER, EDITOR, REVIEWER, NOBODY, OWNER]

const MAY: Readonly<Record<string, string>> = {
  administrator: 'list edit create deploy delete full',
  approver: 'list create deploy delete',
  editor: 'list edit',
  reviewer: 'list',
  nobody: '',
  owner: 'list create deploy delete',
}

/** What a policy is, in the simplest words. */
interface Model {
  state: PolicyState
  heldBy: string | null
  /** What each version says; the newest last. */
  versions: string[]
  /** Versions that say nothing any more. */
  erased: Set<number>
  working: string | null
  production: number | null
  owners: Set<string>
  told: { verb: string; by: string }[]
}

interface Verb {
  /** One of these in each word: `deploy|edit`. */
  readonly needs: string
  /** Looked for among permissions for all policies. */
  readonly isForAll?: true
  readonly from: readonly PolicyState[]
  readonly isForHolder?: 'always' | 'unless-deployer'
  readonly asksProduction?: true
  readonly effect: (model: Model, by: Actor, colour: string) => void
  readonly act: (order: { policyId: string; by: Actor }, colour: string) => Promise<unknown>
}

let hub: Controlled

beforeAll(async () => {
  hub = await changeControl()
})

afterAll(() => hub.database.close())

const done = (model: Model) => {
  model.state = 'checked-in'
  model.heldBy = null
  model.working = null
}

const VERBS: Readonly<Record<string, Verb>> = {
  'check-out': {
    ...{ needs: 'edit', from: ['checked-in'] },
    effect: (model, by) => {
      model.state = 'checked-out'
      model.heldBy = by.id
      model.working = model.versions.at(-1) ?? ''
    },
    act: (order) => hub.control.checkOut(order),
  },
  'take-over': {
    ...{ needs: 'full', from: ['checked-out'] },
    effect: (model, by) => {
      model.heldBy = by.id
    },
    act: (order) => hub.control.takeOver(order),
  },
  edit: {
    ...{ needs: 'edit', from: ['checked-out'], isForHolder: 'always' },
    effect: (model, _, colour) => {
      model.working = colour
    },
    act: (order, colour) => hub.control.edit({ ...order, document: gate(colour) }),
  },
  'check-in': {
    ...{ needs: 'edit|deploy', from: ['checked-out'], isForHolder: 'unless-deployer' },
    effect: (model) => {
      const { working, versions } = model
      if (working !== null && working !== versions.at(-1)) versions.push(working)
      done(model)
    },
    act: (order) => hub.control.checkIn(order),
  },
  'undo-check-out': {
    ...{ needs: 'edit|deploy', from: ['checked-out'], isForHolder: 'unless-deployer' },
    effect: done,
    act: (order) => hub.control.undoCheckOut(order),
  },
  label: {
    ...{ needs: 'edit|deploy', from: ['checked-in', 'checked-out'] },
    effect: () => {},
    act: ({ policyId, by }) => hub.control.label({ policyIds: [policyId], by, label: 'v' }),
  },
  deploy: {
    ...{ needs: 'deploy', from: ['checked-in'] },
    effect: (model) => {
      model.production = model.versions.length
    },
    act: (order) =>
      hub.database.db.transaction().execute((tx) => deploy(tx, hub.control.parts, order)),
  },
  'import-from-production': {
    ...{ needs: 'edit|deploy|delete', from: ['checked-in', 'checked-out'], asksProduction: true },
    effect: (model) => model.versions.push(model.versions[(model.production ?? 0) - 1] ?? ''),
    act: (order) => hub.control.importFromProduction(order),
  },
  delete: {
    ...{ needs: 'delete', from: ['checked-in'] },
    effect: (model) => {
      model.state = 'deleted'
    },
    act: (order) => hub.control.delete({ ...order, from: 'archive' }),
  },
  restore: {
    ...{ needs: 'deploy|delete', from: ['deleted'] },
    effect: done,
    act: (order) => hub.control.restore(order),
  },
  destroy: {
    ...{ needs: 'delete', from: ['deleted'] },
    effect: (model) => {
      model.state = model.production === null ? 'destroyed' : 'uncontrolled'
      model.owners.clear()
      const numbers = model.versions.map((_, n) => n + 1)
      for (const number of numbers) if (number !== model.production) model.erased.add(number)
    },
    act: (order) => hub.control.destroy(order),
  },
  control: {
    ...{ needs: 'create', isForAll: true, from: ['uncontrolled'] },
    effect: (model, by) => {
      const { versions, production } = model
      if (production !== versions.length) versions.push(versions[(production ?? 0) - 1] ?? '')
      model.owners.add(by.id)
      done(model)
    },
    act: (order) => hub.control.control(order),
  },
}

/** What the model says becomes of it. */
function expected(model: Model, { needs, from, ...verb }: Verb, by: Actor): string {
  const may = (permission: string, isOwnCounted = true) =>
    (isOwnCounted && model.owners.has(by.id)) || MAY[by.name]?.split(' ').includes(permission)
  if (model.state === 'destroyed' || !may('list')) return 'policy.not_found'
  const isAllowed = needs.split('|').some((each) => may(each, verb.isForAll === undefined))
  if (!isAllowed) return 'policy.forbidden'
  if (!from.includes(model.state)) return 'policy.wrong_state'
  const mayDiscard = verb.isForHolder === 'unless-deployer' && may('deploy')
  if (verb.isForHolder !== undefined && !mayDiscard && model.heldBy !== by.id) {
    return 'policy.held_by_other'
  }
  return verb.asksProduction && model.production === null ? 'policy.not_in_production' : 'done'
}

const step = fc.record({
  verb: fc.constantFrom(...Object.keys(VERBS)),
  by: fc.constantFrom(...PEOPLE, ADMINISTRATOR, OWNER),
  colour: fc.constantFrom('red', 'green', 'blue'),
})

let count = 0

test(
  'M7: whatever people of all roles do, state, versions, history and audit log are as the model says',
  { timeout: 240_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const { id: policyId } = await hub.control.create({
          ...{ kind: 'gate', name: `Model ${(count += 1)}`, by: OWNER, from: 'empty' },
        })
        const model: Model = {
          ...{ state: 'checked-in', heldBy: null, versions: ['white'], erased: new Set() },
          ...{ working: null, production: null, owners: new Set([OWNER.id]) },
          told: [{ verb: 'create', by: OWNER.id }],
        }
        for (const { verb: name, by, colour } of steps) {
          const verb = VERBS[name]
          if (verb === undefined) continue
          const outcome = expected(model, verb, by)
          expect([name, by.name, await outcomeOf(verb.act({ policyId, by }, colour))]).toEqual([
            ...[name, by.name, outcome],
          ])
          if (outcome === 'done') {
            verb.effect(model, by, colour)
            model.told.push({ verb: name, by: by.id })
          }
          expect(await seen(policyId)).toEqual(asSeen(model))
        }
      }),
      { numRuns: 40 },
    )
    expect(await hub.audit.verifyChain()).toMatchObject({ is: 'whole' })
  },
)

function asSeen({ state, heldBy, versions, erased, working, production, told }: Model) {
  return {
    ...{ state, heldBy, working, production, told },
    said: versions.map((colour, n) => (erased.has(n + 1) ? null : colour)),
    audited: told.map(({ verb, by }) => ({ action: `policy.${verb.replaceAll('-', '_')}`, by })),
  }
}

/** The same, as the database has it. */
async function seen(policyId: string) {
  const { db } = hub.database
  const policy = await db
    .selectFrom('policy')
    .select(['state', 'heldBy', 'workingDocument'])
    .where('id', '=', policyId)
    .executeTakeFirstOrThrow()
  const versions = await db
    .selectFrom('policyVersion')
    .select('document')
    .where('policyId', '=', policyId)
    .orderBy('number')
    .execute()
  const production = await db
    .selectFrom('policyDeployment')
    .select('number')
    .where('policyId', '=', policyId)
    .orderBy('id', 'desc')
    .executeTakeFirst()
  const told = await db
    .selectFrom('policyEvent')
    .select(['verb', 'by'])
    .where('policyId', '=', policyId)
    .orderBy('id')
    .execute()
  const audited = await hub.audit.list({ limit: 200, subject: policyId })
  const colourOf = (document: unknown) => (document as { colour: string } | null)?.colour ?? null
  return {
    ...{ state: policy.state, heldBy: policy.heldBy, told },
    working: colourOf(policy.workingDocument),
    production: production?.number ?? null,
    said: versions.map(({ document }) => colourOf(document)),
    audited: audited.reverse().map(({ action, by }) => ({ action, by })),
  }
}

function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: unknown) => (error as HubError).code,
  )
}
