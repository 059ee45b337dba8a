/** Templates that a hub brings along. Each is made once: who deletes it has deleted it. */

import { addVersion } from '../content/content.ts'
import type { ControlParts } from '../control-parts.ts'
import { findPolicy } from '../lifecycle/store.ts'
import { record } from '../lifecycle/transition.ts'
import { HUB, type PolicyDocument } from '../policy-kind.ts'
import { insertReadyTemplate } from './store.ts'

export interface ReadyTemplate {
  /** Its own on every hub, and for ever. */
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly document: PolicyDocument
}

/**
 * Makes a template if there never was one of this id. Of several processes that try, one makes it. While
 * somebody has a template of that name, theirs stays and none is made.
 */
export async function provideTemplate(
  parts: Pick<ControlParts, 'db' | 'audit' | 'clock'>,
  { id, kind, name, document }: ReadyTemplate,
): Promise<void> {
  const { db, clock } = parts
  if ((await findPolicy(db, id)) !== undefined) return
  await db.transaction().execute(async (tx) => {
    const at = clock.now()
    if (!(await insertReadyTemplate(tx, { id, kind, name, createdAt: at }))) return
    const content = { document, links: [], secrets: [] }
    await addVersion(tx, { id, newest: 1 }, { content, at, by: HUB, comment: '' })
    const happened = { verb: 'create', by: HUB, comment: '', number: 1 } as const
    await record(tx, parts, { id, kind, name }, happened)
  })
}
