import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Controlled,
  changeControl,
  gate,
  somebody,
} from '../../../test/support/change-control.ts'
import type { HubError } from '../../base/errors.ts'
import { deploy } from '../deployment/deploy-verbs.ts'
import type { Actor } from './transition.ts'

const [ANN, BEN] = [somebody('ann', 'administrator'), somebody('ben', 'administrator')]
const ATTEMPTS = 100

let hub: Controlled

beforeAll(async () => {
  hub = await changeControl()
})

afterAll(() => hub.database.close())

interface Order {
  readonly policyId: string
  readonly by: Actor
  readonly revision: number
}

const out = (policyId: string) => hub.control.checkOut({ policyId, by: ANN })
const away = (policyId: string) => hub.control.delete({ policyId, by: ANN, from: 'archive' })

/** How to get there, and what two people then try at once. */
const TRANSITIONS: Readonly<
  Record<
    string,
    { before?: (policyId: string) => Promise<unknown>; act: (order: Order) => Promise<unknown> }
  >
> = {
  'check-out': { act: (order) => hub.control.checkOut(order) },
  'take-over': { before: out, act: (order) => hub.control.takeOver(order) },
  'check-in': {
    before: async (policyId) => {
      await out(policyId)
      await hub.control.edit({ policyId, by: ANN, document: gate('red') })
    },
    act: (order) => hub.control.checkIn(order),
  },
  'undo-check-out': { before: out, act: (order) => hub.control.undoCheckOut(order) },
  label: {
    act: ({ policyId, ...order }) =>
      hub.control.label({ ...order, policyIds: [policyId], label: order.by.name }),
  },
  'keep-version': {
    act: (order) => hub.control.keepVersion({ ...order, number: 1, isKept: true }),
  },
  rename: { act: (order) => hub.control.rename({ ...order, name: `of ${order.by.name}` }) },
  deploy: {
    act: (order) =>
      hub.database.db.transaction().execute((tx) => deploy(tx, hub.control.parts, order)),
  },
  'import-from-production': { act: (order) => hub.control.importFromProduction(order) },
  delete: { act: (order) => hub.control.delete({ ...order, from: 'archive-and-production' }) },
  restore: { before: away, act: (order) => hub.control.restore(order) },
  destroy: { before: away, act: (order) => hub.control.destroy(order) },
  control: {
    before: async (policyId) => {
      await away(policyId)
      await hub.control.destroy({ policyId, by: ANN })
    },
    act: (order) => hub.control.control(order),
  },
}

test.each(Object.entries(TRANSITIONS))(
  'M10: of a hundred who %s at once one wins, and history and audit log tell of it once',
  { timeout: 120_000 },
  async (verb, { before, act }) => {
    const created = {
      kind: 'gate',
      name: `To ${verb}`,
      by: ANN,
      from: 'empty',
      isLive: true,
    } as const
    const { id: policyId } = await hub.control.create(created)
    await before?.(policyId)
    const { policy } = await hub.control.get({ policyId, by: ANN })
    const start = { events: await events(policyId), entries: await entries(policyId) }
    const { outcomes, winner } = await race((by) =>
      act({ policyId, by, revision: policy.revision }),
    )
    expect(outcomes).toEqual({ done: 1, 'policy.changed_meanwhile': ATTEMPTS - 1 })
    const [event, ...others] = (await events(policyId)).slice(start.events.length)
    expect([event, others]).toEqual([{ verb, by: winner.id }, []])
    const [entry, ...more] = (await entries(policyId)).slice(start.entries.length)
    expect([entry, more]).toEqual([
      { action: `policy.${verb.replaceAll('-', '_')}`, by: winner.id },
      [],
    ])
  },
)

test(
  'M10: of a hundred who create a policy of one name one wins',
  { timeout: 120_000 },
  async () => {
    const { outcomes } = await race((by) =>
      hub.control.create({ kind: 'gate', name: 'Wanted by all', by, from: 'empty' }),
    )
    expect(outcomes).toEqual({ done: 1, 'policy.name_taken': ATTEMPTS - 1 })
  },
)

test(
  'M10: whoever makes templates the default at once, one of them is it in the end',
  { timeout: 120_000 },
  async () => {
    const { id: policyId } = await hub.control.create({ kind: 'gate', name: 'Model', by: ANN })
    const templates = await Promise.all(
      ['T1', 'T2', 'T3'].map((name) => hub.control.saveAsTemplate({ policyId, by: ANN, name })),
    )
    await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) =>
        hub.control.setDefaultTemplate({ policyId: templates[n % 3]?.id ?? '', by: ANN }),
      ),
    )
    const { policies } = await hub.control.list({ by: ANN, tab: 'templates', limit: 9 })
    expect(policies.filter(({ isDefaultTemplate }) => isDefaultTemplate)).toHaveLength(1)
  },
)

test('M10: the chain of the audit log is whole after all of it', async () => {
  expect(await hub.audit.verifyChain()).toMatchObject({ is: 'whole' })
})

/** How often each outcome was, and who won. */
async function race(attempt: (by: Actor) => Promise<unknown>) {
  const people = Array.from({ length: ATTEMPTS }, (_, n) => (n % 2 === 0 ? ANN : BEN))
  const settled = await Promise.allSettled(people.map((by) => attempt(by)))
  const outcomes: Record<string, number> = {}
  for (const each of settled) {
    const outcome = each.status === 'fulfilled' ? 'done' : (each.reason as HubError).code
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
  const winner = people[settled.findIndex(({ status }) => status === 'fulfilled')] ?? ANN
  return { outcomes, winner }
}

function events(policyId: string) {
  return hub.database.db
    .selectFrom('policyEvent')
    .select(['verb', 'by'])
    .where('policyId', '=', policyId)
    .orderBy('id')
    .execute()
}

async function entries(subject: string) {
  const found = await hub.audit.list({ limit: 200, subject })
  return found.reverse().map(({ action, by }) => ({ action, by }))
}
