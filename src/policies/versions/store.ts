/** Queries of policies, their versions and secrets. */

import { asBuffer } from '../../base/bytes.ts'
import { sql } from 'kysely'
import type { PolicyState } from '../../contract/policy-lifecycle.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { PolicyDocument, PolicyKey, SecretFact } from '../policy-kind.ts'

export interface VersionRow {
  readonly number: number
  readonly document: unknown
  readonly at: Date
  readonly by: string
  readonly byName: string
  readonly comment: string
  readonly label: string
  readonly rolledBackTo: number | null
  readonly links: unknown
}

/** A version with the policy that it is one of. */
export type StoredVersion = VersionRow & { readonly policyId: string }

const VERSION_COLUMNS = [
  'policyVersion.number',
  'policyVersion.document',
  'policyVersion.at',
  'policyVersion.by',
  'policyVersion.byName',
  'policyVersion.comment',
  'policyVersion.label',
  'policyVersion.rolledBackTo',
  'policyVersion.links',
] as const

export interface LockedPolicy {
  readonly id: string
  readonly newest: number
  readonly state: PolicyState
  readonly heldByName: string | null
}

/** The policy, made when there is none, held until the transaction ends: so versions come one by one. */
export async function lockPolicy(
  tx: Transaction,
  { kind, name, at }: PolicyKey & { at: Date },
): Promise<LockedPolicy> {
  await tx
    .insertInto('policy')
    .values({ kind, name, createdAt: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return tx
    .selectFrom('policy')
    .select(['id', 'newest', 'state', 'heldByName'])
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('isTemplate', '=', false)
    .where('state', '<>', 'destroyed')
    .forUpdate()
    .executeTakeFirstOrThrow()
}

export async function insertVersion(
  tx: Transaction,
  policyId: string,
  version: Omit<VersionRow, 'document' | 'label'> & { document: PolicyDocument | null },
): Promise<void> {
  const { document, links, ...columns } = version
  await tx
    .insertInto('policyVersion')
    .values({
      ...columns,
      policyId,
      links: JSON.stringify(links),
      document: document === null ? null : JSON.stringify(document),
    })
    .execute()
  await tx
    .updateTable('policy')
    .set({ newest: version.number, revision: sql<number>`revision + 1` })
    .where('id', '=', policyId)
    .execute()
}

export async function insertSecret(
  tx: Transaction,
  policyId: string,
  { id, name, sealed, at, by }: SecretFact & { sealed: Uint8Array },
): Promise<void> {
  await tx
    .insertInto('policySecret')
    .values({ id, policyId, name, sealed: asBuffer(sealed), at, by: by.id, byName: by.name })
    .execute()
}

export async function linkSecrets(
  tx: Transaction,
  { policyId, number }: { policyId: string; number: number },
  secrets: readonly Pick<SecretFact, 'id' | 'name'>[],
): Promise<void> {
  if (secrets.length === 0) return
  await tx
    .insertInto('policyVersionSecret')
    .values(secrets.map(({ id, name }) => ({ policyId, number, name, secretId: id })))
    .execute()
}

/** The version in force; undefined too when the policy was taken out of production. */
export async function findDeployed(
  db: Database,
  { kind, name }: PolicyKey,
): Promise<StoredVersion | undefined> {
  const row = await db
    .selectFrom('policyDeployment')
    .innerJoin('policy', 'policy.id', 'policyDeployment.policyId')
    .leftJoin('policyVersion', (join) =>
      join
        .onRef('policyVersion.policyId', '=', 'policyDeployment.policyId')
        .onRef('policyVersion.number', '=', 'policyDeployment.number'),
    )
    .select(['policyVersion.policyId', ...VERSION_COLUMNS])
    .where('policy.kind', '=', kind)
    .where('policy.name', '=', name)
    .where('policy.isTemplate', '=', false)
    .orderBy('policyDeployment.id', 'desc')
    .limit(1)
    .$narrowType<StoredVersion>()
    .executeTakeFirst()
  return row?.policyId === null ? undefined : row
}

export function findVersion(
  db: Database,
  { kind, name, number }: PolicyKey & { number: number },
): Promise<StoredVersion | undefined> {
  return db
    .selectFrom('policyVersion')
    .innerJoin('policy', 'policy.id', 'policyVersion.policyId')
    .select(['policyVersion.policyId', ...VERSION_COLUMNS])
    .where('policy.kind', '=', kind)
    .where('policy.name', '=', name)
    .where('policy.isTemplate', '=', false)
    .where('policy.state', '<>', 'destroyed')
    .where('policyVersion.number', '=', number)
    .executeTakeFirst()
}

/** Newest first, without what they say. */
export function listVersions(
  db: Database,
  { kind, name, before, limit }: PolicyKey & { before: number | undefined; limit: number },
): Promise<VersionRow[]> {
  return db
    .selectFrom('policyVersion')
    .innerJoin('policy', 'policy.id', 'policyVersion.policyId')
    .select(VERSION_COLUMNS)
    .where('policy.kind', '=', kind)
    .where('policy.name', '=', name)
    .where('policy.isTemplate', '=', false)
    .where('policy.state', '<>', 'destroyed')
    .$if(before !== undefined, (query) => query.where('policyVersion.number', '<', before ?? 0))
    .orderBy('policyVersion.number', 'desc')
    .limit(limit)
    .execute()
}

/** The secrets that go with a version, in the order of their names. */
export async function findSecrets(
  db: Database,
  { policyId, number }: { policyId: string; number: number },
): Promise<(SecretFact & { sealed: Uint8Array })[]> {
  const rows = await db
    .selectFrom('policyVersionSecret as link')
    .innerJoin('policySecret as secret', 'secret.id', 'link.secretId')
    .select(['secret.id', 'link.name', 'secret.sealed', 'secret.at', 'secret.by', 'secret.byName'])
    .where('link.policyId', '=', policyId)
    .where('link.number', '=', number)
    .orderBy('link.name')
    .execute()
  return rows.map(({ by, byName, ...row }) => ({ ...row, by: { id: by, name: byName } }))
}
