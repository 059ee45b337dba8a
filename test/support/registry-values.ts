/** Any registry settings, for tests of properties. */

import * as fc from 'fast-check'
import {
  ACTIONS,
  HIVES,
  type RegistryData,
  type RegistryDocument,
  type RegistryEntry,
  type RegistryItem,
} from '../../src/formats/registry/document.ts'

/** Text that every format carries: no NUL, no half characters, no control characters. */
export const anyText = fc
  .string({ unit: fc.constantFrom(...'aZ09 ;,=[]"\'\\&<>@-_.%é한📧'), maxLength: 12 })
  .map((text) => text.trim())

/** A key of characters that `registry.pol` allows. */
export const anyKey = fc
  .array(fc.string({ unit: fc.constantFrom(...'aZ09 ;,=[]{}@-_.%'), minLength: 1, maxLength: 8 }), {
    minLength: 2,
    maxLength: 4,
  })
  .map((parts) => parts.join('\\'))

/** Data of each type that has a meaning. */
export const anyData: fc.Arbitrary<RegistryData> = fc.oneof(
  fc.record({ type: fc.constantFrom('REG_SZ' as const, 'REG_EXPAND_SZ' as const), value: anyText }),
  fc.record({
    type: fc.constant('REG_MULTI_SZ' as const),
    value: fc.array(
      anyText.filter((text) => text !== ''),
      { maxLength: 4 },
    ),
  }),
  fc.record({ type: fc.constant('REG_DWORD' as const), value: fc.nat(0xffff_ffff) }),
  fc.record({
    type: fc.constant('REG_QWORD' as const),
    value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  }),
  fc.record({
    type: fc.constant('REG_BINARY' as const),
    value: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  }),
)

const options = {
  changed: fc.constant('2026-06-01 00:00:00'),
  desc: anyText,
  bypassErrors: fc.boolean(),
  userContext: fc.boolean(),
  removePolicy: fc.boolean(),
  disabled: fc.boolean(),
  filters: fc.constant('<Filters><FilterOs bool="AND" not="0"/></Filters>'),
}

const value: fc.Arbitrary<RegistryEntry> = fc.record(
  {
    kind: fc.constant('registry' as const),
    action: fc.constantFrom(...ACTIONS),
    hive: fc.constantFrom(...HIVES),
    key: anyKey,
    name: anyText.filter((name) => name !== ''),
    data: anyData,
    displayDecimal: fc.boolean(),
    label: anyText.filter((label) => label !== ''),
    propertyAttributes: fc.constant([{ name: 'bitfield', value: '1' }]),
    propertyXml: fc.constant('<SubProp id="1"/>'),
    ...options,
  },
  { requiredKeys: ['kind', 'action', 'hive', 'key', 'name', 'data'] },
)

const entry: fc.Arbitrary<RegistryEntry> = fc.oneof(
  { arbitrary: value, weight: 4 },
  { arbitrary: value.map((each) => ({ ...each, name: '', isDefault: true })), weight: 1 },
  { arbitrary: value.map((each) => ({ ...each, name: '', data: undefined })), weight: 1 },
)

const { item } = fc.letrec<{ item: RegistryItem }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    entry,
    fc.record(
      {
        kind: fc.constant('collection' as const),
        name: anyText,
        items: fc.array(tie('item'), { maxLength: 4 }),
        ...options,
      },
      { requiredKeys: ['kind', 'name', 'items'] },
    ),
  ),
}))

/** Registry settings with collections in collections. */
export const anyDocument: fc.Arbitrary<RegistryDocument> = fc.record(
  { items: fc.array(item, { maxLength: 5 }), disabled: fc.boolean(), isFragment: fc.boolean() },
  { requiredKeys: ['items'] },
)
