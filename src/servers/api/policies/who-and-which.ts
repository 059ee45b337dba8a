/** Who asks, and about which policy, as the domain takes it. */

import { HubError } from '../../../base/errors.ts'
import type { StateOf } from '../../../policies/history/states.ts'
import type { Actor } from '../../../policies/lifecycle/transition.ts'
import type { AccountCaller } from '../caller.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function actorOf({ id, name, roles }: AccountCaller): Actor {
  return { id, name, roles }
}

/** What is no id is the id of nothing. @throws HubError `policy.not_found` */
export function policyIdOf(text: string | undefined): string {
  if (text !== undefined && UUID.test(text)) return text
  throw new HubError('policy.not_found', 'there is no such policy')
}

/** @throws HubError `policy.request_not_found` */
export function requestIdOf(text: string | undefined): string {
  if (text !== undefined && UUID.test(text)) return text
  throw new HubError('policy.request_not_found', 'there is no such request')
}

/** `working`, `production`, `newest` or a number, as the contract lets through. */
export function stateNamed(text: string): StateOf['of'] {
  if (text === 'working' || text === 'production' || text === 'newest') return text
  return Number(text)
}

/** `ID@STATE`. */
export function stateOf(text: string): StateOf {
  const [id, of = 'newest'] = text.split('@')
  return { policyId: policyIdOf(id), of: stateNamed(of) }
}
