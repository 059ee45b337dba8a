/** Between `.reg` files and registry settings. */

import { encodeData } from './data-bytes.ts'
import {
  entriesOf,
  EntryList,
  isKeyOnly,
  type RegistryDocument,
  type RegistryEntry,
} from './document.ts'
import { commonLosses, type Converted, type Loss } from './losses.ts'
import type { RegKey, RegValue } from './reg-read.ts'

/** Settings of keys: nothing is lost. @throws HubError `registry.too_large` */
export function fromReg(keys: readonly RegKey[]): Converted<RegistryDocument> {
  const made = new EntryList()
  for (const entry of keys.flatMap(entriesOfKey)) made.add(entry)
  return { value: { items: made.items }, losses: [] }
}

function entriesOfKey({ hive, key, isDeleted, values }: RegKey): readonly RegistryEntry[] {
  const place = { kind: 'registry', hive, key } as const
  if (isDeleted) return [{ ...place, action: 'delete', name: '' }]
  if (values.length === 0) return [{ ...place, action: 'update', name: '' }]
  return values.map(({ name, data }) => ({
    ...place,
    action: data === undefined ? 'delete' : 'update',
    name,
    ...(name === '' ? { isDefault: true } : {}),
    ...(data === undefined ? {} : { data }),
  }))
}

/** Keys of settings. What follows each other in one key stands below one line in brackets. */
export function toReg(document: RegistryDocument): Converted<readonly RegKey[]> {
  const keys: (RegKey & { values: RegValue[] })[] = []
  const losses: Loss[] = [...commonLosses(document)]
  for (const { entry, label, isDisabled } of entriesOf(document.items)) {
    if (document.disabled === true || isDisabled) continue
    const loss = lossOf(entry)
    if (loss !== undefined) losses.push({ code: loss, item: label })
    if (loss === undefined || loss === 'create_becomes_update') addEntry(keys, entry)
  }
  return { value: keys, losses }
}

function addEntry(keys: (RegKey & { values: RegValue[] })[], entry: RegistryEntry): void {
  const { hive, key, action, name, data } = entry
  const isGone = isKeyOnly(entry) && (action === 'delete' || action === 'replace')
  if (isGone) keys.push({ hive, key, isDeleted: true, values: [] })
  if (isKeyOnly(entry) && action === 'delete') return
  const last = keys.at(-1)
  const isSame = last?.hive === hive && last.key === key && !last.isDeleted
  const open = isSame ? last : { hive, key, isDeleted: false, values: [] as RegValue[] }
  if (!isSame) keys.push(open)
  if (isKeyOnly(entry)) return
  const valueName = entry.isDefault === true ? '' : name
  open.values.push(action === 'delete' ? { name: valueName } : { name: valueName, data })
}

function lossOf(entry: RegistryEntry): Loss['code'] | undefined {
  const { key, name, action, data } = entry
  if (hasControls(key) || !key.isWellFormed()) return 'key_left_out'
  if (hasControls(name) || !name.isWellFormed()) return 'name_left_out'
  if (isKeyOnly(entry) || action === 'delete') return undefined
  if (data === undefined || encodeData(data) === undefined) return 'data_left_out'
  return action === 'create' ? 'create_becomes_update' : undefined
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text)
}
