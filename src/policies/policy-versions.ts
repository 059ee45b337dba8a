/** Versions of a policy, read: they never change once they are made. */

import { HubError } from '../base/errors.ts'
import type { FieldChange } from '../contract/policies.ts'
import type { Database } from '../db/connection.ts'
import { differencesOf } from './policy-difference.ts'
import {
  type PolicyContent,
  type PolicyDocument,
  type PolicyKind,
  type PolicyVersion,
  keyOf,
} from './policy-kind.ts'
import * as store from './versions/store.ts'
import type { StoredVersion } from './versions/store.ts'

export class PolicyVersions {
  readonly #db: Database

  constructor({ db }: { db: Database }) {
    this.#db = db
  }

  /** The one in force, with who made it so; undefined before the first. */
  async current<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
  ): Promise<PolicyContent<Document> | undefined> {
    const row = await store.findDeployed(this.#db, keyOf(kind))
    return row && this.#contentOf(kind, row)
  }

  /** @throws HubError `policy.version_not_found` */
  async get<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    number: number,
  ): Promise<PolicyContent<Document>> {
    return this.#contentOf(kind, await getVersion(this.#db, kind, number))
  }

  /** Newest first. */
  async history(
    kind: PolicyKind,
    { before, limit }: { before?: number | undefined; limit: number },
  ): Promise<PolicyVersion[]> {
    const rows = await store.listVersions(this.#db, { ...keyOf(kind), before, limit })
    return rows.map(versionOf)
  }

  /**
   * What became different from one version to another; 0 is the time before the first.
   *
   * @throws HubError `policy.version_not_found`
   */
  async differences(
    kind: PolicyKind,
    { from, to }: { from: number; to: number },
  ): Promise<FieldChange[]> {
    const said = async (number: number) =>
      number === 0 ? { document: null, secrets: [] } : this.get(kind, number)
    return differencesOf(await said(from), await said(to))
  }

  async #contentOf<Document extends PolicyDocument>(
    kind: PolicyKind<Document>,
    row: StoredVersion,
  ): Promise<PolicyContent<Document>> {
    const secrets = await store.findSecrets(this.#db, row)
    return {
      version: versionOf(row),
      document: row.document === null ? null : kind.schema.parse(row.document),
      secrets: secrets.map(({ id, name, at, by }) => ({ id, name, at, by })),
    }
  }
}

/** A version as it is stored. @throws HubError `policy.version_not_found` */
export async function getVersion(
  db: Database,
  kind: Pick<PolicyKind, 'kind'>,
  number: number,
): Promise<StoredVersion> {
  const row = await store.findVersion(db, { ...keyOf(kind), number })
  if (row !== undefined) return row
  throw new HubError(
    'policy.version_not_found',
    `the ${kind.kind} settings have no version ${number}`,
  )
}

function versionOf(row: store.VersionRow): PolicyVersion {
  const { number, at, by, byName, comment, label, rolledBackTo } = row
  return { number, at, by: { id: by, name: byName }, comment, label, rolledBackTo }
}
