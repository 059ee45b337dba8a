/** One state of a policy, named: a version by number, the newest, the working copy, what is in force. */

import { HubError } from '../../base/errors.ts'
import type { Database } from '../../db/connection.ts'
import type { ControlParts } from '../control-parts.ts'
import { productionContent } from '../lifecycle/control.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import { type Actor, permitted } from '../lifecycle/transition.ts'
import type { PolicyLinks } from '../links/links.ts'
import type { PolicyDocument, SecretFact } from '../policy-kind.ts'
import { type Content, NOTHING, getContent, workingContent } from '../content/content.ts'
import { findVersionFacts } from './store.ts'

export type NamedState = number | 'newest' | 'working' | 'production'

export interface StateOf {
  readonly policyId: string
  /** 0 is the time before the first version. */
  readonly of: NamedState
}

export interface ReadState {
  readonly policy: PolicyRow
  /** Null: the working copy. */
  readonly number: number | null
  readonly content: Content
}

/**
 * @throws HubError as `permitted`, `policy.version_not_found`, `policy.version_erased`,
 *   `policy.not_in_production`, `policy.wrong_state` where there is no working copy
 */
export async function readState(
  db: Database,
  { by, policyId, of }: StateOf & { by: Actor },
): Promise<ReadState> {
  const { policy } = await permitted(db, { verb: 'read', policyId, by })
  if (of === 'working') {
    if (policy.state !== 'checked-out') throw noWorkingCopy(policy)
    return { policy, number: null, content: await workingContent(db, policy) }
  }
  if (of === 'production') return { policy, ...(await productionContent(db, policy)) }
  const number = of === 'newest' ? policy.newest : of
  const content = number === 0 ? NOTHING : await getContent(db, policy, number)
  return { policy, number, content }
}

/** What a state says: the report of its settings. */
export interface Settings {
  readonly number: number | null
  readonly document: PolicyDocument | null
  /** Of secrets that they are there. */
  readonly secrets: readonly SecretFact[]
  readonly links: PolicyLinks
  readonly label: string
  /** The limit on versions, or who destroyed it, took what it said. */
  readonly isErased: boolean
}

/** @throws HubError as `readState`, but for a version that says nothing any more */
export async function settings(
  { db }: Pick<ControlParts, 'db'>,
  order: StateOf & { readonly by: Actor },
): Promise<Settings> {
  const state = await readErased(db, order)
  const { number, content } = state
  const facts = number === null ? undefined : await findVersionFacts(db, order.policyId, number)
  return {
    ...{ number, document: content.document, links: content.links },
    secrets: content.secrets.map(({ id, name, at, by }) => ({ id, name, at, by })),
    label: facts?.label ?? '',
    isErased: (facts?.erasedAt ?? null) !== null,
  }
}

async function readErased(
  db: Database,
  order: StateOf & { by: Actor },
): Promise<Pick<ReadState, 'number' | 'content'>> {
  try {
    return await readState(db, order)
  } catch (error) {
    const isErased = error instanceof HubError && error.code === 'policy.version_erased'
    if (!isErased || typeof order.of !== 'number') throw error
    return { number: order.of, content: NOTHING }
  }
}

function noWorkingCopy({ state }: PolicyRow): HubError {
  return new HubError('policy.wrong_state', `a policy that is ${state} has no working copy`, {
    detail: { verb: 'read', state },
  })
}
