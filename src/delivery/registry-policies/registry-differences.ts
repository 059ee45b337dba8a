/** How two registry policies differ, item by item. */

import { type JsonValue, canonicalJson } from '../../base/canonical-json.ts'
import type { FieldChange } from '../../contract/policies.ts'
import type { RegistryPolicy, RegistryPolicyItem } from '../../contract/registry-policy.ts'
import { labelOf } from '../../formats/registry/document.ts'

/** Between the names of collections and item: `AGPM e-mail security > SmtpPort`. */
const BELOW = ' > '

/** An item without the items in it, and where it stands. */
interface Placed {
  readonly path: string
  readonly fields: Readonly<Record<string, JsonValue>>
}

/**
 * Items are the same by their GUID, and without one by the names from the top. Of an item that changed
 * the fields that differ are told; a value that alone is another, as `was: 25, is: 587`.
 */
export function registryDifferences(
  was: RegistryPolicy | null,
  is: RegistryPolicy | null,
): FieldChange[] {
  const before = placedItems(was?.items ?? [])
  const after = placedItems(is?.items ?? [])
  const removed = [...before].filter(([id]) => !after.has(id))
  return [
    ...settingsChanges(was, is),
    ...removed.map(([, { path, fields }]) => change(path, { was: fields })),
    ...[...after].flatMap(([id, item]) => itemChanges(before.get(id), item)),
    ...orderChanges(before, after),
  ]
}

function itemChanges(was: Placed | undefined, { path, fields }: Placed): FieldChange[] {
  if (was === undefined) return [change(path, { is: fields })]
  const own = differing(was.fields, fields)
  if (own.length === 0 && was.path === path) return []
  if (own.length === 0) return [change(path, { was: was.path, is: path })]
  const [before, after] = [was.fields.data, fields.data]
  if (own.join() === 'data' && isTyped(before) && isTyped(after) && before.type === after.type) {
    return [change(path, { was: before.value, is: after.value })]
  }
  return [change(path, { was: picked(was.fields, own), is: picked(fields, own) })]
}

/** What is said of all of it: that it is switched off, and what is not known. */
function settingsChanges(was: RegistryPolicy | null, is: RegistryPolicy | null): FieldChange[] {
  const [before, after] = [settingsOf(was), settingsOf(is)]
  return differing(before, after).map((name) =>
    change(name, { was: before[name], is: after[name] }),
  )
}

function settingsOf(policy: RegistryPolicy | null): Readonly<Record<string, JsonValue>> {
  const { disabled, attributes = [], otherXml } = policy ?? {}
  return said({ disabled, attributes, otherXml })
}

/** Items are processed in order: it is told when those that stayed have another. */
function orderChanges(
  before: ReadonlyMap<string, Placed>,
  after: ReadonlyMap<string, Placed>,
): FieldChange[] {
  const stayed = (one: ReadonlyMap<string, Placed>, other: ReadonlyMap<string, Placed>) =>
    [...one.keys()].filter((id) => other.has(id))
  const [was, is] = [stayed(before, after), stayed(after, before)]
  if (was.join('\n') === is.join('\n')) return []
  const names = (ids: readonly string[]) => ids.map((id) => after.get(id)?.path ?? '')
  return [change('order', { was: names(was), is: names(is) })]
}

/** In order, by what tells them apart. */
function placedItems(items: readonly RegistryPolicyItem[]): Map<string, Placed> {
  const placed = new Map<string, Placed>()
  const place = (each: readonly RegistryPolicyItem[], around: string) => {
    for (const item of each) {
      const name = item.kind === 'collection' ? item.name : labelOf(item)
      const path = around === '' ? name : `${around}${BELOW}${name}`
      placed.set(freeId(placed, item.uid?.toLowerCase() ?? `${item.kind} ${path}`), {
        path,
        fields: fieldsOf(item),
      })
      if (item.kind === 'collection') place(item.items, path)
    }
  }
  place(items, '')
  return placed
}

/** A second one of the same name is told apart by its number. */
function freeId(placed: ReadonlyMap<string, Placed>, id: string): string {
  let free = id
  for (let number = 2; placed.has(free); number += 1) free = `${id} ${number}`
  return free
}

/** Members that say nothing about an item itself. */
const BESIDE = ['items', 'source', 'changed']

/** What an item says itself. The text it was read from and when it was changed say nothing more. */
function fieldsOf(item: RegistryPolicyItem): Readonly<Record<string, JsonValue>> {
  return said(Object.fromEntries(Object.entries(item).filter(([name]) => !BESIDE.includes(name))))
}

/** Absent, false, empty: all the same, but for the name of a value. */
function said(
  fields: Readonly<Record<string, JsonValue | undefined>>,
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, JsonValue] => {
      const [name, value] = field
      const isNone = value === undefined || value === false || value === ''
      return name === 'name' || !(isNone || (Array.isArray(value) && value.length === 0))
    }),
  )
}

function differing(
  was: Readonly<Record<string, JsonValue>>,
  is: Readonly<Record<string, JsonValue>>,
): string[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])]
  return names.filter(
    (name) => canonicalJson(was[name] ?? null) !== canonicalJson(is[name] ?? null),
  )
}

function picked(fields: Readonly<Record<string, JsonValue>>, names: readonly string[]): JsonValue {
  return Object.fromEntries(names.map((name) => [name, fields[name] ?? null]))
}

function isTyped(data: JsonValue | undefined): data is { type: string; value: JsonValue } {
  return typeof data === 'object' && data !== null && 'type' in data && 'value' in data
}

function change(
  path: string,
  { was, is }: { was?: JsonValue | undefined; is?: JsonValue | undefined },
): FieldChange {
  const values = {
    ...(was !== undefined && { was: was as FieldChange['was'] }),
    ...(is !== undefined && { is: is as FieldChange['is'] }),
  }
  const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'
  return { path, isSecret: false, change: kind, ...values }
}
