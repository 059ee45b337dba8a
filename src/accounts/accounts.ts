/**
 * Who is known here: people, who send and receive mail; credentials, by which programs submit it;
 * and the accounts of those who may sign in. Every change has its audit entry.
 */

import type { Audit } from '../audit/audit.ts'
import { equalSecrets } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Role } from '../contract/permissions.ts'
import type { Language } from '../contract/session.ts'
import type { Database, Transaction } from '../db/connection.ts'
import { type OwnAddress, addressKey, parseOwnAddress } from './address.ts'
import { hashSecret, newSecret, newUserName } from './credential-secret.ts'
import { isPassword } from './password.ts'
import * as store from './store.ts'

/** Somebody of the organisation. */
export type Person = store.PersonRow

/** Somebody who may sign in, or was invited to. `status` says which; `roles` are without `person`. */
export type Account = store.AccountRow

/** Something that may submit mail; the secret is not in it. */
export type Credential = store.CredentialRow

/** What a program needs to submit mail. Shown once: only a hash of the secret is kept. */
export interface NewCredential {
  readonly id: string
  readonly user: string
  readonly secret: string
}

/**
 * For so long a credential that was found is not looked up again: a busy submitter costs one query
 * in that time, and one revoked by another process still works for that time at most.
 */
const CREDENTIAL_CACHE_MS = 5_000

const MAX_NAME_CHARACTERS = 200

/** More people with a role than this are not told of anything at once. */
const MAX_OFFICERS = 1_000

/** What an unknown user's secret is compared with: nothing hashes to it. */
const NO_HASH = new Uint8Array(32)

export class Accounts {
  readonly #db: Database
  readonly #audit: Audit
  readonly #clock: Clock
  readonly #log: Log
  /** By user name; only what exists is kept, so strangers cannot fill it. */
  readonly #credentials = new Map<
    string,
    { credential: Credential; secretHash: Uint8Array; untilMs: number }
  >()

  constructor(parts: { db: Database; audit: Audit; clock: Clock; log: Log }) {
    this.#db = parts.db
    this.#audit = parts.audit
    this.#clock = parts.clock
    this.#log = parts.log
  }

  /**
   * Adds somebody.
   *
   * @throws HubError `address.malformed`, `name.malformed`, `person.exists`
   */
  async addPerson(details: { address: string; name: string; by: string }): Promise<Person> {
    const address = parseOwnAddress(details.address)
    const name = parseName(details.name)
    const at = this.#clock.now()
    const { by } = details
    const added = await this.#db.transaction().execute(async (tx) => {
      const person = await store.insertPerson(tx, { address, name, at })
      if (person === undefined) {
        throw new HubError('person.exists', `${address.address} is known already`)
      }
      const detail = { address: address.address, name }
      await this.#audit.record(tx, { action: 'person.add', subject: person.id, by, at, detail })
      return person
    })
    this.#log.info('person.added', { id: added.id, address: added.address, by })
    return added
  }

  /** The person with this address, in upper or lower case. */
  findPerson(address: string): Promise<Person | undefined> {
    return store.findPerson(this.#db, addressKey(address))
  }

  /** Those of these addresses that are people of ours, in the order of their addresses. */
  findPeople(addresses: readonly string[]): Promise<Person[]> {
    if (addresses.length === 0) return Promise.resolve([])
    return store.findPeople(this.#db, addresses.map(addressKey))
  }

  /** People in the order of their addresses, those after an address when one is given. */
  listPeople({ limit, after = '' }: { limit: number; after?: string }): Promise<Person[]> {
    return store.listPeople(this.#db, { after: addressKey(after), limit })
  }

  /**
   * Makes a credential for a program.
   *
   * @throws HubError `name.malformed`, `credential.exists`: one of this name is in use
   */
  async addCredential(name: string, { by }: { by: string }): Promise<NewCredential> {
    const parsed = parseName(name)
    const secret = newSecret()
    const userName = newUserName(parsed)
    const at = this.#clock.now()
    const { id } = await this.#db.transaction().execute(async (tx) => {
      const values = { name: parsed, userName, secretHash: hashSecret(secret), at }
      const credential = await store.insertCredential(tx, values)
      if (credential === undefined) {
        throw new HubError('credential.exists', `a credential ${parsed} is in use already`)
      }
      const detail = { name: parsed, user: userName }
      const subject = credential.id
      await this.#audit.record(tx, { action: 'credential.add', subject, by, at, detail })
      return credential
    })
    this.#log.info('credential.added', { id, name: parsed, user: userName, by })
    return { id, user: userName, secret }
  }

  /**
   * The credential, if there is one in use with this user name and secret. Secrets are compared in
   * constant time; whether a user name exists is no secret.
   */
  async checkCredential(user: string, secret: string): Promise<Credential | undefined> {
    const nowMs = this.#clock.now().getTime()
    const cached = this.#credentials.get(user)
    const known =
      cached !== undefined && nowMs < cached.untilMs ? cached : await this.#lookUp(user, nowMs)
    const isRight = equalSecrets(hashSecret(secret), known?.secretHash ?? NO_HASH)
    return isRight ? known?.credential : undefined
  }

  async #lookUp(user: string, nowMs: number) {
    // A text with NUL is no text to the database, and no user name.
    const found = user.includes('\0') ? undefined : await store.findCredentialInUse(this.#db, user)
    if (found === undefined) {
      this.#credentials.delete(user)
      return undefined
    }
    const { secretHash, ...credential } = found
    const entry = { credential, secretHash, untilMs: nowMs + CREDENTIAL_CACHE_MS }
    this.#credentials.set(user, entry)
    return entry
  }

  /**
   * Revokes the credential of this name: at once here, within seconds in other hubs.
   *
   * @throws HubError `credential.not_found`: none of this name is in use
   */
  async revokeCredential(name: string, { by }: { by: string }): Promise<Credential> {
    const at = this.#clock.now()
    const revoked = await this.#db.transaction().execute(async (tx) => {
      const credential = await store.markCredentialRevoked(tx, { name, at })
      if (credential === undefined) {
        throw new HubError('credential.not_found', `no credential ${name} is in use`)
      }
      const subject = credential.id
      const detail = { name }
      await this.#audit.record(tx, { action: 'credential.revoke', subject, by, at, detail })
      return credential
    })
    this.#credentials.delete(revoked.userName)
    this.#log.info('credential.revoked', { id: revoked.id, name, by })
    return revoked
  }

  /** All credentials, revoked ones too, by name and age. */
  listCredentials({ limit }: { limit: number }): Promise<Credential[]> {
    return store.listCredentials(this.#db, limit)
  }

  /**
   * Adds an administrator in a transaction of somebody else's; `passwordHash` is from `hashPassword`.
   * Returns the account's id.
   *
   * @throws HubError `account.exists`
   */
  async addAdministrator(
    tx: Transaction,
    admin: {
      address: OwnAddress
      name: string
      language?: Language | undefined
      passwordHash: string
      at: Date
    },
  ): Promise<string> {
    const { address, passwordHash, at } = admin
    const person =
      (await store.insertPerson(tx, admin)) ?? (await store.findPerson(tx, address.key))
    const id =
      person &&
      (await store.insertAccount(tx, {
        personId: person.id,
        passwordHash,
        passwordChangedAt: at,
        roles: ['administrator'],
        status: 'active',
        createdAt: at,
        lastSignInAt: null,
      }))
    if (id === undefined) {
      throw new HubError('account.exists', `${address.address} has an account already`)
    }
    return id
  }

  /** The account with this id. */
  findAccount(id: string): Promise<Account | undefined> {
    return store.findAccount(this.#db, id)
  }

  /** Those who can sign in and have one of these roles, in the order of their addresses. */
  findAccountsWithRole(...roles: Role[]): Promise<Account[]> {
    return store.findAccountsWithRole(this.#db, roles, MAX_OFFICERS)
  }

  /** The account of the person with this address, in upper or lower case. */
  async findAccountOfAddress(address: string): Promise<Account | undefined> {
    const found = await store.findAccountOfAddress(this.#db, addressKey(address))
    return found && withoutHash(found)
  }

  /** The account, if it may sign in and the password is right. Nothing is counted here. */
  async checkPassword(address: string, password: string): Promise<Account | undefined> {
    const found = await store.findAccountOfAddress(this.#db, addressKey(address))
    const isRight = await isPassword(password, found?.passwordHash ?? undefined)
    return isRight && found?.status === 'active' ? withoutHash(found) : undefined
  }
}

function withoutHash(row: Account & { passwordHash?: string | null }): Account {
  const account = { ...row }
  delete account.passwordHash
  return account
}

/**
 * A name as people give it to people and programs: trimmed, in one line.
 *
 * @throws HubError `name.malformed`
 */
export function parseName(text: string): string {
  const name = text.normalize('NFC').trim()
  if (
    name === '' ||
    name.length > MAX_NAME_CHARACTERS ||
    /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)
  ) {
    throw new HubError(
      'name.malformed',
      `a name is one line of 1 to ${MAX_NAME_CHARACTERS} characters`,
    )
  }
  return name
}
