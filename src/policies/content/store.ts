/** Queries of what versions and working copies say, and of what they lose. */

import { sql } from 'kysely'
import type { Database, Transaction } from '../../db/connection.ts'
import type { PolicyDocument, SecretFact } from '../policy-kind.ts'

type StoredSecret = SecretFact & { readonly sealed: Uint8Array }

export interface ContentRow {
  readonly number: number
  readonly document: unknown
  readonly links: unknown
  readonly erasedAt: Date | null
}

export function findContent(
  db: Database,
  policyId: string,
  number: number,
): Promise<ContentRow | undefined> {
  return db
    .selectFrom('policyVersion')
    .select(['number', 'document', 'links', 'erasedAt'])
    .where('policyId', '=', policyId)
    .where('number', '=', number)
    .executeTakeFirst()
}

export async function insertContent(
  tx: Transaction,
  version: {
    policyId: string
    number: number
    at: Date
    by: string
    byName: string
    comment: string
    document: PolicyDocument | null
    links: unknown
    source: unknown
    rolledBackTo: number | null
  },
): Promise<void> {
  const { document, links, source, ...columns } = version
  await tx
    .insertInto('policyVersion')
    .values({
      ...columns,
      document: document === null ? null : JSON.stringify(document),
      links: JSON.stringify(links),
      source: source === null ? null : JSON.stringify(source),
    })
    .execute()
}

/** The secrets that go with a working copy, in the order of their names. */
export async function findWorkingSecrets(db: Database, policyId: string): Promise<StoredSecret[]> {
  const rows = await db
    .selectFrom('policyWorkingSecret as link')
    .innerJoin('policySecret as secret', 'secret.id', 'link.secretId')
    .select(['secret.id', 'link.name', 'secret.sealed', 'secret.at', 'secret.by', 'secret.byName'])
    .where('link.policyId', '=', policyId)
    .orderBy('link.name')
    .execute()
  return rows.map(({ by, byName, ...row }) => ({ ...row, by: { id: by, name: byName } }))
}

/** From now on these, and no others, go with the working copy. */
export async function putWorkingSecrets(
  tx: Transaction,
  policyId: string,
  secrets: readonly Pick<SecretFact, 'id' | 'name'>[],
): Promise<void> {
  await tx.deleteFrom('policyWorkingSecret').where('policyId', '=', policyId).execute()
  if (secrets.length === 0) return
  await tx
    .insertInto('policyWorkingSecret')
    .values(secrets.map(({ id, name }) => ({ policyId, name, secretId: id })))
    .execute()
}

/** Takes from versions what they say, and their secrets; that they were stays. */
export async function eraseVersions(
  tx: Transaction,
  policyId: string,
  { numbers, at }: { numbers: readonly number[]; at: Date },
): Promise<void> {
  if (numbers.length === 0) return
  await tx
    .updateTable('policyVersion')
    .set({ document: null, erasedAt: at })
    .where('policyId', '=', policyId)
    .where('number', 'in', numbers)
    .where('erasedAt', 'is', null)
    .execute()
  await tx
    .deleteFrom('policyVersionSecret')
    .where('policyId', '=', policyId)
    .where('number', 'in', numbers)
    .execute()
  await eraseUnusedSecrets(tx, policyId)
}

/** Erases the secrets of a policy that go with nothing any more. */
export async function eraseUnusedSecrets(tx: Transaction, policyId: string): Promise<void> {
  await sql`
    delete from policy_secret secret where policy_id = ${policyId}
      and not exists (select from policy_version_secret link where link.secret_id = secret.id)
      and not exists (select from policy_working_secret link where link.secret_id = secret.id)
  `.execute(tx)
}

export interface VersionFacts {
  readonly number: number
  readonly isKept: boolean
}

/** Versions that still say what they said, oldest first. */
export function listSpeaking(db: Database, policyId: string): Promise<VersionFacts[]> {
  return db
    .selectFrom('policyVersion')
    .select(['number', 'isKept'])
    .where('policyId', '=', policyId)
    .where('erasedAt', 'is', null)
    .orderBy('number')
    .execute()
}

export async function setLabel(
  tx: Transaction,
  { policyId, number, label }: { policyId: string; number: number; label: string },
): Promise<void> {
  await tx
    .updateTable('policyVersion')
    .set({ label })
    .where('policyId', '=', policyId)
    .where('number', '=', number)
    .execute()
}

export async function setKept(
  tx: Transaction,
  { policyId, number, isKept }: { policyId: string; number: number; isKept: boolean },
): Promise<void> {
  await tx
    .updateTable('policyVersion')
    .set({ isKept })
    .where('policyId', '=', policyId)
    .where('number', '=', number)
    .execute()
}
