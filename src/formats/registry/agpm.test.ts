import { expect, test } from 'vitest'
import { effectivePort, mailSecurityIssues, mailSecurityOf } from './agpm.ts'
import type { RegistryData, RegistryEntry, RegistryItem } from './document.ts'

const dword = (value: number): RegistryData => ({ type: 'REG_DWORD', value })
const entry = (name: string, more: Partial<RegistryEntry> = {}): RegistryEntry => ({
  kind: 'registry',
  action: 'update',
  hive: 'HKEY_LOCAL_MACHINE',
  key: 'SOFTWARE\\Microsoft\\AGPM',
  name,
  ...more,
})
const encrypt = (value: number, more: Partial<RegistryEntry> = {}) =>
  entry('EncryptSmtp', { data: dword(value), ...more })
const port = (value: number, more: Partial<RegistryEntry> = {}) =>
  entry('SmtpPort', { data: dword(value), ...more })
const collection = (items: readonly RegistryItem[], disabled = false): RegistryItem => ({
  kind: 'collection',
  name: 'AGPM e-mail security',
  items,
  disabled,
})

test.for([
  {
    name: 'the documented procedure',
    items: [collection([encrypt(1), port(465)])],
    is: { encrypt: true, port: 465 },
  },
  { name: 'nothing', items: [], is: {} },
  { name: 'encryption off', items: [encrypt(0)], is: { encrypt: false } },
  {
    name: 'the last update',
    items: [encrypt(0), encrypt(1), port(25), port(26)],
    is: { encrypt: true, port: 26 },
  },
  {
    name: 'create, where it is there',
    items: [encrypt(1), encrypt(0, { action: 'create' })],
    is: { encrypt: true },
  },
  {
    name: 'create, where it is not',
    items: [encrypt(0, { action: 'create' })],
    is: { encrypt: false },
  },
  {
    name: 'replace',
    items: [encrypt(1), encrypt(0, { action: 'replace' })],
    is: { encrypt: false },
  },
  {
    name: 'delete',
    items: [encrypt(1), port(25), entry('encryptsmtp', { action: 'delete' })],
    is: { port: 25 },
  },
  {
    name: 'delete, then create',
    items: [
      encrypt(1),
      entry('EncryptSmtp', { action: 'delete' }),
      encrypt(0, { action: 'create' }),
    ],
    is: { encrypt: false },
  },
  {
    name: 'an item switched off',
    items: [encrypt(1), encrypt(0, { disabled: true })],
    is: { encrypt: true },
  },
  {
    name: 'a collection switched off',
    items: [encrypt(1), collection([encrypt(0)], true)],
    is: { encrypt: true },
  },
  {
    name: 'names and keys in other cases',
    items: [encrypt(1, { name: 'ENCRYPTSMTP', key: 'software\\MICROSOFT\\agpm' })],
    is: { encrypt: true },
  },
  {
    name: 'the key deleted',
    items: [encrypt(1), port(25), entry('', { action: 'delete' })],
    is: {},
  },
  {
    name: 'a key above replaced',
    items: [encrypt(1), entry('', { action: 'replace', key: 'SOFTWARE\\microsoft' }), port(25)],
    is: { port: 25 },
  },
  {
    name: 'a key beside deleted',
    items: [encrypt(1), entry('', { action: 'delete', key: 'SOFTWARE\\Microsoft\\AG' })],
    is: { encrypt: true },
  },
  { name: 'the key updated', items: [encrypt(1), entry('')], is: { encrypt: true } },
  {
    name: 'another hive or key',
    items: [encrypt(1, { hive: 'HKEY_CURRENT_USER' }), encrypt(1, { key: 'SOFTWARE\\Microsoft' })],
    is: {},
  },
  { name: 'the default value', items: [encrypt(1, { isDefault: true })], is: {} },
  { name: 'values out of range', items: [encrypt(2), port(65_536)], is: {} },
])('M6: what decides the mail of AGPM: $name', ({ items, is }) => {
  expect(mailSecurityOf(items)).toMatchObject(is)
  expect(
    Object.keys(mailSecurityOf(items))
      .filter((name) => name !== 'decidedBy')
      .sort(),
  ).toEqual(Object.keys(is).sort())
})

test('M6: which item decided is said by its places', () => {
  const items = [encrypt(0), collection([port(587), encrypt(1)])]
  expect(mailSecurityOf(items).decidedBy).toEqual({ encrypt: [1, 1], port: [1, 0] })
})

test.for([
  { given: {}, is: 25 },
  { given: { encrypt: false }, is: 25 },
  { given: { encrypt: true }, is: 587 },
  { given: { encrypt: true, port: 25 }, is: 25 },
  { given: { encrypt: false, port: 587 }, is: 587 },
])('M6: the port of $given is $is', ({ given, is }) => {
  expect(effectivePort(given)).toBe(is)
})

test.for([
  { name: 'EncryptSmtp 0', item: encrypt(0), code: undefined },
  { name: 'EncryptSmtp 1', item: encrypt(1), code: undefined },
  { name: 'EncryptSmtp 2', item: encrypt(2), code: 'encrypt_not_0_or_1' },
  {
    name: 'EncryptSmtp as a text',
    item: encrypt(1, { data: { type: 'REG_SZ', value: '1' } }),
    code: 'encrypt_not_dword',
  },
  { name: 'EncryptSmtp of nothing', item: entry('EncryptSmtp'), code: 'encrypt_not_dword' },
  { name: 'SmtpPort 0', item: port(0), code: 'port_out_of_range' },
  { name: 'SmtpPort 1', item: port(1), code: undefined },
  { name: 'SmtpPort 65535', item: port(65_535), code: undefined },
  { name: 'SmtpPort 65536', item: port(65_536), code: 'port_out_of_range' },
  {
    name: 'SmtpPort as a QWORD',
    item: port(1, { data: { type: 'REG_QWORD', value: '25' } }),
    code: 'port_not_dword',
  },
  { name: 'a delete', item: encrypt(2, { action: 'delete' }), code: undefined },
  { name: 'an item switched off', item: encrypt(2, { disabled: true }), code: undefined },
  { name: 'another key', item: encrypt(2, { key: 'SOFTWARE' }), code: undefined },
  { name: 'another value of the key', item: entry('Other', { data: dword(9) }), code: undefined },
])('M5: what is wrong with $name: $code', ({ item, code }) => {
  const issue = { code, path: [1, 0], label: `AGPM e-mail security/${item.name}` }
  expect(mailSecurityIssues([encrypt(1), collection([item])])).toEqual(
    code === undefined ? [] : [issue],
  )
})
