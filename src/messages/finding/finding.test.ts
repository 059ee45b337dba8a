import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../../test/support/database.ts'
import { type GivenMessage, storeMessage } from '../../../test/support/stored-messages.ts'
import { silentLog } from '../../base/log.ts'
import { MessageListQuery } from '../../contract/message-list.ts'
import type { Database } from '../../db/connection.ts'
import { facetOf } from '../listing/facets.ts'
import { ListingRefresh } from '../listing/refresh.ts'
import { Finding, type FoundPage } from './finding.ts'

let db: Database
let finding: Finding

beforeEach(async () => {
  const fresh = await freshDatabase()
  onTestFinished(() => fresh.close())
  db = fresh.db
  finding = new Finding({ db, refresh: new ListingRefresh({ db, log: silentLog }) })
})

const minute = (count: number) => new Date(Date.UTC(2030, 0, 1, 0, count))

/** Messages a minute apart. */
async function given(...messages: readonly GivenMessage[]): Promise<string[]> {
  const ids: string[] = []
  for (const [at, message] of messages.entries()) {
    ids.push(await storeMessage(db, { at: minute(at), ...message }))
  }
  return ids
}

function find(query: Record<string, string> = {}): Promise<FoundPage> {
  return finding.find(MessageListQuery.parse(query))
}

async function found(query: Record<string, string>): Promise<string[]> {
  return (await find(query)).messages.map(({ id }) => id)
}

test('the list has what was just accepted, newest first, with its state as a whole', async () => {
  const [first, second] = await given(
    { deliveries: [{ state: 'delivered' }, { to: 'eve@other.example', state: 'failed' }] },
    { deliveries: [{ state: 'waiting' }] },
  )
  const page = await find()
  expect(page.messages.map(({ id }) => id)).toEqual([second, first])
  expect(page.messages.map(({ facet }) => facetOf(facet).state)).toEqual(['waiting', 'partly'])
  expect(page).toMatchObject({ count: { messages: 2, isExact: true }, next: null, previous: null })
})

test('a message that moves on is listed by what it is now', async () => {
  const [id = ''] = await given({ deliveries: [{ state: 'waiting' }] })
  expect(await found({ state: 'waiting' })).toEqual([id])
  await db.updateTable('delivery').set({ state: 'held' }).where('messageId', '=', id).execute()
  await db.insertInto('messageChange').values({ messageId: id }).execute()
  expect(await found({ state: 'waiting' })).toEqual([])
  expect(await found({ state: 'held' })).toEqual([id])
})

test.for([
  ['waiting', ['waiting', 'delivered', 'failed']],
  ['held', ['held', 'waiting']],
  ['delivered', ['delivered', 'delivered']],
  ['partly', ['delivered', 'cancelled']],
  ['failed', ['failed', 'cancelled']],
  ['cancelled', ['cancelled']],
] as const)('a message is %s when its recipients are %s', async ([whole, states]) => {
  const [id] = await given({
    deliveries: states.map((state, at) => ({ state, to: `r${at}@partner.example` })),
  })
  expect(await found({ state: whole })).toEqual([id])
})

describe('filters', () => {
  let ids: string[]

  beforeEach(async () => {
    ids = await given(
      { via: 'api', deliveries: [{ strength: 'clear', state: 'failed' }] },
      { via: 'relay', isSigned: false, deliveries: [{ strength: 'passed' }] },
      {
        via: 'submission',
        deliveries: [{ strength: 'encrypted' }, { to: 'eve@other.example', strength: 'clear' }],
      },
      { via: 'hub', deliveries: [{ strength: null, state: 'failed' }] },
    )
  })

  test.for([
    [{ state: 'failed' }, [3, 0]],
    [{ state: 'failed,delivered' }, [3, 2, 1, 0]],
    [{ strength: 'clear' }, [0]],
    [{ strength: 'mixed,none' }, [3, 2]],
    [{ signed: 'unsigned' }, [1]],
    [{ via: 'relay,hub' }, [3, 1]],
    [{ state: 'failed', via: 'api' }, [0]],
    [{ state: 'failed', strength: 'passed' }, []],
    [{ since: minute(1).toISOString() }, [3, 2, 1]],
    [{ until: minute(1).toISOString() }, [0]],
    [{ since: minute(1).toISOString(), until: minute(3).toISOString(), via: 'relay' }, [1]],
    [{ order: 'oldest', state: 'failed' }, [0, 3]],
  ] as const)('%o finds %o', async ([query, expected]) => {
    const page = await find({ ...query })
    expect(page.messages.map(({ id }) => ids.indexOf(id))).toEqual(expected)
    expect(page.count).toEqual({ messages: expected.length, isExact: true })
  })
})

describe('a search', () => {
  let ids: string[]

  beforeEach(async () => {
    ids = await given(
      {
        from: 'john.smith@example.org',
        messageIdField: '<one@example.org>',
        deliveries: [{ to: 'zoe@third.example' }],
      },
      { from: '', deliveries: [{ to: 'Smith-Jones@Partner.example' }] },
      { deliveries: [{ to: 'eve@mail.other.example' }, { to: 'ben@partner.example' }] },
      { deliveries: [{ to: '100%_sure@other.example' }] },
    )
  })

  test.for([
    ['john.smith@example.org', [0]],
    ['JOHN.Smith', [0]],
    ['smith', [1, 0]],
    ['smith@exa', [0]],
    ['jones', [1]],
    ['partner.example', [2, 1]],
    ['@partner.example', [2, 1]],
    ['partner', [2, 1]],
    ['other.example', [3]],
    ['other', [3, 2]],
    ['mith', []],
    ['<one@example.org>', [0]],
    ['one@example.org', [0]],
    ['%', []],
    ['_', []],
    ['100%', [3]],
    ['100__', []],
    ['a\0b', []],
    ['\u{d800}', []],
    ["'; drop table message; --", []],
    ['@', []],
    ['  ', [3, 2, 1, 0]],
    ['x'.repeat(1000), []],
  ] as const)('for %j finds %o', async ([search, expected]) => {
    expect((await found({ search })).map((id) => ids.indexOf(id))).toEqual(expected)
  })

  test('of an identifier finds that message, whatever its case', async () => {
    expect(await found({ search: (ids[2] ?? '').toUpperCase() })).toEqual([ids[2]])
    expect(await found({ search: '00000000-0000-7000-8000-000000000000' })).toEqual([])
  })

  test('on one side does not find the other, and every text must hold', async () => {
    expect(await found({ from: 'smith' })).toEqual([ids[0]])
    expect(await found({ to: 'smith' })).toEqual([ids[1]])
    expect(await found({ from: 'ada', to: 'ben' })).toEqual([ids[2]])
    expect(await found({ search: 'smith', to: 'partner' })).toEqual([ids[1]])
    expect(await found({ from: 'smith', to: 'other' })).toEqual([])
  })

  test('that fits more addresses than are looked for says so', async () => {
    await given(
      ...Array.from({ length: 60 }, (_, at) => ({ deliveries: [{ to: `u${at}@many.example` }] })),
    )
    const page = await find({ search: 'u' })
    expect(page.addressesLeftOut).toBe(true)
    expect(page.messages).toHaveLength(50)
    expect((await find({ search: 'u5' })).addressesLeftOut).toBe(false)
  })
})

describe('pages', () => {
  test.for(['newest', 'oldest'])('lead through all messages and back, %s first', async (order) => {
    const ids = await given(...Array.from({ length: 7 }, () => ({})))
    const all = order === 'newest' ? ids.toReversed() : ids
    const query = { order, limit: '3' }
    const first = await find(query)
    expect(first.previous).toBeNull()
    const second = await find({ ...query, after: first.next ?? '' })
    const third = await find({ ...query, after: second.next ?? '' })
    expect(third.next).toBeNull()
    expect([first, second, third].map((page) => page.messages.map(({ id }) => id))).toEqual([
      all.slice(0, 3),
      all.slice(3, 6),
      all.slice(6),
    ])
    const back = await find({ ...query, after: third.previous ?? '' })
    expect(back.messages.map(({ id }) => id)).toEqual(all.slice(3, 6))
    const start = await find({ ...query, after: back.previous ?? '' })
    expect(start.messages.map(({ id }) => id)).toEqual(all.slice(0, 3))
    expect(start.previous).toBeNull()
    expect(
      (await find({ ...query, after: start.next ?? '' })).messages.map(({ id }) => id),
    ).toEqual(all.slice(3, 6))
  })

  test('stay where they are when messages arrive meanwhile', async () => {
    const ids = await given({}, {}, {}, {})
    const first = await find({ limit: '2' })
    await storeMessage(db, { at: minute(60) })
    expect(await found({ limit: '2', after: first.next ?? '' })).toEqual([ids[1], ids[0]])
  })

  test('that end exactly at the last message have no next one', async () => {
    await given({}, {})
    expect((await find({ limit: '2' })).next).toBeNull()
    expect((await find({ limit: '1' })).next).not.toBeNull()
  })

  test.for(['', 'x', 'n.1', `n.${'z'.repeat(36)}`])('begin nowhere at %j', async (after) => {
    await expect(find({ after })).rejects.toMatchObject({ code: 'usage.invalid' })
  })
})

test('a message with the same address on both sides and twice is found once', async () => {
  const [id] = await given({
    from: 'ada@example.org',
    deliveries: [{ to: 'ada@example.org' }, { to: 'ada@example.org' }],
  })
  const page = await find({ search: 'ada@example.org' })
  expect(page.messages.map((each) => each.id)).toEqual([id])
  expect(page.messages[0]?.recipientCount).toBe(2)
  expect(page.count).toEqual({ messages: 1, isExact: true })
})
