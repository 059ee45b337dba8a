/** What differs between two states: of one policy, of two, or of a policy and a template. */

import { HubError } from '../../base/errors.ts'
import type { FieldChange } from '../../contract/policies.ts'
import type { ControlParts } from '../control-parts.ts'
import type { Actor } from '../lifecycle/transition.ts'
import { changesOf } from './comparison.ts'
import { type StateOf, readState } from './states.ts'

/** @throws HubError as `readState`; `policy.kind_unknown` for policies of two kinds */
export async function differences(
  { db, kinds }: Pick<ControlParts, 'db' | 'kinds'>,
  { by, from, to }: { by: Actor; from: StateOf; to: StateOf },
): Promise<FieldChange[]> {
  const was = await readState(db, { ...from, by })
  const is = await readState(db, { ...to, by })
  if (was.policy.kind !== is.policy.kind) {
    throw new HubError('policy.kind_unknown', 'policies of two kinds have nothing to compare')
  }
  return changesOf(kinds.get(is.policy.kind), was.content, is.content)
}
