import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ALL_TYPES_XML,
  DECLARATION,
  DRAGGED_XML,
  lines,
  PROCEDURE_XML,
  REGISTRY_XML_SAMPLES,
} from '../../../test/support/registry-samples.ts'
import { anyDocument } from '../../../test/support/registry-values.ts'
import { decodeUtf8, encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { encodeXml } from '../xml/encoding.ts'
import {
  entriesOf,
  type RegistryDocument,
  type RegistryEntry,
  type RegistryItem,
} from './document.ts'
import { meaningOf, withoutSources } from './sameness.ts'
import { parseRegistryXml } from './xml-read.ts'
import { encodeRegistryXml } from './xml-write.ts'

const read = (text: string) => parseRegistryXml(encodeUtf8(text))
const write = (document: RegistryDocument) => decodeUtf8(encodeRegistryXml(document))
const entryOf = (text: string) => entriesOf(read(text).items)[0]?.entry
const errorOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    if (error instanceof HubError) return error
    throw error
  }
  return undefined
}

const agpm = (number: string, values: object): RegistryEntry => ({
  kind: 'registry',
  action: 'update',
  hive: 'HKEY_LOCAL_MACHINE',
  key: 'SOFTWARE\\Microsoft\\AGPM',
  name: 'EncryptSmtp',
  data: { type: 'REG_DWORD', value: 1 },
  displayDecimal: true,
  changed: '2026-06-01 00:00:00',
  uid: `{7E8B3C5A-${number}-4A6E-9B7C-1D2E3F405162}`,
  ...values,
})

const procedure: RegistryDocument = {
  items: [
    {
      kind: 'collection',
      name: 'AGPM e-mail security',
      items: [
        agpm('0001', {}),
        agpm('0002', { name: 'SmtpPort', data: { type: 'REG_DWORD', value: 587 } }),
      ],
    },
  ],
}

describe('M5: Registry.xml is written in the shape of GPMC', () => {
  test('the documented procedure, byte for byte', () => {
    expect(write(procedure)).toBe(PROCEDURE_XML)
  })

  test('every type, icon and option, byte for byte, with nothing but the values known', () => {
    const document = withoutSources(read(ALL_TYPES_XML))
    // The one thing that values do not hold is the order of attributes, which differs by version.
    const usual = ALL_TYPES_XML.replace('default="0" action="C"', 'action="C"')
      .replace(
        'displayDecimal="0" hive="HKEY_CURRENT_USER"',
        'displayDecimal="0" default="0" hive="HKEY_CURRENT_USER"',
      )
      .replace(
        '<Registry clsid="{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}" bypassErrors="1" ',
        '<Registry clsid="{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}" ',
      )
      .replace('0003-4000-8000-000000000000}"', '0003-4000-8000-000000000000}" bypassErrors="1"')
    expect(write(document)).toBe(usual)
  })

  test.for([
    { port: 1, value: '00000001' },
    { port: 25, value: '00000019' },
    { port: 465, value: '000001D1' },
    { port: 587, value: '0000024B' },
    { port: 0xffff_ffff, value: 'FFFFFFFF' },
  ])('a DWORD of $port is $value, also when shown in decimal', ({ port, value }) => {
    const item = agpm('0003', { data: { type: 'REG_DWORD', value: port } })
    const text = write({ items: [item] })
    expect(text).toContain(`displayDecimal="1" `)
    expect(text).toContain(` value="${value}"/>`)
    expect(entryOf(text)?.data).toEqual({ type: 'REG_DWORD', value: port })
  })

  test.for([
    { action: 'create', name: '', image: 0 },
    { action: 'replace', name: '', image: 1 },
    { action: 'update', name: '', image: 2 },
    { action: 'delete', name: '', image: 3 },
    { action: 'create', name: 'a', data: { type: 'REG_SZ', value: '' }, image: 5 },
    { action: 'update', name: 'a', data: { type: 'REG_SZ', value: '' }, image: 7 },
    { action: 'update', name: 'a', data: { type: 'REG_MULTI_SZ', value: [] }, image: 7 },
    { action: 'update', name: 'a', data: { type: 'REG_DWORD', value: 0 }, image: 12 },
    { action: 'update', name: 'a', data: { type: 'REG_BINARY', value: '' }, image: 17 },
  ])('$action of "$name" with $data has icon $image', ({ image, ...values }) => {
    expect(write({ items: [agpm('0004', { data: undefined, ...values })] })).toContain(
      ` image="${image}" `,
    )
  })
})

describe('M5: what GPMC wrote is read', () => {
  test('values of every type, actions, the default value, a key alone', () => {
    const entries = entriesOf(read(ALL_TYPES_XML).items).map(({ entry }) => entry)
    expect(entries.map(({ action, data }) => ({ action, data }))).toEqual([
      { action: 'update', data: { type: 'REG_EXPAND_SZ', value: '%SystemRoot%\\Temp' } },
      { action: 'update', data: { type: 'REG_MULTI_SZ', value: ['one', 'two & three'] } },
      { action: 'create', data: { type: 'REG_BINARY', value: '000fff' } },
      { action: 'replace', data: { type: 'REG_QWORD', value: '4294967551' } },
      { action: 'update', data: { type: 'REG_SZ', value: '"a" < \r\nb' } },
      { action: 'delete', data: undefined },
    ])
    expect(entries[2]).toMatchObject({ hive: 'HKEY_CURRENT_USER', bypassErrors: true })
    expect(entries[4]).toMatchObject({ isDefault: true, name: '' })
    expect(entries[5]).toMatchObject({ key: 'SOFTWARE\\Example\\Old', name: '' })
  })

  test('a collection dragged out: nested ones, targeting, unknown things, a missing action', () => {
    const document = read(DRAGGED_XML)
    expect(document.isFragment).toBe(true)
    expect(document.items).toMatchObject([
      {
        name: 'Isolation',
        attributes: [
          { name: 'status', value: 'x' },
          { name: 'future', value: '1' },
        ],
      },
    ])
    expect(entriesOf(document.items)).toMatchObject([
      {
        path: [0, 0],
        label: 'Isolation/Enable PMTU Discovery',
        isDisabled: false,
        hasFilters: true,
        entry: {
          action: 'update',
          displayDecimal: true,
          bypassErrors: true,
          desc: '<b>Enable</b>                1 or 0',
          propertyAttributes: [{ name: 'bitfield', value: '1' }],
          propertyXml: '<SubProp id="a" value="1" mask="1" />',
          filters: expect.stringMatching(/^<Filters><FilterOs [^]*<\/Filters>$/) as string,
        },
      },
      {
        path: [0, 2, 0],
        label: 'Isolation/Off/x',
        isDisabled: true,
        hasFilters: true,
        entry: {
          hive: 'HKEY_LOCAL_MACHINE',
          key: 'A',
          data: { type: 'text', typeName: 'REG_LINK', value: 'c' },
          otherXml: '<Future/>',
        },
      },
    ])
  })

  test.for([
    { said: 'type="reg_dword" value="24b"', data: { type: 'REG_DWORD', value: 587 } },
    { said: 'type="REG \\ _DWORD" value="19"', data: { type: 'REG_DWORD', value: 25 } },
    {
      said: 'type="REG_DWORD" value="587 "',
      data: { type: 'text', typeName: 'REG_DWORD', value: '587 ' },
    },
    { said: 'type="REG_DWORD" value=""', data: { type: 'text', typeName: 'REG_DWORD', value: '' } },
    { said: 'type="REG_BINARY" value="000FFF"', data: { type: 'REG_BINARY', value: '000fff' } },
    {
      said: 'type="REG_BINARY" value="0"',
      data: { type: 'text', typeName: 'REG_BINARY', value: '0' },
    },
    { said: 'type="REG_MULTI_SZ" value="a b"', data: { type: 'REG_MULTI_SZ', value: ['a b'] } },
    { said: 'value="a"', data: { type: 'REG_SZ', value: 'a' } },
  ])('$said', ({ said, data }) => {
    const text = `<Registry name="x"><Properties hive="HKEY \\ _LOCAL \\ _MACHINE" key="a" name="b" ${said}/></Registry>`
    expect(entryOf(text)).toMatchObject({ hive: 'HKEY_LOCAL_MACHINE', data })
  })
})

describe('M5: refused by name', () => {
  const settings = (inner: string) => `<RegistrySettings>${inner}</RegistrySettings>`
  const properties = (said: string) =>
    settings(`<Registry name="x"><Properties ${said}/></Registry>`)
  test.for([
    { name: 'other XML', text: '<Drives/>', code: 'registry_xml.malformed' },
    {
      name: 'an item that says nothing',
      text: settings('<Registry name="x"/>'),
      code: 'registry_xml.malformed',
    },
    { name: 'no hive', text: properties('key="a" name="b"'), code: 'registry_xml.malformed' },
    {
      name: 'an unknown hive',
      text: properties('hive="HKEY_X" key="a"'),
      code: 'registry_xml.malformed',
    },
    {
      name: 'an unknown action',
      text: properties('hive="HKLM" action="X"'),
      code: 'registry_xml.malformed',
    },
    { name: 'XML that ends early', text: PROCEDURE_XML.slice(0, -30), code: 'xml.malformed' },
    { name: 'a document type', text: `<!DOCTYPE x>${settings('')}`, code: 'xml.doctype_refused' },
    { name: 'an entity', text: properties('hive="&hklm;"'), code: 'xml.entity_unknown' },
    {
      name: 'collections too deep',
      text: settings('<Collection>'.repeat(64) + '</Collection>'.repeat(64)),
      code: 'xml.too_deep',
    },
    { name: 'registry.pol', text: 'PReg\u0001', code: 'xml.malformed' },
  ])('$name', ({ text, code }) => {
    expect(errorOf(() => read(text))?.code).toBe(code)
  })

  test('more than 4 MB, and no more than that is written', () => {
    const text = `<RegistrySettings>${' '.repeat(4 * 1024 * 1024)}</RegistrySettings>`
    expect(errorOf(() => read(text))?.code).toBe('xml.too_large')
    const item = agpm('0009', { data: { type: 'REG_SZ', value: 'x'.repeat(4 * 1024 * 1024) } })
    expect(errorOf(() => write({ items: [item] }))?.code).toBe('registry.unwritable')
  })

  test.for([
    {
      name: 'bytes of another type',
      item: agpm('0005', { data: { type: 'bytes', typeNumber: 5, value: '00' } }),
    },
    { name: 'a control character', item: agpm('0005', { key: 'a\u0001' }) },
    {
      name: 'half a character',
      item: agpm('0005', { data: { type: 'REG_MULTI_SZ', value: ['\ud800'] } }),
    },
    {
      name: 'a number that is none',
      item: agpm('0005', { data: { type: 'REG_QWORD', value: 'x' } }),
    },
    {
      name: 'a number out of range',
      item: agpm('0005', { data: { type: 'REG_DWORD', value: 2 ** 32 } }),
    },
    { name: 'elements that do not end', item: agpm('0005', { filters: '<Filters>' }) },
    {
      name: 'an item among unknown elements',
      item: {
        kind: 'collection',
        name: 'a',
        items: [],
        otherXml: '<Registry><Properties hive="HKLM"/></Registry>',
      },
    },
  ])('$name is not written', ({ item }) => {
    const error = errorOf(() => write({ items: [item as RegistryItem] }))
    expect(error?.code).toBe('registry.unwritable')
  })

  test('collections too deep are not written', () => {
    let item: RegistryItem = agpm('0006', {})
    for (let depth = 0; depth < 10_000; depth += 1)
      item = { kind: 'collection', name: 'a', items: [item] }
    expect(errorOf(() => write({ items: [item] }))?.code).toBe('registry.too_large')
  })
})

describe('M5: what nobody changed stays byte for byte', () => {
  test.for(REGISTRY_XML_SAMPLES)('$name', ({ text }) => {
    for (const encoding of ['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be'] as const) {
      const bytes = encodeXml(text, encoding)
      // Through JSON, as a policy is stored.
      const stored = JSON.parse(JSON.stringify(parseRegistryXml(bytes))) as RegistryDocument
      expect(Buffer.from(encodeRegistryXml(stored))).toEqual(Buffer.from(bytes))
    }
  })

  test('one value is changed: its item is written anew, all else stays', () => {
    const document = read(PROCEDURE_XML)
    const changed = JSON.parse(
      JSON.stringify(document).replace('"value":587', '"value":465'),
    ) as RegistryDocument
    expect(write(changed)).toBe(PROCEDURE_XML.replace('0000024B', '000001D1'))
  })

  test('targeting and unknown things survive a change of their item', () => {
    const text = JSON.stringify(read(DRAGGED_XML)).replace('"value":1}', '"value":0}')
    const written = write(JSON.parse(text) as RegistryDocument)
    expect(written).toContain(
      ' bitfield="1"><SubProp id="a" value="1" mask="1" /></Properties><Filters><FilterOs hidden',
    )
    expect(written).toContain('value="00000000"')
    const before = DRAGGED_XML.indexOf('<Registry\n')
    const behind = DRAGGED_XML.slice(DRAGGED_XML.indexOf('\n<!-- between -->'))
    expect(written.startsWith(DRAGGED_XML.slice(0, before))).toBe(true)
    expect(written.endsWith(behind)).toBe(true)
  })

  test('items are added, moved and taken away among others that stay', () => {
    const [collection] = read(PROCEDURE_XML).items
    if (collection?.kind !== 'collection') throw new Error('no collection')
    const [first, second] = collection.items
    if (first === undefined || second === undefined) throw new Error('no items')
    const added = agpm('0007', { name: 'More', data: { type: 'REG_SZ', value: 'a' } })
    const document = {
      ...read(PROCEDURE_XML),
      items: [{ ...collection, items: [second, added, first] }],
    }
    const written = read(write(document))
    expect(meaningOf(written)).toBe(meaningOf(document))
    expect(write(document)).toContain(first.source?.open)
    expect(write({ ...document, items: [{ ...collection, items: [second] }] })).not.toContain(
      'EncryptSmtp',
    )
  })

  test('a collection that was empty takes items', () => {
    const [root] = read(DRAGGED_XML).items
    if (root?.kind !== 'collection') throw new Error('no collection')
    const items = root.items.map((item) =>
      item.kind === 'collection' && item.items.length === 0
        ? { ...item, items: [agpm('0008', {})] }
        : item,
    )
    const document = { items: [{ ...root, items }], isFragment: true }
    expect(meaningOf(read(write(document)))).toBe(meaningOf(document))
  })

  test.for([
    {
      name: 'another value',
      open: PROCEDURE_XML.slice(
        PROCEDURE_XML.indexOf('<Registry clsid'),
        PROCEDURE_XML.indexOf('\r\n\t'),
      ).replace('00000001', '00000000'),
    },
    {
      name: 'a second item',
      open: '</Collection><Registry name="x"><Properties hive="HKLM" key="a" name="EncryptSmtp"/></Registry><Collection>',
    },
  ])('a source text with $name decides nothing', ({ open }) => {
    const item = { ...agpm('0001', {}), source: { lead: '', open, close: '' } }
    const meaning = meaningOf({ items: [item] })
    expect(meaningOf(read(write({ items: [item] })))).toBe(meaning)
  })

  test('source texts that hide items between them decide nothing', () => {
    const item = (lead: string) => ({ ...agpm('0001', {}), source: { lead, open: '', close: '' } })
    const items = [item('<Hidden>'), item('</Hidden>')]
    const source = {
      encoding: 'utf-8',
      open: '<RegistrySettings>',
      close: '</RegistrySettings>',
    } as const
    expect(read(write({ items, source })).items).toHaveLength(2)
  })
})

test('M5: whatever settings say, they are written and read again as the same', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      const written = encodeRegistryXml(document)
      const again = parseRegistryXml(written)
      expect(meaningOf(again)).toBe(meaningOf(document))
      expect(Buffer.from(encodeRegistryXml(again))).toEqual(Buffer.from(written))
    }),
    { numRuns: 200 },
  )
})

test('M5: a file with anything changed in it is read or refused by name, and stays as it is', () => {
  const piece = fc.constantFrom(
    ...'<>/"&;=! \t0FUx\u00e9',
    '<Registry/>',
    'hive=""',
    '</Collection>',
    '<!--',
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...REGISTRY_XML_SAMPLES),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(8),
      piece,
      ({ text }, place, removed, put) => {
        const at = Math.floor(place * text.length)
        const changed = text.slice(0, at) + put + text.slice(at + removed)
        const error = errorOf(() => expect(write(read(changed))).toBe(changed))
        expect(error?.code ?? '').toMatch(/^(xml\..*|registry_xml\.malformed|)$/)
      },
    ),
    { numRuns: 500 },
  )
})

test('M5: a file without items is written as one line', () => {
  expect(write({ items: [] })).toBe(
    lines(
      DECLARATION,
      '<RegistrySettings clsid="{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}"></RegistrySettings>',
    ),
  )
})
