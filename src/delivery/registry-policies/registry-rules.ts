/** The rules of registry policies, and their normal form. Every mistake is named with its item. */

import { HubError } from '../../base/errors.ts'
import type { FieldIssue } from '../../base/field-issues.ts'
import {
  MAX_REGISTRY_BYTES,
  MAX_REGISTRY_DEPTH,
  MAX_REGISTRY_ITEMS,
  type RegistryIssueCode,
  type RegistryPolicy,
  type RegistryPolicyEntry,
  type RegistryPolicyItem,
} from '../../contract/registry-policy.ts'
import { mailSecurityIssues } from '../../formats/registry/agpm.ts'
import { isKeyOnly, type RegistryData } from '../../formats/registry/document.ts'
import { findHive, plainKey } from '../../formats/registry/names.ts'
import { encodeRegistryXml } from '../../formats/registry/xml-write.ts'
import type { Findings } from '../../policies/policy-kind.ts'

/** Of each part of a key, and of the name of a value: what Windows takes. */
const MAX_KEY_PART_CHARACTERS = 255
const MAX_NAME_CHARACTERS = 16_383

export function validateRegistry(policy: RegistryPolicy): Findings<RegistryPolicy> {
  const sizes = sizeIssues(policy)
  if (sizes.length > 0) return { issues: sizes, warnings: [], document: policy }
  const document = normalDocument(policy)
  const issues = [...itemsIssues(document.items, ''), ...mailIssues(document)]
  const all = issues.length > 0 ? issues : unwritableIssues(document)
  return { issues: all, warnings: [], document }
}

function sizeIssues(policy: RegistryPolicy): FieldIssue[] {
  const { count, depth } = extentOf(policy.items)
  if (count > MAX_REGISTRY_ITEMS) {
    const message = `there are at most ${MAX_REGISTRY_ITEMS} items`
    return [issue('items', 'registry.too_many_items', message, { max: MAX_REGISTRY_ITEMS })]
  }
  if (depth > MAX_REGISTRY_DEPTH) {
    const message = `items are at most ${MAX_REGISTRY_DEPTH} deep in collections`
    return [issue('items', 'registry.too_deep', message, { max: MAX_REGISTRY_DEPTH })]
  }
  if (Buffer.byteLength(JSON.stringify(policy)) > MAX_REGISTRY_BYTES) {
    const message = `all of it has at most ${MAX_REGISTRY_BYTES} bytes`
    return [issue('items', 'registry.too_large', message, { max: MAX_REGISTRY_BYTES })]
  }
  return []
}

function extentOf(items: readonly RegistryPolicyItem[]): { count: number; depth: number } {
  let count = 0
  let depth = 0
  for (let level = items; level.length > 0; level = level.flatMap(itemsIn)) {
    count += level.length
    depth += 1
  }
  return { count, depth }
}

function itemsIn(item: RegistryPolicyItem): readonly RegistryPolicyItem[] {
  return item.kind === 'collection' ? item.items : []
}

/** Keys without backslashes at their ends, data in one spelling, and no data where there is no value. */
function normalDocument(policy: RegistryPolicy): RegistryPolicy {
  return { ...policy, items: policy.items.map(normalItem) }
}

function normalItem(item: RegistryPolicyItem): RegistryPolicyItem {
  if (item.kind === 'collection') return { ...item, items: item.items.map(normalItem) }
  const { data, ...entry } = { ...item, key: plainKey(item.key) }
  if (data === undefined || isKeyOnly(entry)) return entry
  return { ...entry, data: normalData(data) }
}

function normalData(data: RegistryPolicyData): RegistryPolicyData {
  if (data.type === 'REG_BINARY') {
    return { ...data, value: data.value.replace(/\s/g, '').toLowerCase() }
  }
  if (data.type === 'REG_QWORD' && isQword(data.value)) {
    return { ...data, value: BigInt(data.value).toString() }
  }
  return data
}

type RegistryPolicyData = NonNullable<RegistryPolicyEntry['data']>

function itemsIssues(items: readonly RegistryPolicyItem[], around: string): FieldIssue[] {
  return items.flatMap((item, index) => {
    const path = `${around}items.${index}`
    if (item.kind === 'registry') return entryIssues(item, path)
    const own =
      item.name.trim() === ''
        ? [issue(`${path}.name`, 'registry.collection_without_name', 'a collection has a name')]
        : []
    return [...own, ...itemsIssues(item.items, `${path}.`)]
  })
}

function entryIssues(entry: RegistryPolicyEntry, path: string): FieldIssue[] {
  const found: FieldIssue[] = []
  const add = (field: string, code: RegistryIssueCode, message: string) =>
    found.push(issue(`${path}.${field}`, code, message))
  const { key, name, isDefault = false, data, action } = entry
  const parts = key.split('\\')
  if (key === '') add('key', 'registry.key_missing', 'has to be entered')
  else if (parts.some((part) => part === '' || part.length > MAX_KEY_PART_CHARACTERS)) {
    const message = `has parts of 1 to ${MAX_KEY_PART_CHARACTERS} characters between backslashes`
    add('key', 'registry.key_malformed', message)
  } else if (findHive(parts[0] ?? '') !== undefined) {
    add('key', 'registry.key_with_hive', 'begins below the hive, without its name')
  }
  if (name.length > MAX_NAME_CHARACTERS) {
    add('name', 'registry.name_too_long', `has at most ${MAX_NAME_CHARACTERS} characters`)
  }
  if (isDefault && name !== '') {
    add('name', 'registry.default_with_name', 'the default value of a key has no name')
  }
  if (data === undefined) {
    const isNeeded = action !== 'delete' && !isKeyOnly(entry)
    if (isNeeded) add('data', 'registry.data_missing', 'has to be entered')
  } else {
    const wrong = dataIssue(data)
    if (wrong !== undefined) add('data', wrong.code, wrong.message)
  }
  return found
}

function dataIssue(data: RegistryData): { code: RegistryIssueCode; message: string } | undefined {
  switch (data.type) {
    case 'REG_DWORD':
      if (Number.isInteger(data.value) && data.value >= 0 && data.value <= 0xffff_ffff)
        return undefined
      return {
        code: 'registry.dword_out_of_range',
        message: 'is a whole number from 0 to 4294967295',
      }
    case 'REG_QWORD':
      if (isQword(data.value)) return undefined
      return {
        code: 'registry.qword_out_of_range',
        message: 'is a whole number from 0 to 18446744073709551615',
      }
    case 'REG_BINARY':
      if (/^([0-9a-f]{2})*$/.test(data.value)) return undefined
      return { code: 'registry.binary_malformed', message: 'is bytes, each as two hex digits' }
    case 'bytes':
      return {
        code: 'registry.data_without_form',
        message: `data of type ${data.typeNumber} has no form in preferences`,
      }
    case 'REG_SZ':
    case 'REG_EXPAND_SZ':
    case 'REG_MULTI_SZ':
    case 'text':
      return undefined
  }
}

function isQword(value: string): boolean {
  return /^\d{1,20}$/.test(value) && BigInt(value) < 2n ** 64n
}

const MAIL_WORDS = {
  encrypt_not_dword: 'EncryptSmtp is a REG_DWORD',
  encrypt_not_0_or_1: 'EncryptSmtp is 0 or 1',
  port_not_dword: 'SmtpPort is a REG_DWORD',
  port_out_of_range: 'SmtpPort is from 1 to 65535',
} as const

function mailIssues({ items }: RegistryPolicy): FieldIssue[] {
  return mailSecurityIssues(items).map(({ code, path }) =>
    issue(`items.${path.join('.items.')}.data`, `registry.${code}`, MAIL_WORDS[code]),
  )
}

/** A policy that has no file could not be taken anywhere. */
function unwritableIssues(document: RegistryPolicy): FieldIssue[] {
  try {
    encodeRegistryXml(document)
    return []
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return [issue('items', 'registry.unwritable', error.message)]
  }
}

function issue(
  path: string,
  code: RegistryIssueCode,
  message: string,
  params: Readonly<Record<string, number>> = {},
): FieldIssue {
  const words = Object.entries(params).map(([name, value]) => [name, String(value)] as const)
  return { path, code, message, ...(words.length > 0 && { params: Object.fromEntries(words) }) }
}
