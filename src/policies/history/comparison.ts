/** What differs between two that say something: the document by its kind's own eyes, links, secrets. */

import type { FieldChange } from '../../contract/policies.ts'
import { differencesOf } from '../policy-difference.ts'
import type { PolicyDocument, PolicyKind } from '../policy-kind.ts'
import type { Content } from '../content/content.ts'

export function changesOf(kind: PolicyKind, was: Content, is: Content): FieldChange[] {
  const nothing = { document: null, secrets: [] }
  const documents =
    kind.differences?.(was.document, is.document) ??
    differencesOf({ ...nothing, document: was.document }, { ...nothing, document: is.document })
  return [
    ...documents,
    ...differencesOf({ ...nothing, document: linksOf(was) }, { ...nothing, document: linksOf(is) }),
    ...differencesOf({ ...nothing, secrets: was.secrets }, { ...nothing, secrets: is.secrets }),
  ]
}

/** By target, so that an order or a switch that changed is told where it is. */
function linksOf({ links }: Content): PolicyDocument {
  return {
    links: Object.fromEntries(
      links.map(({ target, isEnabled, order }) => [target, { isEnabled, order }]),
    ),
  }
}

/** How reports of differences mark a line; what is the same has no mark. */
export const LEGEND = {
  changed: '[#]',
  removed: '[-]',
  added: '[+]',
} as const satisfies Readonly<Record<FieldChange['change'], string>>
