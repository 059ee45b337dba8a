import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type FreshDatabase, freshDatabase } from '../../test/support/database.ts'
import { Audit } from '../audit/audit.ts'
import type { HubError } from '../base/errors.ts'
import { FieldIssues } from '../base/field-issues.ts'
import { silentLog } from '../base/log.ts'
import { generateSealingKey } from '../base/seal.ts'
import { Signals } from '../db/signals.ts'
import { Policies } from './policies.ts'
import type { PolicyKind } from './policy-kind.ts'

interface Door extends Readonly<Record<string, string | boolean>> {
  readonly colour: string
  readonly hasLock: boolean
}

const key = generateSealingKey()
const by = { id: 'account-1', name: 'Anna' }

let database: FreshDatabase
let audit: Audit
let policies: Policies
let now: Date
let deployments: number

/** A door may have a code, and a locked one must. */
const door: PolicyKind<Door> = {
  kind: 'door',
  schema: z.strictObject({ colour: z.string(), hasLock: z.boolean() }),
  defaults: { colour: 'white', hasLock: false },
  secretsOf: ({ hasLock }) => (hasLock ? ['code'] : []),
  validate: ({ colour, hasLock }, { code }) => ({
    issues: [
      ...(colour.trim() === ''
        ? [{ path: 'colour', code: 'field.required', message: 'is missing' }]
        : []),
      ...(hasLock && code === undefined
        ? [{ path: 'secrets.code', code: 'field.required', message: 'is missing' }]
        : []),
    ],
    warnings: [],
    document: { colour: colour.trim(), hasLock },
  }),
  onDeployed: () => {
    deployments += 1
  },
}

beforeEach(async () => {
  database = await freshDatabase()
  audit = new Audit(database)
  now = new Date('2030-01-01T00:00:00Z')
  deployments = 0
  policies = hub()
})

afterEach(() => database.close())

function hub(): Policies {
  const made = new Policies({
    ...{ db: database.db, audit, log: silentLog, key },
    clock: { now: () => now },
  })
  made.register(door)
  return made
}

const red = { colour: 'red', hasLock: false }
const locked = { colour: 'green', hasLock: true }

test('before the first version the defaults hold', async () => {
  expect(await policies.deployed(door)).toEqual({
    number: 0,
    document: { colour: 'white', hasLock: false },
    secrets: {},
  })
  expect(await policies.current(door)).toBeUndefined()
  expect(await policies.history(door, { limit: 5 })).toEqual([])
})

test('promise 5: a version is in force once saved, and audited in its transaction', async () => {
  const saved = await policies.save(door, { colour: ' red ', hasLock: false }, { by, basedOn: 0 })
  expect(saved).toEqual({ version: 1, isNew: true })
  expect(await policies.deployed(door)).toEqual({ number: 1, document: red, secrets: {} })
  expect(await audit.list({ limit: 5 })).toMatchObject([
    {
      action: 'policy.save',
      subject: 'door',
      by: 'account-1',
      at: now,
      detail: {
        version: 1,
        changes: [
          { path: 'colour', change: 'added', is: 'red', isSecret: false },
          { path: 'hasLock', change: 'added', is: false, isSecret: false },
        ],
      },
    },
  ])
})

test('promise 5: what fails beside a change undoes it, audit entry and signal too', async () => {
  const also = () => Promise.reject(new Error('no paper'))
  await expect(policies.save(door, red, { by, also })).rejects.toThrow('no paper')
  expect(await policies.current(door)).toBeUndefined()
  expect(await audit.list({ limit: 5 })).toEqual([])
  expect(deployments).toBe(0)
})

test('every mistake is named at once, and nothing is stored', async () => {
  const refused = policies.save(door, { colour: '', hasLock: true }, { by })
  const { code, cause } = await refused.then(
    () => expect.unreachable(),
    (error: unknown) => error as HubError,
  )
  expect(code).toBe('policy.refused')
  expect(cause).toBeInstanceOf(FieldIssues)
  expect((cause as FieldIssues).issues.map(({ path }) => path)).toEqual(['colour', 'secrets.code'])
  expect(await policies.history(door, { limit: 5 })).toEqual([])
})

test('whoever began from an older version is told, and changes nothing', async () => {
  await policies.save(door, red, { by, basedOn: 0 })
  for (const change of [
    () => policies.save(door, { ...red, colour: 'blue' }, { by, basedOn: 0 }),
    () => policies.clear(door, { by, basedOn: 0 }),
    () => policies.rollBack(door, { to: 0, by, basedOn: 2 }),
  ]) {
    await expect(change()).rejects.toMatchObject({
      code: 'policy.changed_meanwhile',
      detail: { newest: 1 },
    })
  }
  expect(await policies.deployed(door)).toMatchObject({ number: 1, document: red })
})

test('what is so already makes no version, but what belongs to it is done', async () => {
  await policies.save(door, red, { by })
  let asked = 0
  const also = () => {
    asked += 1
    const entry = { action: 'door.paint', subject: 'door', by: by.id, at: now }
    return Promise.resolve([entry])
  }
  expect(await policies.save(door, red, { by, also })).toEqual({ version: 1, isNew: false })
  expect(asked).toBe(1)
  expect((await audit.list({ limit: 5 })).map(({ action }) => action)).toEqual([
    'door.paint',
    'policy.save',
  ])
})

test('promise 10: a secret is kept, replaced and cleared, and stands nowhere in clear', async () => {
  const code = 'four-seven-eleven'
  await policies.save(door, locked, { by, secrets: { code: { set: code } } })
  expect(await policies.deployed(door)).toMatchObject({ secrets: { code } })

  await policies.save(door, { ...locked, colour: 'blue' }, { by })
  expect(await policies.deployed(door)).toMatchObject({ number: 2, secrets: { code } })

  await policies.save(
    door,
    { ...locked, colour: 'blue' },
    { by, secrets: { code: { set: 'new' } } },
  )
  expect(await policies.deployed(door)).toMatchObject({ number: 3, secrets: { code: 'new' } })
  expect(await policies.differences(door, { from: 2, to: 3 })).toEqual([
    { path: 'secrets.code', change: 'changed', isSecret: true },
  ])

  const cleared = policies.save(door, locked, { by, secrets: { code: 'clear' } })
  await expect(cleared).rejects.toMatchObject({ code: 'policy.refused' })

  const tables = [
    'policy',
    'policy_version',
    'policy_secret',
    'policy_version_secret',
    'audit_entry',
  ]
  const rows = await Promise.all(
    tables.map((table) => sql`select * from ${sql.table(table)}`.execute(database.db)),
  )
  const told = [rows, await policies.current(door), await policies.history(door, { limit: 5 })]
  expect(JSON.stringify(told)).not.toContain(code)
})

test('a secret that a document has no use for goes, and comes back only by rolling back', async () => {
  await policies.save(door, locked, { by, secrets: { code: { set: '4711' } } })
  await policies.save(door, red, { by })
  await expect(policies.save(door, locked, { by })).rejects.toMatchObject({
    code: 'policy.refused',
  })
  await policies.rollBack(door, { to: 1, by, basedOn: 2, comment: 'as it was' })
  expect(await policies.deployed(door)).toEqual({
    number: 3,
    document: locked,
    secrets: { code: '4711' },
  })
  expect(await policies.differences(door, { from: 1, to: 3 })).toEqual([])
  expect(await policies.history(door, { limit: 1 })).toMatchObject([
    { number: 3, rolledBackTo: 1, comment: 'as it was', by },
  ])
  expect(await audit.list({ limit: 1 })).toMatchObject([
    { action: 'policy.roll_back', detail: { rolledBackTo: 1, version: 3 } },
  ])
})

test('an old version is rolled back to only by the rules of today', async () => {
  await database.db.transaction().execute((tx) =>
    policies.adopt(tx, door, {
      ...{ document: { colour: '', hasLock: false }, secrets: {} },
      ...{ by, comment: 'from before' },
    }),
  )
  await policies.save(door, red, { by })
  const back = policies.rollBack(door, { to: 1, by })
  await expect(back).rejects.toMatchObject({ code: 'policy.refused' })
  await expect(policies.rollBack(door, { to: 9, by })).rejects.toMatchObject({
    code: 'policy.version_not_found',
  })
})

test('cleared, the defaults hold again; what was stays in the history', async () => {
  await policies.save(door, red, { by })
  await policies.clear(door, { by, basedOn: 1 })
  expect(await policies.deployed(door)).toMatchObject({ number: 2, document: door.defaults })
  expect(await policies.differences(door, { from: 1, to: 2 })).toMatchObject([
    { path: 'colour', change: 'removed', was: 'red' },
    { path: 'hasLock', change: 'removed', was: false },
  ])
  expect((await policies.version(door, 1)).document).toEqual(red)
})

test('versions are never changed and never deleted', async () => {
  await policies.save(door, red, { by })
  for (const change of [
    sql`update policy_version set comment = 'x'`,
    sql`delete from policy_version`,
  ]) {
    await expect(change.execute(database.db)).rejects.toThrow('policy_version only grows')
  }
})

test('recent settings are a second old at most, and new at once after a signal', async () => {
  const signals = new Signals({ connection: database.connection, log: silentLog })
  await signals.start()
  const [listening, other, deaf] = [hub(), hub(), hub()]
  listening.listen(signals)
  for (const each of [listening, deaf]) {
    expect(await each.recent(door)).toMatchObject({ number: 0 })
  }
  await other.save(door, red, { by })
  expect(await other.recent(door)).toMatchObject({ number: 1 })
  await expect.poll(() => listening.recent(door)).toMatchObject({ number: 1 })
  expect(await deaf.recent(door)).toMatchObject({ number: 0 })
  now = new Date(now.getTime() + 1_000)
  expect(await deaf.recent(door)).toMatchObject({ number: 1 })
  expect(deployments).toBeGreaterThanOrEqual(2)
  await signals.stop()
})

test('of many who change the same version one wins, and audit and versions agree', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('red', 'green', 'blue', 'black'), { minLength: 2, maxLength: 6 }),
      async (colours) => {
        const start = (await policies.current(door))?.version.number ?? 0
        const changes = colours.map((colour, n) =>
          policies.save(
            door,
            { colour: `${colour} ${start} ${n}`, hasLock: false },
            { by: { id: `account-${n}`, name: `${n}` }, basedOn: start },
          ),
        )
        const outcomes = await Promise.allSettled(changes)
        const won = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
        expect(won).toEqual([{ version: start + 1, isNew: true }])
        const winner = outcomes.findIndex(({ status }) => status === 'fulfilled')
        const current = await policies.current(door)
        expect(current?.version).toMatchObject({
          number: start + 1,
          by: { id: `account-${winner}` },
        })
        expect(await audit.list({ limit: 1 })).toMatchObject([
          { by: `account-${winner}`, detail: { version: start + 1 } },
        ])
      },
    ),
    { numRuns: 10 },
  )
})

test('whatever many do at once without having seen a version, none of it is lost', async () => {
  const colours = Array.from({ length: 12 }, (_, n) => `colour ${n}`)
  await Promise.all(
    colours.map((colour) => policies.save(door, { colour, hasLock: false }, { by })),
  )
  const history = await policies.history(door, { limit: 50 })
  expect(history.map(({ number }) => number)).toEqual(colours.map((_, n) => 12 - n))
  const said = await Promise.all(
    history.map(async ({ number }) => (await policies.version(door, number)).document?.colour),
  )
  expect(said.sort()).toEqual([...colours].sort())
  const entries = await audit.list({ limit: 50 })
  expect(entries.map(({ detail }) => detail.version)).toEqual(history.map(({ number }) => number))
})
