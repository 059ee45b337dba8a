/** What a text that people type is looked for in. */

import type { Database } from '../../db/connection.ts'
import { nameOf } from '../listing/search-names.ts'
import { isMessageId } from '../message-id.ts'
import * as store from './store.ts'
import type { Key } from './store.ts'

/** Names of one search; each is a run of an index that a page reads. */
const MAX_NAMES = 50

/** RFC 5322 section 2.1.1: no header field has a longer line than this, and no Message-ID is folded. */
const MAX_MESSAGE_ID = 998

const NOTHING: Key = { by: 'ids', ids: [] }

/**
 * The messages that a text means. An identifier or a Message-ID, with or without its angle brackets,
 * is that message. A whole address or domain is that one and no longer one. Anything else is how a
 * word of an address or domain begins: `smith` finds `john.smith@example.org`, `exam` its domain.
 * `isPart`: more names begin so than are looked for; those that sort first are.
 */
export async function keyOfText(
  db: Database,
  text: string,
  { sides, alsoIds }: { sides: readonly ('from' | 'to')[]; alsoIds: boolean },
): Promise<{ key: Key; isPart: boolean }> {
  const trimmed = text.trim()
  // No text in the database has one.
  if (trimmed.includes('\0')) return { key: NOTHING, isPart: false }
  if (alsoIds) {
    const ids = await findIds(db, trimmed)
    if (ids.length > 0) return { key: { by: 'ids', ids }, isPart: false }
  }
  const name = nameOf(trimmed.replace(/^@/, ''))
  if (name === '') return { key: NOTHING, isPart: false }
  const equal = await store.findNamesEqual(db, { name, sides })
  if (equal.length > 0) return { key: { by: 'names', numbers: equal }, isPart: false }
  const limit = MAX_NAMES + 1
  const beginning = await store.findNamesBeginning(db, { text: name, sides, limit })
  const numbers = beginning.slice(0, MAX_NAMES)
  return {
    key: numbers.length === 0 ? NOTHING : { by: 'names', numbers },
    isPart: beginning.length > MAX_NAMES,
  }
}

async function findIds(db: Database, text: string): Promise<readonly string[]> {
  if (isMessageId(text.toLowerCase())) return [text.toLowerCase()]
  if (!text.includes('@') && !text.startsWith('<')) return []
  if (text.length > MAX_MESSAGE_ID) return []
  return store.findByMessageIdField(db, [text, `<${text}>`])
}
