/** What is noted on versions: labels, and that they are to be kept. */

import { HubError } from '../../base/errors.ts'
import type { ControlParts } from '../control-parts.ts'
import { findContent, setKept, setLabel } from '../content/store.ts'
import { type PolicyOrder, take } from './step.ts'
import type { PolicyRow } from './store.ts'
import { type Actor, move, permitted, record } from './transition.ts'

/** As long as a column of a list is wide. */
const MAX_LABEL_CHARACTERS = 100

export interface LabelOrder {
  readonly by: Actor
  /** One or many, each in its current version: all of them, or none. */
  readonly policyIds: readonly string[]
  /** Empty takes it away. */
  readonly label: string
  readonly comment?: string | undefined
  /** Of the one policy, when it is one. */
  readonly revision?: number | undefined
}

/** @throws HubError as `permitted`, for any of them */
export function label(parts: ControlParts, order: LabelOrder): Promise<PolicyRow[]> {
  const { by, comment = '', revision } = order
  const text = order.label.trim().slice(0, MAX_LABEL_CHARACTERS)
  // In one order for everybody: whoever labels the same policies waits, and nobody for ever.
  const ids = [...new Set(order.policyIds)].sort()
  return parts.db.transaction().execute(async (tx) => {
    const labelled: PolicyRow[] = []
    for (const policyId of ids) {
      const { policy: before } = await permitted(tx, { verb: 'label', policyId, by, revision })
      const policy = await move(tx, before, { verb: 'label' })
      await setLabel(tx, { policyId, number: policy.newest, label: text })
      labelled.push(policy)
    }
    for (const policy of labelled) {
      const happened = { number: policy.newest, detail: { label: text } }
      await record(tx, parts, policy, { verb: 'label', by, comment, ...happened })
    }
    return labelled
  })
}

export interface KeepOrder extends PolicyOrder {
  readonly number: number
  /** `true`: do not allow deletion. */
  readonly isKept: boolean
}

/** @throws HubError as `permitted`, `policy.version_not_found`, `policy.version_erased` */
export function keepVersion(parts: ControlParts, order: KeepOrder): Promise<PolicyRow> {
  const { number, isKept, policyId } = order
  return take(parts, 'keep-version', order, async (tx, before) => {
    const policy = await move(tx, before, { verb: 'keep-version' })
    const version = await findContent(tx, policyId, number)
    if (version === undefined) {
      throw new HubError('policy.version_not_found', `“${policy.name}” has no version ${number}`)
    }
    if (version.erasedAt !== null) {
      throw new HubError('policy.version_erased', `version ${number} says nothing any more`)
    }
    await setKept(tx, { policyId, number, isKept })
    return { policy, number, detail: { isKept } }
  })
}
