import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PROCEDURE_XML } from '../../../test/support/registry-samples.ts'
import { anyData, anyDocument, anyKey, anyText } from '../../../test/support/registry-values.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { convertRegistry } from './convert.ts'
import { entriesOf, type RegistryData, type RegistryEntry, type RegistryItem } from './document.ts'
import { LOSSES } from './losses.ts'
import { fromPol, toPol } from './pol-convert.ts'
import { encodePol, parsePol, type PolRecord } from './pol.ts'
import { fromReg, toReg } from './reg-convert.ts'
import { parseReg } from './reg-read.ts'
import { parseRegistryXml } from './xml-read.ts'
import { encodeRegistryXml } from './xml-write.ts'

const HIVE = 'HKEY_LOCAL_MACHINE'
const stamp = () => ({
  changed: '2026-06-01 00:00:00',
  uid: '{7E8B3C5A-0001-4A6E-9B7C-1D2E3F405162}',
})
const text: RegistryData = { type: 'REG_SZ', value: 'x' }
const entry = (more: Partial<RegistryEntry> = {}): RegistryEntry => ({
  kind: 'registry',
  action: 'update',
  hive: HIVE,
  key: 'A\\B',
  name: 'n',
  data: text,
  ...more,
})
const keyOnly = (action: RegistryEntry['action'], key = 'A\\B') =>
  entry({ action, key, name: '', data: undefined })
const record = (name: string, value: string, typeNumber = 1): PolRecord => ({
  key: 'A\\B',
  name,
  typeNumber,
  data: Buffer.from(`${value}\0`, 'utf16le'),
})
const plain = (records: readonly PolRecord[]) =>
  records.map((each) => ({ ...each, data: Buffer.from(each.data).toString('hex') }))
const lossesOf = (losses: readonly { code: string; item?: string }[]) =>
  losses.map(({ code, item }) => (item === undefined ? code : `${code} ${item}`))
const errorOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    if (error instanceof HubError) return error
    throw error
  }
  return undefined
}

describe('M5: actions in registry.pol', () => {
  test.for([
    { name: 'update', item: entry(), records: [record('n', 'x')] },
    { name: 'replace', item: entry({ action: 'replace' }), records: [record('n', 'x')] },
    { name: 'create', item: entry({ action: 'create' }), records: [record('**soft.n', 'x')] },
    { name: 'delete', item: entry({ action: 'delete' }), records: [record('**Del.n', ' ')] },
    {
      name: 'the default value',
      item: entry({ name: '', isDefault: true }),
      records: [record('', 'x')],
    },
    {
      name: 'a key alone',
      item: keyOnly('update'),
      records: [{ key: 'A\\B', name: '', typeNumber: 0, data: Buffer.alloc(0) }],
    },
    {
      name: 'a key deleted',
      item: keyOnly('delete'),
      records: [{ ...record('**DeleteKeys', 'B'), key: 'A' }],
    },
    {
      name: 'a key replaced',
      item: keyOnly('replace'),
      records: [
        { ...record('**DeleteKeys', 'B'), key: 'A' },
        { key: 'A\\B', name: '', typeNumber: 0, data: Buffer.alloc(0) },
      ],
    },
  ])('$name', ({ item, records }) => {
    expect(plain(toPol({ items: [item] }, HIVE).value)).toEqual(plain(records))
  })

  test.for([
    { name: '**Del.', record: record('**del.n', ' '), items: [{ action: 'delete', name: 'n' }] },
    {
      name: '**soft.',
      record: record('**SOFT.n', 'x'),
      items: [{ action: 'create', name: 'n', data: text }],
    },
    {
      name: '**DeleteValues',
      record: record('**DeleteValues', 'a;b'),
      items: [
        { action: 'delete', name: 'a', key: 'A\\B' },
        { action: 'delete', name: 'b', key: 'A\\B' },
      ],
    },
    {
      name: '**DeleteKeys',
      record: record('**deletekeys', 'C;D'),
      items: [
        { action: 'delete', name: '', key: 'A\\B\\C' },
        { action: 'delete', name: '', key: 'A\\B\\D' },
      ],
    },
    { name: '**DelVals.', record: record('**DelVals.', ' '), items: [] },
    { name: '**SecureKey', record: record('**SecureKey', '', 4), items: [] },
    { name: '**DeleteValues of no text', record: record('**DeleteValues', 'a', 3), items: [] },
    { name: 'an instruction nobody knows', record: record('**Future', 'a'), items: [] },
  ])('$name is read', ({ record: one, items }) => {
    const { value, losses } = fromPol([one], HIVE)
    expect(value.items).toMatchObject(items)
    expect(value.items).toHaveLength(items.length)
    const left = items.length === 0 ? [`special_left_out A\\B\\${one.name}`] : []
    expect(lossesOf(losses)).toEqual(['stays_behind', ...left])
  })
})

const collection = (more: object, ...items: RegistryItem[]): RegistryItem => ({
  kind: 'collection',
  name: 'c',
  items,
  ...more,
})

describe('M5: what is lost is told by name', () => {
  test.for([
    {
      name: 'targeting',
      item: entry({ filters: '<Filters/>' }),
      pol: ['filters_lost n'],
      reg: ['filters_lost n'],
    },
    {
      name: 'targeting of a collection',
      item: collection({ filters: '<Filters/>' }, entry()),
      pol: ['filters_lost c/n', 'layout_lost'],
      reg: ['filters_lost c/n', 'layout_lost'],
    },
    {
      name: 'what is switched off',
      item: collection({ disabled: true }, entry()),
      pol: ['disabled_left_out c/n', 'layout_lost'],
      reg: ['disabled_left_out c/n', 'layout_lost'],
    },
    {
      name: 'options',
      item: entry({ bypassErrors: true }),
      pol: ['options_lost n'],
      reg: ['options_lost n'],
    },
    {
      name: 'a description',
      item: entry({ desc: 'd' }),
      pol: ['layout_lost'],
      reg: ['layout_lost'],
    },
    {
      name: 'create',
      item: entry({ action: 'create' }),
      pol: [],
      reg: ['create_becomes_update n'],
    },
    { name: 'replace', item: entry({ action: 'replace' }), pol: [], reg: [] },
    {
      name: 'another hive',
      item: entry({ hive: 'HKEY_USERS' }),
      pol: ['other_hive_left_out n'],
      reg: [],
    },
    {
      name: 'deleting a default value',
      item: entry({ action: 'delete', name: '', isDefault: true, data: undefined }),
      pol: ['default_left_out (Default)'],
      reg: [],
    },
    { name: 'a key beyond ASCII', item: entry({ key: 'é' }), pol: ['key_left_out n'], reg: [] },
    {
      name: 'deleting a topmost key',
      item: keyOnly('delete', 'A'),
      pol: ['key_left_out A'],
      reg: [],
    },
    {
      name: 'deleting a key with a ;',
      item: keyOnly('delete', 'A\\b;c'),
      pol: ['key_left_out b;c'],
      reg: [],
    },
    {
      name: 'a name that is an instruction',
      item: entry({ name: '**Del.x' }),
      pol: ['name_left_out **Del.x'],
      reg: [],
    },
    {
      name: 'a name with a line end',
      item: entry({ name: 'a\nb' }),
      pol: [],
      reg: ['name_left_out a\nb'],
    },
    {
      name: 'data of an unknown type',
      item: entry({ data: { type: 'text', typeName: 'REG_LINK', value: 'a' } }),
      pol: ['data_left_out n'],
      reg: ['data_left_out n'],
    },
    {
      name: 'data of 64 KB',
      item: entry({ data: { type: 'REG_SZ', value: 'x'.repeat(32_767) } }),
      pol: ['data_left_out n'],
      reg: [],
    },
  ])('$name', ({ item, pol, reg }) => {
    // A second item that loses nothing shows that only the first is told of.
    const items = [item, entry({ name: 'other' })]
    const { value, losses } = toPol({ items }, HIVE)
    expect(lossesOf(losses)).toEqual([...pol, 'goes_away'])
    expect(value.length).toBe(pol.some((loss) => loss.includes('left_out')) ? 1 : 2)
    expect(lossesOf(toReg({ items }).losses)).toEqual(reg)
  })

  test('settings that are switched off as a whole leave nothing', () => {
    expect(toReg({ items: [entry()], disabled: true }).value).toEqual([])
    expect(toPol({ items: [entry()], disabled: true }, HIVE).value).toEqual([])
  })

  test('bytes of another type have no form in Registry.xml', () => {
    const reg = encodeUtf8('REGEDIT4\n[HKLM\\A]\n"a"=hex(5):00\n"b"="x"\n')
    const { bytes, losses, items } = convertRegistry(reg, {
      from: 'reg',
      to: 'xml',
      hive: undefined,
      stamp,
    })
    expect(lossesOf(losses)).toEqual(['data_left_out a'])
    expect(items).toEqual({ read: 2, written: 1 })
    expect(parseRegistryXml(bytes).items).toMatchObject([{ name: 'b', ...stamp() }])
  })

  test('each loss is in the documentation, and nothing else is', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/registry-files.md'), 'utf8')
    const table = page.slice(
      page.indexOf('## What is lost'),
      page.indexOf('In `registry.pol`, create'),
    )
    const told = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code)
    expect(told).toEqual(Object.keys(LOSSES))
  })
})

test('M5: the documented procedure goes from file to file and keeps its values', () => {
  const given = { hive: undefined, stamp }
  const pol = convertRegistry(encodeUtf8(PROCEDURE_XML), { ...given, from: 'xml', to: 'pol' })
  expect(pol.bytes).toHaveLength(194)
  expect(pol).toMatchObject({ hive: HIVE, items: { read: 2, written: 2 } })
  expect(lossesOf(pol.losses)).toEqual(['layout_lost', 'goes_away'])
  const reg = convertRegistry(pol.bytes, { ...given, hive: HIVE, from: 'pol', to: 'reg' })
  expect(lossesOf(reg.losses)).toEqual(['stays_behind'])
  const xml = convertRegistry(reg.bytes, { ...given, from: 'reg', to: 'xml' })
  expect(xml.losses).toEqual([])
  const values = (items: readonly RegistryItem[]) =>
    entriesOf(items).map(({ entry: { action, hive, key, name, data } }) => ({
      action,
      hive,
      key,
      name,
      data,
    }))
  expect(values(parseRegistryXml(xml.bytes).items)).toEqual(
    values(parseRegistryXml(encodeUtf8(PROCEDURE_XML)).items),
  )
})

describe('M5: a conversion that cannot be done is refused by name', () => {
  const xml = (...items: RegistryItem[]) => encodeRegistryXml({ items })
  test.for([
    { name: 'nothing remains', bytes: xml(entry({ disabled: true })), from: 'xml', to: 'reg' },
    { name: 'registry.pol without a hive', bytes: encodePol([]), from: 'pol', to: 'reg' },
    {
      name: 'two hives in one registry.pol',
      bytes: xml(entry(), entry({ hive: 'HKEY_CURRENT_USER' })),
      from: 'xml',
      to: 'pol',
    },
    {
      name: 'a hive that no folder has',
      bytes: xml(entry({ hive: 'HKEY_USERS' })),
      from: 'xml',
      to: 'pol',
    },
  ] as const)('$name', ({ bytes, from, to }) => {
    const error = errorOf(() => convertRegistry(bytes, { from, to, hive: undefined, stamp }))
    expect(error?.code).toBe('registry.unwritable')
  })
})

test.for([
  {
    name: 'one record that deletes ten thousand values of a long key',
    from: 'pol' as const,
    bytes: encodePol([
      { ...record('**DeleteValues', 'a;'.repeat(10_000)), key: 'k'.repeat(1_000) },
    ]),
  },
  {
    name: 'ten thousand values of a long key',
    from: 'reg' as const,
    bytes: encodeUtf8(`REGEDIT4\n[HKLM\\${'k'.repeat(1_000)}]\n${'"a"=dword:1\n'.repeat(10_000)}`),
  },
])('M5: a small file that becomes a large one is refused by name: $name', ({ from, bytes }) => {
  const error = errorOf(() => convertRegistry(bytes, { from, to: 'xml', hive: HIVE, stamp }))
  expect(error?.code).toBe('registry.too_large')
})

/** What both formats carry without a loss. */
const anyEntry = fc
  .record({
    kind: fc.constant('registry' as const),
    action: fc.constantFrom('update' as const, 'delete' as const),
    hive: fc.constant(HIVE as 'HKEY_LOCAL_MACHINE'),
    key: anyKey,
    name: anyText.filter((name) => name !== ''),
    data: anyData,
  })
  .map(({ data, ...rest }) => (rest.action === 'delete' ? rest : { ...rest, data }))

test('M5: updates and deletes survive registry.pol and .reg', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 6 }), (items) => {
      const { value } = toPol({ items }, HIVE)
      expect(fromPol(parsePol(encodePol(value)), HIVE).value.items).toEqual(items)
      expect(fromReg(toReg({ items }).value).value.items).toEqual(items)
    }),
  )
})

test('M5: whatever settings say, a conversion is done, with every item written or told of, or refused by name', () => {
  fc.assert(
    fc.property(anyDocument, fc.constantFrom('pol' as const, 'reg' as const), (document, to) => {
      const bytes = encodeRegistryXml(document)
      const error = errorOf(() => {
        const made = convertRegistry(bytes, { from: 'xml', to, hive: HIVE, stamp })
        if (to === 'pol')
          expect(parsePol(made.bytes).length).toBeGreaterThanOrEqual(made.items.written)
        else expect(fromReg(parseReg(made.bytes)).losses).toEqual([])
        const told = made.losses.filter(({ code }) => code.endsWith('_left_out'))
        const labels = new Set(told.map(({ item }) => item))
        const left = entriesOf(document.items).filter(({ label }) => labels.has(label))
        expect(left.length).toBeGreaterThanOrEqual(made.items.read - made.items.written)
      })
      expect(error?.code ?? 'registry.unwritable').toBe('registry.unwritable')
    }),
  )
})
