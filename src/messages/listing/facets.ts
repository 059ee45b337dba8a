/**
 * What a list of messages filters by, in one small number: so that one index answers every
 * combination of filters, and messages are counted by it.
 */

import {
  MESSAGE_SIGNED,
  MESSAGE_STATES,
  MESSAGE_STRENGTHS,
  MESSAGE_WAYS,
  type MessageSigned,
  type MessageState,
  type MessageStrength,
  type MessageWay,
} from '../../contract/message-list.ts'

export interface Facet {
  readonly state: MessageState
  readonly strength: MessageStrength
  readonly signed: MessageSigned
  readonly via: MessageWay
}

/** Of each what is wanted; absent is anything. */
export type FacetFilter = {
  readonly [Part in keyof Facet]?: readonly Facet[Part][] | undefined
}

/** Numbers are stored: values are only ever added at the end of their list, `via` being the last. */
const WAYS = MESSAGE_WAYS.length
const SIGNED = MESSAGE_SIGNED.length
const STRENGTHS = MESSAGE_STRENGTHS.length

/** Every facet, at the place that is its number. */
const FACETS: readonly Facet[] = MESSAGE_STATES.flatMap((state) =>
  MESSAGE_STRENGTHS.flatMap((strength) =>
    MESSAGE_SIGNED.flatMap((signed) =>
      MESSAGE_WAYS.map((via) => ({ state, strength, signed, via })),
    ),
  ),
)

/** What to multiply the place of each part with; the query that computes facets does it too. */
export const WEIGHTS = {
  state: STRENGTHS * SIGNED * WAYS,
  strength: SIGNED * WAYS,
  signed: WAYS,
} as const

/** The facet that a number stands for. */
export function facetOf(number: number): Facet {
  const facet = FACETS[number]
  if (facet === undefined) throw new Error(`there is no facet ${number}`)
  return facet
}

/** The numbers of those that a filter lets through. Undefined when it lets everything through. */
export function facetsFor({ state, strength, signed, via }: FacetFilter): number[] | undefined {
  if ([state, strength, signed, via].every((wanted) => wanted === undefined)) return undefined
  return FACETS.flatMap((facet, number) =>
    (state?.includes(facet.state) ?? true) &&
    (strength?.includes(facet.strength) ?? true) &&
    (signed?.includes(facet.signed) ?? true) &&
    (via?.includes(facet.via) ?? true)
      ? [number]
      : [],
  )
}
