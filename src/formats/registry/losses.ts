/** What a conversion cannot carry over, by name. */

import { entriesOf, type PlacedEntry, type RegistryDocument } from './document.ts'

/** What is lost, and what it means, for people. */
export const LOSSES = {
  create_becomes_update: 'is set also where it is there already: the file cannot say otherwise',
  data_left_out: 'is left out: the file has no form for its data',
  default_left_out: 'is left out: the file cannot delete a default value',
  disabled_left_out: 'is left out: it is switched off',
  filters_lost: 'is no longer targeted: it holds wherever the file is applied',
  goes_away:
    'what is set is removed again when the policy no longer applies, as with all of registry.pol',
  key_left_out: 'is left out: the file does not allow its key',
  layout_lost: 'collections, descriptions and names for display are lost',
  name_left_out: 'is left out: the file does not allow its name',
  options_lost:
    'loses its options: go on after errors, context of the user, remove when no longer applied',
  other_hive_left_out: 'is left out: it is of another hive than the file',
  special_left_out: 'is left out: only registry.pol has this instruction',
  stays_behind: 'what is set stays when the policy no longer applies, unlike with registry.pol',
} as const

/** One thing lost: of an item, or of all of the file. */
export interface Loss {
  readonly code: keyof typeof LOSSES
  /** The item, by its names from the top, or its key and name. */
  readonly item?: string
}

/** Converted values, and what they lost. */
export interface Converted<Value> {
  readonly value: Value
  readonly losses: readonly Loss[]
}

/** Each loss once, in the order in which they came. */
export function distinctLosses(losses: readonly Loss[]): readonly Loss[] {
  return [...new Map(losses.map((loss) => [`${loss.code}/${loss.item ?? ''}`, loss])).values()]
}

/** What neither `.reg` nor `registry.pol` can say. */
export function commonLosses(document: RegistryDocument): readonly Loss[] {
  const placed = entriesOf(document.items)
  const each = placed.flatMap((entry) => commonLossesOf(entry, document.disabled === true))
  const hasLayout =
    document.items.some(({ kind, desc }) => kind === 'collection' || desc !== undefined) ||
    placed.some(({ entry }) => entry.label !== undefined)
  return hasLayout ? [...each, { code: 'layout_lost' }] : each
}

function commonLossesOf(
  { entry, label, isDisabled, hasFilters }: PlacedEntry,
  isAllDisabled: boolean,
): readonly Loss[] {
  if (isDisabled || isAllDisabled) return [{ code: 'disabled_left_out', item: label }]
  const { bypassErrors, userContext, removePolicy } = entry
  const hasOptions = bypassErrors === true || userContext === true || removePolicy === true
  return [
    ...(hasFilters ? [{ code: 'filters_lost', item: label } as const] : []),
    ...(hasOptions ? [{ code: 'options_lost', item: label } as const] : []),
  ]
}
