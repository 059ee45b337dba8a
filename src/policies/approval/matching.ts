/** Whether these people are enough: each counts once, in separate groups for one of them only. */

import type { ApproverGroup } from '../../contract/change-control-rules.ts'
import type { Someone } from '../access/permissions.ts'
import type { Requirement } from './requirement.ts'

/** Where no rule asks for approvals, a request needs the one of somebody who could do it at once. */
export function isEnough(
  { approvers, groups }: Pick<Requirement, 'approvers' | 'groups'>,
  people: readonly Someone[],
): boolean {
  return people.length >= Math.max(1, approvers) && groups.every((each) => fills(each, people))
}

/**
 * A matching of places to people (Kuhn's algorithm): each place takes somebody who is free, or whose
 * place can be given to somebody else.
 */
function fills(groups: readonly ApproverGroup[], people: readonly Someone[]): boolean {
  const places = groups.flatMap((group) => Array<ApproverGroup>(group.approvers).fill(group))
  const takenBy = new Map<string, number>()
  const fill = (place: number, seen: Set<string>): boolean =>
    people.some((person) => {
      const group = places[place]
      if (group === undefined || seen.has(person.id) || !isIn(group, person)) return false
      seen.add(person.id)
      const other = takenBy.get(person.id)
      if (other !== undefined && !fill(other, seen)) return false
      takenBy.set(person.id, place)
      return true
    })
  return places.every((_, place) => fill(place, new Set()))
}

function isIn({ roles, accounts }: ApproverGroup, person: Someone): boolean {
  return accounts.includes(person.id) || person.roles.some((role) => roles.includes(role))
}
