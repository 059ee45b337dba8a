/** Between `registry.pol` and registry settings. */

import { decodeData, encodeData } from './data-bytes.ts'
import {
  entriesOf,
  EntryList,
  isKeyOnly,
  type Hive,
  type PlacedEntry,
  type RegistryDocument,
  type RegistryEntry,
} from './document.ts'
import { commonLosses, type Converted, type Loss } from './losses.ts'
import { REG_NONE, TYPE_NUMBERS } from './names.ts'
import { isPolKey, MAX_DATA_BYTES, MAX_NAME_CHARACTERS, type PolRecord } from './pol.ts'

/**
 * Settings of records. The hive is that of the folder the file lies in.
 *
 * @throws HubError `registry.too_large`
 */
export function fromPol(records: readonly PolRecord[], hive: Hive): Converted<RegistryDocument> {
  const losses: Loss[] = records.length === 0 ? [] : [{ code: 'stays_behind' }]
  const made = new EntryList()
  for (const record of records) {
    const entries = entriesOfRecord(record, hive)
    if (entries === undefined) {
      losses.push({ code: 'special_left_out', item: `${record.key}\\${record.name}` })
    }
    for (const entry of entries ?? []) made.add(entry)
  }
  return { value: { items: made.items }, losses }
}

/** Undefined for what settings cannot say. */
function entriesOfRecord(record: PolRecord, hive: Hive): readonly RegistryEntry[] | undefined {
  const { key, name, data } = record
  const place = { kind: 'registry', hive, key } as const
  const special = /^\*\*(soft\.|del\.|[^.]*\.?)(.*)$/is.exec(name)
  if (special === null) {
    if (name === '' && data.byteLength === 0) return [{ ...place, action: 'update', name }]
    return [{ ...place, action: 'update', ...nameAndData(name, record) }]
  }
  const [, kind = '', rest = ''] = special
  switch (kind.toLowerCase()) {
    case 'soft.':
      return [{ ...place, action: 'create', ...nameAndData(rest, record) }]
    case 'del.':
      return rest === '' ? undefined : [{ ...place, action: 'delete', name: rest }]
    case 'deletevalues':
      return namesIn(record)?.map((each) => ({ ...place, action: 'delete', name: each }))
    case 'deletekeys':
      return namesIn(record)?.map((each) => ({
        ...place,
        action: 'delete',
        key: `${key}\\${each}`,
        name: '',
      }))
    default:
      return undefined
  }
}

function nameAndData(name: string, { typeNumber, data }: PolRecord) {
  const value = decodeData({ typeNumber, bytes: data })
  return { name, data: value, ...(name === '' ? { isDefault: true } : {}) }
}

function namesIn({ typeNumber, data }: PolRecord): readonly string[] | undefined {
  const list = decodeData({ typeNumber, bytes: data })
  return list.type === 'REG_SZ' ? list.value.split(';').filter((name) => name !== '') : undefined
}

/** Records of the settings of one hive. */
export function toPol(document: RegistryDocument, hive: Hive): Converted<readonly PolRecord[]> {
  const placed = entriesOf(document.items)
  const losses: Loss[] = [...commonLosses(document)]
  const records = placed.flatMap((each) => {
    if (document.disabled === true || each.isDisabled) return []
    const result = each.entry.hive === hive ? recordsOf(each.entry) : 'other_hive_left_out'
    if (typeof result !== 'string') return result
    losses.push({ code: result, item: each.label })
    return []
  })
  if (placed.some((each) => isKeptBehind(each, hive))) losses.push({ code: 'goes_away' })
  return { value: records, losses }
}

function isKeptBehind({ entry, isDisabled }: PlacedEntry, hive: Hive): boolean {
  const isSet = !isDisabled && entry.hive === hive && entry.action !== 'delete'
  return isSet && entry.removePolicy !== true
}

function recordsOf(entry: RegistryEntry): readonly PolRecord[] | Loss['code'] {
  const { key, name, action } = entry
  if (!isPolKey(key)) return 'key_left_out'
  if (isKeyOnly(entry)) {
    const create = { key, name: '', typeNumber: REG_NONE, data: new Uint8Array() }
    if (action === 'create' || action === 'update') return [create]
    const end = key.lastIndexOf('\\')
    if (end < 0 || key.includes(';', end)) return 'key_left_out'
    const remove = text(key.slice(0, end), { name: '**DeleteKeys', value: key.slice(end + 1) })
    return action === 'delete' ? [remove] : [remove, create]
  }
  if (action === 'delete') {
    if (entry.isDefault === true) return 'default_left_out'
    const record = text(key, { name: `**Del.${name}`, value: ' ' })
    return isPolName(name, record.name) ? [record] : 'name_left_out'
  }
  const own = entry.isDefault === true ? '' : name
  const recordName = action === 'create' ? `**soft.${own}` : own
  if (!isPolName(own, recordName)) return 'name_left_out'
  const encoded = entry.data && encodeData(entry.data)
  if (encoded === undefined || encoded.bytes.byteLength > MAX_DATA_BYTES) return 'data_left_out'
  // A record without name and data would create the key alone.
  if (recordName === '' && encoded.bytes.byteLength === 0) return 'data_left_out'
  return [{ key, name: recordName, typeNumber: encoded.typeNumber, data: encoded.bytes }]
}

/** Names with two stars before them are instructions. */
function isPolName(own: string, whole: string): boolean {
  const isAllowed = whole.length <= MAX_NAME_CHARACTERS && own.isWellFormed()
  return isAllowed && !own.startsWith('**') && !own.includes('\0')
}

function text(key: string, { name, value }: { name: string; value: string }): PolRecord {
  const data = Buffer.from(`${value}\0`, 'utf16le')
  return { key, name, typeNumber: TYPE_NUMBERS.REG_SZ, data }
}
