/** Accounts on a database of their own, with a clock that stands still and jobs that are only kept. */

import { Accounts } from '../../src/accounts/accounts.ts'
import { type AccountSide, buildAccountSide } from '../../src/accounts/account-side.ts'
import type { AccountJob } from '../../src/accounts/account-job.ts'
import { parseOwnAddress } from '../../src/accounts/address.ts'
import { hashPassword } from '../../src/accounts/password.ts'
import type { SignInPlace } from '../../src/accounts/sessions/session.ts'
import { insertAccount } from '../../src/accounts/store.ts'
import { Audit } from '../../src/audit/audit.ts'
import { silentLog } from '../../src/base/log.ts'
import type { Role } from '../../src/contract/permissions.ts'
import type { SecondFactor } from '../../src/contract/session.ts'
import type { Database } from '../../src/db/connection.ts'
import { type FreshDatabase, freshDatabase } from './database.ts'

export const PASSWORD = 'correct horse battery'

/** Where everybody is, unless a test says otherwise. */
export const DESK: SignInPlace = { address: '192.0.2.1', userAgent: 'Firefox/150.0' }

export interface TestAccounts extends AccountSide {
  readonly database: FreshDatabase
  readonly db: Database
  readonly audit: Audit
  readonly accounts: Accounts
  /** What was put in, oldest first. */
  readonly jobs: AccountJob[]
  /** Kinds of second factors by account. */
  readonly factors: Map<string, SecondFactor[]>
  now: Date
  pass(time: { minutes?: number; hours?: number; days?: number }): void
  /** Somebody with an account that is active, with `PASSWORD`; says its id. */
  give(address: string, roles?: Role[]): Promise<string>
  /** The same hub on another view of its database. */
  on(db: Database): AccountSide
}

export async function givenAccounts(): Promise<TestAccounts> {
  const database = await freshDatabase()
  const { db } = database
  const audit = new Audit(database)
  const jobs: AccountJob[] = []
  const factors = new Map<string, SecondFactor[]>()
  const clock = { now: () => given.now }
  const build = (view: Database) =>
    buildAccountSide({
      db: view,
      audit,
      clock,
      log: silentLog,
      enqueue: (_, job) => {
        jobs.push(job)
        return Promise.resolve()
      },
      pageAddress: (path) => `https://hub.example.com${path}`,
      organizationName: () => Promise.resolve('Example'),
      secondFactors: { methodsOf: (id) => Promise.resolve(factors.get(id) ?? []) },
    })
  const accounts = new Accounts({ db, audit, clock, log: silentLog })
  const given: TestAccounts = {
    ...build(db),
    ...{ database, db, audit, accounts, jobs, factors },
    now: new Date('2030-01-01T00:00:00Z'),
    pass({ minutes = 0, hours = 0, days = 0 }) {
      const ms = ((days * 24 + hours) * 60 + minutes) * 60_000
      given.now = new Date(given.now.getTime() + ms)
    },
    async give(address, roles = []) {
      const name = parseOwnAddress(address).address.split('@')[0] ?? ''
      const person = await accounts.addPerson({ address, name, by: 'command' })
      const passwordHash = await hashPassword(PASSWORD)
      const id = await db.transaction().execute((tx) =>
        insertAccount(tx, {
          personId: person.id,
          passwordHash,
          passwordChangedAt: given.now,
          roles,
          status: 'active',
          createdAt: given.now,
          lastSignInAt: null,
        }),
      )
      if (id === undefined) throw new Error(`${address} has an account`)
      return id
    },
    on: build,
  }
  return given
}
