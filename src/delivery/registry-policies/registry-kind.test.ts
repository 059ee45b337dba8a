import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { anyDocument } from '../../../test/support/registry-values.ts'
import { PROCEDURE_XML } from '../../../test/support/registry-samples.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import {
  MAX_REGISTRY_BYTES,
  MAX_REGISTRY_DEPTH,
  MAX_REGISTRY_ITEMS,
  RegistryPolicy,
  type RegistryPolicyEntry,
  type RegistryPolicyItem,
} from '../../contract/registry-policy.ts'
import type { RegistryDocument } from '../../formats/registry/document.ts'
import { parseRegistryXml } from '../../formats/registry/xml-read.ts'
import { encodeRegistryXml } from '../../formats/registry/xml-write.ts'
import { REGISTRY_POLICY } from './registry-kind.ts'

const AGPM = 'SOFTWARE\\Microsoft\\AGPM'

function entry(change: Partial<RegistryPolicyEntry> = {}): RegistryPolicyEntry {
  return {
    ...{ kind: 'registry', action: 'update', hive: 'HKEY_LOCAL_MACHINE', key: AGPM },
    ...{ name: 'SmtpPort', data: { type: 'REG_DWORD', value: 587 }, displayDecimal: true },
    ...change,
  }
}

function collection(name: string, ...items: RegistryPolicyItem[]): RegistryPolicyItem {
  return { kind: 'collection', name, items }
}

function dword(name: string, value: number): RegistryPolicyEntry {
  return entry({ name, data: { type: 'REG_DWORD', value } })
}

function validate(...items: RegistryPolicyItem[]) {
  return REGISTRY_POLICY.validate({ items }, {})
}

function issuesOf(...items: RegistryPolicyItem[]): string[] {
  return validate(...items).issues.map(({ path, code }) => `${path} ${code}`)
}

test('M5: what the documented procedure makes is taken, and is the same file again', () => {
  const read = parseRegistryXml(encodeUtf8(PROCEDURE_XML))
  const policy = REGISTRY_POLICY.schema.parse(JSON.parse(JSON.stringify(read)))
  const { issues, document } = REGISTRY_POLICY.validate(policy, {})
  expect(issues).toEqual([])
  expect(Buffer.from(encodeRegistryXml(document)).toString()).toBe(PROCEDURE_XML)
})

test.for([0, 1])('M5: EncryptSmtp takes %i', (value) => {
  expect(issuesOf(dword('EncryptSmtp', value))).toEqual([])
})

test.for([1, 25, 587, 65_535])('M5: SmtpPort takes %i', (value) => {
  expect(issuesOf(dword('SmtpPort', value))).toEqual([])
})

test.for<[string, RegistryPolicyEntry, string[]]>([
  ['EncryptSmtp 2', dword('EncryptSmtp', 2), ['encrypt_not_0_or_1']],
  ['EncryptSmtp 4294967295', dword('EncryptSmtp', 0xffff_ffff), ['encrypt_not_0_or_1']],
  ['a name in other case', dword('ENCRYPTSMTP', 7), ['encrypt_not_0_or_1']],
  [
    'a key in other case',
    { ...dword('EncryptSmtp', 7), key: AGPM.toLowerCase() },
    ['encrypt_not_0_or_1'],
  ],
  [
    'EncryptSmtp as text',
    entry({ name: 'EncryptSmtp', data: { type: 'REG_SZ', value: '1' } }),
    ['encrypt_not_dword'],
  ],
  [
    'EncryptSmtp as REG_QWORD',
    entry({ name: 'EncryptSmtp', data: { type: 'REG_QWORD', value: '1' } }),
    ['encrypt_not_dword'],
  ],
  ['SmtpPort 0', dword('SmtpPort', 0), ['port_out_of_range']],
  ['SmtpPort 65536', dword('SmtpPort', 65_536), ['port_out_of_range']],
  ['SmtpPort as text', entry({ data: { type: 'REG_SZ', value: '587' } }), ['port_not_dword']],
  ['SmtpPort as bytes', entry({ data: { type: 'REG_BINARY', value: '4b02' } }), ['port_not_dword']],
  ['a negative number', dword('Other', -1), ['dword_out_of_range']],
  ['half a number', dword('Other', 1.5), ['dword_out_of_range']],
  ['a number of 33 bits', dword('Other', 2 ** 32), ['dword_out_of_range']],
  [
    'a REG_QWORD of 65 bits',
    entry({ name: 'Other', data: { type: 'REG_QWORD', value: (2n ** 64n).toString() } }),
    ['qword_out_of_range'],
  ],
  [
    'a REG_QWORD in hexadecimal',
    entry({ name: 'Other', data: { type: 'REG_QWORD', value: '0xff' } }),
    ['qword_out_of_range'],
  ],
  [
    'half a byte',
    entry({ name: 'Other', data: { type: 'REG_BINARY', value: '012' } }),
    ['binary_malformed'],
  ],
  [
    'data of another kind of file',
    entry({ name: 'Other', data: { type: 'bytes', typeNumber: 8, value: '00' } }),
    ['data_without_form'],
  ],
  ['no data', entry({ data: undefined, name: 'Other' }), ['data_missing']],
])('M5: %s is refused by name', ([, item, codes]) => {
  const expected = codes.map((code) => `items.1.items.0.data registry.${code}`)
  expect(issuesOf(dword('Other', 1), collection('mail', item))).toEqual(expected)
})

test.for<[string, RegistryPolicyEntry, string]>([
  ['no key', entry({ key: '\\' }), 'key registry.key_missing'],
  ['an empty part', entry({ key: 'SOFTWARE\\\\AGPM' }), 'key registry.key_malformed'],
  ['a part too long', entry({ key: `SOFTWARE\\${'k'.repeat(256)}` }), 'key registry.key_malformed'],
  ['a key with its hive', entry({ key: `HKLM\\${AGPM}` }), 'key registry.key_with_hive'],
  ['a name too long', entry({ name: 'n'.repeat(16_384) }), 'name registry.name_too_long'],
  ['a default value with a name', entry({ isDefault: true }), 'name registry.default_with_name'],
])('M5: a registry item with %s is refused by name', ([, item, issue]) => {
  expect(issuesOf(item)).toEqual([`items.0.${issue}`])
})

test('M5: a hive that is none, and fields that are none, are refused with their path', () => {
  const paths = (item: object) =>
    REGISTRY_POLICY.schema
      .safeParse({ items: [collection('mail'), { kind: 'collection', name: 'm', items: [item] }] })
      .error?.issues.map(({ path }) => path.join('.'))
  expect(paths({ ...entry(), hive: 'HKEY_NONE' })).toEqual(['items.1.items.0.hive'])
  expect(paths({ ...entry(), action: 'set' })).toEqual(['items.1.items.0.action'])
  expect(paths({ ...entry(), data: { type: 'REG_DWORD', value: '1' } })).toEqual([
    'items.1.items.0.data.value',
  ])
  expect(paths({ ...entry(), colour: 'red' })).toEqual(['items.1.items.0'])
})

test('M5: a collection without a name is refused by name', () => {
  expect(issuesOf(collection('mail', collection(' ')))).toEqual([
    'items.0.items.0.name registry.collection_without_name',
  ])
})

test('M5: items that are switched off or delete may say anything of mail', () => {
  expect(issuesOf({ ...dword('SmtpPort', 0), disabled: true })).toEqual([])
  expect(issuesOf(entry({ action: 'delete', data: undefined }))).toEqual([])
})

test('M5: keys lose backslashes at their ends, data comes into one spelling, and no port is added', () => {
  const { document } = validate(
    entry({ name: 'EncryptSmtp', key: `\\${AGPM}\\`, data: { type: 'REG_DWORD', value: 1 } }),
    entry({ name: 'A', data: { type: 'REG_BINARY', value: '4B 02' } }),
    entry({ name: 'B', data: { type: 'REG_QWORD', value: '007' } }),
    entry({ name: '', data: { type: 'REG_SZ', value: '' } }),
  )
  expect(document.items).toEqual([
    entry({ name: 'EncryptSmtp', data: { type: 'REG_DWORD', value: 1 } }),
    entry({ name: 'A', data: { type: 'REG_BINARY', value: '4b02' } }),
    entry({ name: 'B', data: { type: 'REG_QWORD', value: '7' } }),
    expect.not.objectContaining({ data: expect.anything() as unknown }),
  ])
})

test('M6: the effects of a policy are named as the mail configuration names them', () => {
  const effects = (...items: RegistryPolicyItem[]) => REGISTRY_POLICY.effects?.({ items })
  expect(effects(dword('EncryptSmtp', 1))).toEqual({
    ...{ 'mail.encryption': 'starttls-required', 'mail.port': 587 },
  })
  expect(effects(dword('SmtpPort', 2525))).toEqual({ 'mail.port': 2525 })
  expect(effects(dword('Other', 1))).toEqual({})
})

describe('limits', () => {
  const nested = (depth: number): RegistryPolicyItem =>
    depth === 1 ? dword('Deep', 1) : collection('c', nested(depth - 1))

  test('as many items as there may be are taken, and one more is not', () => {
    const items = Array.from({ length: MAX_REGISTRY_ITEMS }, (_, n) => dword(`Value${n}`, n))
    expect(issuesOf(...items)).toEqual([])
    expect(issuesOf(...items, dword('Other', 1))).toEqual(['items registry.too_many_items'])
  })

  test('collections are as deep as they may be, and no deeper', () => {
    expect(issuesOf(nested(MAX_REGISTRY_DEPTH))).toEqual([])
    expect(issuesOf(nested(MAX_REGISTRY_DEPTH + 1))).toEqual(['items registry.too_deep'])
  })

  test('what is deeper than the stack is refused and nothing breaks', () => {
    let items: unknown[] = []
    for (let depth = 0; depth < 100_000; depth += 1) {
      items = [{ kind: 'collection', name: 'c', items }]
    }
    expect(REGISTRY_POLICY.schema.safeParse({ items }).success).toBe(false)
  })

  test('all of it has a size that it may have', () => {
    const value = 'x'.repeat(MAX_REGISTRY_BYTES)
    const large = entry({ name: 'Other', data: { type: 'REG_SZ', value } })
    expect(issuesOf(large)).toEqual(['items registry.too_large'])
  })
})

test.for<[string, Partial<RegistryPolicyEntry>]>([
  ['a character that XML does not have', { label: 'a\u0000b' }],
  ['targeting that is no element of its own', { filters: '</Registry><Registry/>' }],
])('what no Registry.xml can say is refused: %s', ([, change]) => {
  expect(issuesOf(entry(change))).toEqual(['items registry.unwritable'])
})

test('whatever is read from Registry.xml is in the form of the kind', () => {
  fc.assert(
    fc.property(anyDocument, (document: RegistryDocument) => {
      const read = parseRegistryXml(encodeRegistryXml(document))
      expect(RegistryPolicy.parse(read)).toEqual(read)
    }),
    { numRuns: 50 },
  )
})
