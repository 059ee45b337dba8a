/** When two registry documents say the same, whatever they were read from. */

import { canonicalJson, type JsonValue } from '../../base/canonical-json.ts'
import {
  defaultLabel,
  isKeyOnly,
  type RegistryDocument,
  type RegistryEntry,
  type RegistryItem,
} from './document.ts'

/** A document without the text it was read from: all of it is written anew. */
export function withoutSources(document: RegistryDocument): RegistryDocument {
  return { ...document, items: document.items.map(itemWithoutSources), source: undefined }
}

function itemWithoutSources(item: RegistryItem): RegistryItem {
  if (item.kind === 'registry') return { ...item, source: undefined }
  return { ...item, items: item.items.map(itemWithoutSources), source: undefined }
}

/** A text that is equal for documents that say the same. */
export function meaningOf(document: RegistryDocument): string {
  const isFragment = fragmentItem(document) !== undefined
  return textOf({ ...document, isFragment, items: document.items.map(itemMeaning) })
}

/** The one item of a file without `<RegistrySettings>`, when nothing needs that element. */
export function fragmentItem(document: RegistryDocument): RegistryItem | undefined {
  const [item, ...more] = document.items
  const isAlone = more.length === 0 && settingsMeaningOf(document) === textOf({})
  return document.isFragment === true && isAlone ? item : undefined
}

/** A text that is equal for items that say the same; of a collection without its items. */
export function ownMeaningOf(item: RegistryItem): string {
  if (item.kind === 'registry') return textOf(plainEntry(item))
  return textOf({ ...item, items: [] })
}

/** A text that is equal for `<RegistrySettings>` that say the same, without their items. */
export function settingsMeaningOf({ disabled, attributes, otherXml }: RegistryDocument): string {
  return textOf({ disabled, attributes, otherXml })
}

function itemMeaning(item: RegistryItem): string {
  if (item.kind === 'registry') return ownMeaningOf(item)
  return textOf({ ...item, items: item.items.map(itemMeaning) })
}

/** A key alone has no data; an empty text where nothing is set says none, as names do that are the usual. */
function plainEntry(entry: RegistryEntry): RegistryEntry {
  const { action, data, label, status } = entry
  const isNone = action === 'delete' && data?.type === 'REG_SZ' && data.value === ''
  const usual = defaultLabel(entry)
  return {
    ...entry,
    data: isKeyOnly(entry) || isNone ? undefined : data,
    label: label === usual ? undefined : label,
    status: status === usual ? undefined : status,
  }
}

/** Absent, false, empty: all the same. */
function textOf(value: object): string {
  const members: readonly (readonly [string, JsonValue])[] = Object.entries(value).filter(
    ([name, member]) =>
      name !== 'source' &&
      member !== undefined &&
      member !== false &&
      member !== '' &&
      !(Array.isArray(member) && member.length === 0),
  )
  return canonicalJson(Object.fromEntries(members))
}
