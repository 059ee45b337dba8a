import type { Database } from '../../db/connection.ts'
import { PolicyLinks } from '../links/links.ts'
import * as store from './store.ts'

/** What is in production of a policy: a version, or nothing. */
export interface InProduction {
  readonly number: number | null
  readonly links: PolicyLinks
}

export async function inProduction(db: Database, { id }: { id: string }): Promise<InProduction> {
  const row = await store.findDeployment(db, id)
  if (row === undefined) return { number: null, links: [] }
  return { number: row.number, links: PolicyLinks.parse(row.links) }
}
