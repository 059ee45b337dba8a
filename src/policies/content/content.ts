/** What a policy says, whole: document, links and secrets, as a version or a working copy holds them. */

import { canonicalJson } from '../../base/canonical-json.ts'
import { HubError } from '../../base/errors.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import { PolicyLinks } from '../links/links.ts'
import type { Author, PolicyDocument } from '../policy-kind.ts'
import type { StoredSecret } from '../policy-secrets.ts'
import * as store from './store.ts'
import { findSecrets, insertSecret, linkSecrets } from '../versions/store.ts'

export interface Content {
  /** Null: nothing. */
  readonly document: PolicyDocument | null
  readonly links: PolicyLinks
  readonly secrets: readonly StoredSecret[]
}

/** Where a version came from, when nobody edited it. */
export type VersionSource =
  | { readonly is: 'production'; readonly number: number }
  | { readonly is: 'template'; readonly name: string }
  | { readonly is: 'policy'; readonly name: string; readonly number: number }

export const NOTHING: Content = { document: null, links: [], secrets: [] }

/** @throws HubError `policy.version_not_found`, `policy.version_erased` */
export async function getContent(
  db: Database,
  { id, name }: Pick<PolicyRow, 'id' | 'name'>,
  number: number,
): Promise<Content> {
  const row = await store.findContent(db, id, number)
  if (row === undefined) {
    throw new HubError('policy.version_not_found', `“${name}” has no version ${number}`)
  }
  if (row.erasedAt !== null) {
    throw new HubError('policy.version_erased', `version ${number} says nothing any more`)
  }
  return {
    document: row.document as PolicyDocument | null,
    links: PolicyLinks.parse(row.links),
    secrets: await findSecrets(db, { policyId: id, number }),
  }
}

/** The current version; nothing while there is none. */
export function currentContent(
  db: Database,
  policy: Pick<PolicyRow, 'id' | 'name' | 'newest'>,
): Promise<Content> {
  return policy.newest === 0 ? Promise.resolve(NOTHING) : getContent(db, policy, policy.newest)
}

/** Of a policy that is checked out. */
export async function workingContent(db: Database, policy: PolicyRow): Promise<Content> {
  return {
    document: policy.workingDocument as PolicyDocument | null,
    links: PolicyLinks.parse(policy.workingLinks),
    secrets: await store.findWorkingSecrets(db, policy.id),
  }
}

/**
 * Adds the version that the policy counts already (`newest`). Secrets in `added` are new, the others
 * are rows of this policy.
 */
export async function addVersion(
  tx: Transaction,
  { id: policyId, newest: number }: Pick<PolicyRow, 'id' | 'newest'>,
  version: {
    readonly content: Content
    readonly added?: readonly StoredSecret[]
    readonly at: Date
    readonly by: Author
    readonly comment: string
    readonly source?: VersionSource | null
    readonly rolledBackTo?: number | null
  },
): Promise<void> {
  const { content, added = [], at, by, comment, source = null, rolledBackTo = null } = version
  const { document, links, secrets } = content
  await store.insertContent(tx, {
    ...{ policyId, number, at, by: by.id, byName: by.name, comment },
    ...{ document, links, source, rolledBackTo },
  })
  for (const secret of added) await insertSecret(tx, policyId, secret)
  await linkSecrets(tx, { policyId, number }, secrets)
}

/** Whether two say the same, with the same secrets, and have effect in the same places. */
export function isSame(one: Content, other: Content): boolean {
  return comparable(one) === comparable(other)
}

function comparable({ document, links, secrets }: Content): string {
  const byTarget = [...links].sort((a, b) => (a.target < b.target ? -1 : 1))
  const ids = secrets.map(({ name, id }) => `${name}=${id}`).sort()
  return canonicalJson([document, byTarget, ids])
}
