/** The way back: what a version is to say that is equal to an old one. */

import type { Transaction } from '../db/connection.ts'
import type { Wanted } from './policy-change.ts'
import type { PolicyDocument, PolicyKind } from './policy-kind.ts'
import { getVersion } from './policy-versions.ts'
import * as store from './versions/store.ts'

/** What version `to` says, with its secrets; 0 says nothing. @throws HubError `policy.version_not_found` */
export async function asInVersion<Document extends PolicyDocument>(
  tx: Transaction,
  kind: PolicyKind<Document>,
  to: number,
): Promise<Wanted<Document>> {
  const nothing = { document: null, kept: [], added: {}, rolledBackTo: to }
  if (to === 0) return nothing
  const row = await getVersion(tx, kind, to)
  if (row.document === null) return nothing
  const kept = await store.findSecrets(tx, row)
  return { ...nothing, document: kind.schema.parse(row.document), kept }
}
