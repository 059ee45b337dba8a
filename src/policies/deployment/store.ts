/** Queries of what is in production. */

import type { Database, Transaction } from '../../db/connection.ts'

/** What a policy was put in production with; `number` null: it was taken out. */
export interface DeploymentRow {
  readonly policyId: string
  readonly number: number | null
  readonly at: Date
  readonly by: string
  readonly byName: string
  readonly name: string
  readonly links: unknown
  readonly requestId: string | null
  readonly breakGlassReason: string | null
}

const COLUMNS = [
  'policyId',
  'number',
  'at',
  'by',
  'byName',
  'name',
  'links',
  'requestId',
  'breakGlassReason',
] as const

export async function insertDeployment(
  tx: Transaction,
  { links, ...row }: DeploymentRow,
): Promise<void> {
  await tx
    .insertInto('policyDeployment')
    .values({ ...row, links: JSON.stringify(links) })
    .execute()
}

/** The newest; undefined before the first. */
export function findDeployment(db: Database, policyId: string): Promise<DeploymentRow | undefined> {
  return db
    .selectFrom('policyDeployment')
    .select(COLUMNS)
    .where('policyId', '=', policyId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** A version as it is deployed. */
export interface DeployableVersion {
  readonly document: unknown
  readonly links: unknown
  readonly erasedAt: Date | null
}

export function findVersion(
  db: Database,
  policyId: string,
  number: number,
): Promise<DeployableVersion | undefined> {
  return db
    .selectFrom('policyVersion')
    .select(['document', 'links', 'erasedAt'])
    .where('policyId', '=', policyId)
    .where('number', '=', number)
    .executeTakeFirst()
}

/** Every policy of a kind that is in production with something to say, in the order of their names. */
export async function listDeployed(db: Database, kind: string) {
  const newest = db
    .selectFrom('policyDeployment')
    .innerJoin('policy', 'policy.id', 'policyDeployment.policyId')
    .distinctOn('policyDeployment.policyId')
    .selectAll('policyDeployment')
    .where('policy.kind', '=', kind)
    .where('policy.isTemplate', '=', false)
    .orderBy('policyDeployment.policyId')
    .orderBy('policyDeployment.id', 'desc')
  return db
    .selectFrom(newest.as('deployment'))
    .innerJoin('policyVersion as version', (join) =>
      join
        .onRef('version.policyId', '=', 'deployment.policyId')
        .onRef('version.number', '=', 'deployment.number'),
    )
    .select([
      'deployment.policyId',
      'version.number',
      'deployment.at',
      'deployment.by',
      'deployment.byName',
      'deployment.name',
      'deployment.links',
      'deployment.breakGlassReason',
      'version.document',
    ])
    .where('version.document', 'is not', null)
    .orderBy('deployment.name')
    .orderBy('deployment.policyId')
    .execute()
}
