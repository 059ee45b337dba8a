import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  ADMINISTRATOR,
  APPROVER,
  type Controlled,
  EDITOR,
  NOBODY,
  REVIEWER,
  changeControl,
  gate,
} from '../../../test/support/change-control.ts'
import type { HubError } from '../../base/errors.ts'
import { parseSearch } from './parse-search.ts'

const at = { now: new Date('2030-03-31T22:30:00Z'), timeZone: 'Europe/Paris' }

test.each([
  ['firewall', [{ in: 'any', text: 'firewall' }]],
  [
    'name: security name: "North America"',
    [
      { in: 'name', text: 'security' },
      { in: 'name', text: 'North America' },
    ],
  ],
  ['state: "checked out"', [{ in: 'state', text: 'checked out' }]],
  ['GPO  Status:all', [{ in: 'gpo status', text: 'all' }]],
  [
    'comment: firewall security',
    [
      { in: 'comment', text: 'firewall' },
      { in: 'any', text: 'security' },
    ],
  ],
  [
    'changed by: ann label:"v 1"',
    [
      { in: 'changed by', text: 'ann' },
      { in: 'label', text: 'v 1' },
    ],
  ],
  [
    '10:30 "http://x"',
    [
      { in: 'any', text: '10:30' },
      { in: 'any', text: 'http://x' },
    ],
  ],
  ['  ', []],
] as const)('M10: the search %s', (text, terms) => {
  expect(parseSearch(text, at)).toEqual(terms)
})

// It is the first of April, 00:30, in Paris, and was summer time for a day.
test.each([
  ['today', '2030-03-31T22:00:00Z', '2030-04-01T22:00:00Z'],
  ['yesterday', '2030-03-30T23:00:00Z', '2030-03-31T22:00:00Z'],
  ['thisweek', '2030-03-31T22:00:00Z', '2030-04-07T22:00:00Z'],
  ['lastweek', '2030-03-24T23:00:00Z', '2030-03-31T22:00:00Z'],
  ['thismonth', '2030-03-31T22:00:00Z', '2030-04-30T22:00:00Z'],
  ['lastmonth', '2030-02-28T23:00:00Z', '2030-03-31T22:00:00Z'],
  ['TwoMonths', '2030-01-31T23:00:00Z', '2030-04-01T22:00:00Z'],
  ['threemonths', '2029-12-31T23:00:00Z', '2030-04-01T22:00:00Z'],
  ['thisyear', '2029-12-31T23:00:00Z', '2030-12-31T23:00:00Z'],
  ['lastyear', '2028-12-31T23:00:00Z', '2029-12-31T23:00:00Z'],
  ['2030-03-31', '2030-03-30T23:00:00Z', '2030-03-31T22:00:00Z'],
  ['"2030-07-01 10:30"', '2030-07-01T08:30:00Z', '2030-07-01T08:31:00Z'],
  ['2030-07-01T10:30:15', '2030-07-01T08:30:15Z', '2030-07-01T08:30:16Z'],
])('M10: the date %s is meant in the time zone of whoever searches', (term, from, to) => {
  expect(parseSearch(`change date: ${term}`, at)).toEqual([
    { in: 'change date', span: { from: new Date(from), to: new Date(to) } },
  ])
})

test.each([
  'owner: ann',
  'wmi filter: x',
  'name:',
  'name: ""',
  'name: "x',
  'change date: someday',
  'change date: 2030-02-30',
  'change date: toString',
  'a '.repeat(21),
])('M10: the search %s is refused by name', (text) => {
  expect(() => parseSearch(text, at)).toThrow(
    expect.objectContaining({ code: 'policy.search_malformed' }) as Error,
  )
})

test('M10: an unknown time zone is refused by name', () => {
  expect(() => parseSearch('change date: today', { ...at, timeZone: 'Mars/Olympus' })).toThrow(
    expect.objectContaining({ code: 'policy.search_malformed' }) as Error,
  )
})

let hub: Controlled

beforeEach(async () => {
  hub = await changeControl()
})

afterEach(() => hub.database.close())

async function newGate(name: string, comment = '') {
  return hub.control.create({ kind: 'gate', name, by: APPROVER, from: 'empty', comment })
}

const names = async (order: Omit<Parameters<typeof hub.control.list>[0], 'by' | 'limit'>) =>
  (await hub.control.list({ by: REVIEWER, limit: 50, ...order })).policies.map(({ name }) => name)

test('M10: every policy is in the tab of its state, and the counts of the tabs agree', async () => {
  const [a, b, c, d, e] = [
    await newGate('A'),
    await newGate('B'),
    await newGate('C'),
    await newGate('D'),
    await hub.control.create({ kind: 'gate', name: 'E', by: APPROVER, isLive: true }),
  ]
  await hub.control.checkOut({ policyId: b.id, by: EDITOR })
  await hub.control.saveAsTemplate({ policyId: a.id, by: EDITOR, name: 'T' })
  await hub.control.delete({ policyId: c.id, by: APPROVER, from: 'archive' })
  await hub.control.delete({ policyId: e.id, by: APPROVER, from: 'archive' })
  await hub.control.delete({ policyId: d.id, by: APPROVER, from: 'archive' })
  await hub.control.destroy({ policyId: d.id, by: APPROVER })
  expect(await names({ tab: 'controlled' })).toEqual(['A', 'B'])
  expect(await names({ tab: 'templates' })).toEqual(['T'])
  expect(await names({ tab: 'recycle-bin' })).toEqual(['C', 'E'])
  // What is still in production has effect, uncontrolled.
  expect(await names({ tab: 'uncontrolled' })).toEqual(['E'])
  expect(await names({ tab: 'pending' })).toEqual([])
  const { tabs, count } = await hub.control.list({ by: REVIEWER, limit: 1, search: 'nothing' })
  expect(count).toBe(0)
  expect(tabs).toEqual({
    ...{ controlled: 2, uncontrolled: 1, pending: 0, templates: 1, 'recycle-bin': 2 },
  })
})

test('M10: a list holds what whoever asks may list, and says by whom it was changed', async () => {
  const { id: policyId } = await newGate('A', 'the first')
  expect((await hub.control.list({ by: NOBODY, limit: 9 })).policies).toEqual([])
  await hub.database.db
    .insertInto('policyAccess')
    .values({
      ...{ policyId, principalIs: 'role', principal: 'reviewer' },
      ...{ permission: 'list-contents', effect: 'deny' },
    })
    .execute()
  expect(await names({})).toEqual([])
  const get = (by: typeof EDITOR) => hub.control.get({ by, policyId })
  await expect(get(REVIEWER)).rejects.toMatchObject({ code: 'policy.not_found' })
  const { policies } = await hub.control.list({ by: EDITOR, limit: 9 })
  expect(policies).toMatchObject([
    { name: 'A', comment: 'the first', changedBy: { id: APPROVER.id }, production: null },
  ])
  expect(await get(EDITOR)).toMatchObject({
    policy: { name: 'A', newest: 1 },
    verbs: expect.arrayContaining(['check-out', 'request-deploy']) as string[],
  })
  expect((await get(EDITOR)).verbs).not.toContain('deploy')
})

test('M10: what is searched for is found in its column, in any, and by date', async () => {
  const { id: policyId } = await newGate('North America', 'firewall')
  await newGate('South 100%')
  await hub.control.label({ policyIds: [policyId], by: EDITOR, label: 'Baseline' })
  await hub.control.checkOut({ policyId, by: EDITOR, comment: 'for the firewall' })
  for (const [search, found] of [
    ['name: "north america"', ['North America']],
    ['state: "checked out" firewall', ['North America']],
    ['state: baseline', ['North America']],
    ['label: BASE', ['North America']],
    ['changed by: approver', ['South 100%']],
    ['100%', ['South 100%']],
    ['name: _outh', []],
    ['gpo status: not', ['North America', 'South 100%']],
    ['change date: today', ['North America', 'South 100%']],
    ['change date: yesterday', []],
    ['comment: firewall name: south', []],
  ] as const) {
    expect([search, await names({ search })]).toEqual([search, found])
  }
  const stateWords = { 'checked-out': 'extrait' } as never
  expect(await names({ search: 'state: extrait', stateWords })).toEqual(['North America'])
})

test('M10: pages follow each other in every order, and none is lost or twice', async () => {
  const all = ['a', 'B', 'c', 'D', 'e', 'Été', '가']
  for (const name of all) {
    hub.now = new Date(hub.now.getTime() + 1_000)
    await newGate(name)
  }
  for (const sort of ['name', 'state', 'changed-by', 'changed-at', 'kind'] as const) {
    for (const isDescending of [false, true]) {
      const seen: string[] = []
      let after: string | undefined
      do {
        const order = { by: REVIEWER, sort, isDescending, after, limit: 2 }
        const page = await hub.control.list(order)
        expect(page.count).toBe(all.length)
        seen.push(...page.policies.map(({ name }) => name))
        after = page.next ?? undefined
      } while (after !== undefined)
      expect([...seen].sort()).toEqual([...all].sort())
      if (sort === 'changed-at') expect(seen).toEqual(isDescending ? [...all].reverse() : all)
    }
  }
  const wrong = hub.control.list({ by: REVIEWER, limit: 2, after: 'x' })
  await expect(wrong).rejects.toMatchObject({ code: 'policy.search_malformed' })
})

test('M8: history tells all states, or the versions that still say something', async () => {
  const { id: policyId } = await newGate('A', 'made')
  for (const colour of ['red', 'green']) {
    await hub.control.checkOut({ policyId, by: EDITOR })
    await hub.control.edit({ policyId, by: EDITOR, document: gate(colour) })
    await hub.control.checkIn({ policyId, by: EDITOR, comment: colour })
  }
  await hub.control.keepVersion({ policyId, by: EDITOR, number: 2, isKept: true })
  await hub.control.label({ policyIds: [policyId], by: EDITOR, label: 'v1', comment: 'good' })
  hub.limit = 0
  await hub.control.applyVersionLimit({ by: ADMINISTRATOR })
  const all = await hub.control.history({ by: REVIEWER, policyId, limit: 50 })
  expect(all.map(({ verb, number }) => [verb, number])).toEqual([
    ['label', 3],
    ['keep-version', 2],
    ['check-in', 3],
    ['edit', null],
    ['check-out', 2],
    ['check-in', 2],
    ['edit', null],
    ['check-out', 1],
    ['create', 1],
  ])
  expect(all.at(-1)).toMatchObject({ comment: 'made', isErased: true, by: { name: 'approver' } })
  expect(all[0]).toMatchObject({ label: 'v1', comment: 'good', isErased: false })
  const unique = await hub.control.history({ by: REVIEWER, policyId, limit: 50, show: 'unique' })
  expect(unique.map(({ verb, number, isKept }) => [verb, number, isKept])).toEqual([
    ['check-in', 3, false],
    ['check-in', 2, true],
  ])
  const page = await hub.control.history({ by: REVIEWER, policyId, limit: 2, before: all[1]?.id })
  expect(page.map(({ verb }) => verb)).toEqual(['check-in', 'edit'])
  const erased = await hub.control.settings({ by: REVIEWER, policyId, of: 1 })
  expect(erased).toMatchObject({ isErased: true, document: null })
})

test('M8: differences: version and version, policy and policy, and to a template', async () => {
  const { id: a } = await newGate('A')
  const { id: b } = await newGate('B')
  const { id: t } = await hub.control.saveAsTemplate({ policyId: a, by: EDITOR, name: 'T' })
  await hub.control.checkOut({ policyId: a, by: EDITOR })
  const links = [{ target: 'all', isEnabled: true, order: 1 }]
  await hub.control.edit({ policyId: a, by: EDITOR, document: gate('red'), links })
  const changes = [
    { path: 'bars', change: 'changed', isSecret: false, was: 0, is: 3 },
    { path: 'colour', change: 'changed', isSecret: false, was: 'white', is: 'red' },
    { path: 'links.all.isEnabled', change: 'added', isSecret: false, is: true },
    { path: 'links.all.order', change: 'added', isSecret: false, is: 1 },
  ]
  const differences = (from: string, to: string) => {
    const [stateOf, stateTo] = [from, to].map((text) => {
      const [policyId = '', of = ''] = text.split('@')
      return { policyId, of: (/^\d/.test(of) ? Number(of) : of) as number | 'working' }
    })
    if (stateOf === undefined || stateTo === undefined) throw new Error('two states')
    return hub.control.differences({ by: REVIEWER, from: stateOf, to: stateTo })
  }
  expect(await differences(`${a}@1`, `${a}@working`)).toEqual(changes)
  await hub.control.checkIn({ policyId: a, by: EDITOR })
  for (const from of [`${a}@1`, `${b}@newest`, `${t}@newest`]) {
    expect(await differences(from, `${a}@2`)).toEqual(changes)
  }
  const refusal = (promise: Promise<unknown>) =>
    promise.catch((error: unknown) => (error as HubError).code)
  expect(await refusal(differences(`${a}@production`, `${a}@2`))).toBe('policy.not_in_production')
  expect(await refusal(differences(`${a}@9`, `${a}@2`))).toBe('policy.version_not_found')
  expect(await refusal(differences(`${a}@working`, `${a}@2`))).toBe('policy.wrong_state')
})
