import { expect, test } from 'vitest'
import type { RegistryPolicyEntry, RegistryPolicyItem } from '../../contract/registry-policy.ts'
import { registryDifferences } from './registry-differences.ts'

function dword(
  name: string,
  value: number,
  change: Partial<RegistryPolicyEntry> = {},
): RegistryPolicyEntry {
  return {
    ...{ kind: 'registry', action: 'update', hive: 'HKEY_LOCAL_MACHINE' },
    ...{ key: 'SOFTWARE\\Microsoft\\AGPM', name, data: { type: 'REG_DWORD', value } },
    ...change,
  }
}

const mail = (...items: RegistryPolicyItem[]) => ({
  items: [{ kind: 'collection' as const, name: 'AGPM e-mail security', items }],
})

const encrypt = dword('EncryptSmtp', 1)

test('M9: a value that is another is told by the names of its collection and itself', () => {
  expect(
    registryDifferences(
      mail(encrypt, dword('SmtpPort', 25)),
      mail(encrypt, dword('SmtpPort', 587)),
    ),
  ).toEqual([
    {
      ...{ path: 'AGPM e-mail security > SmtpPort', change: 'changed', isSecret: false },
      ...{ was: 25, is: 587 },
    },
  ])
})

test('M9: items that came and went are told whole', () => {
  const fields = {
    ...{ kind: 'registry', action: 'update', hive: 'HKEY_LOCAL_MACHINE', name: 'SmtpPort' },
    ...{ key: 'SOFTWARE\\Microsoft\\AGPM', data: { type: 'REG_DWORD', value: 587 } },
  }
  const path = 'AGPM e-mail security > SmtpPort'
  const [without, withPort] = [mail(encrypt), mail(encrypt, dword('SmtpPort', 587))]
  expect(registryDifferences(without, withPort)).toEqual([
    { path, change: 'added', isSecret: false, is: fields },
  ])
  expect(registryDifferences(withPort, without)).toEqual([
    { path, change: 'removed', isSecret: false, was: fields },
  ])
})

test('M9: of what else changed in an item the fields are told, and of one that moved both places', () => {
  const uid = '{7E8B3C5A-0001-4A6E-9B7C-1D2E3F405162}'
  const was = mail(dword('SmtpPort', 25, { uid }))
  expect(
    registryDifferences(was, mail(dword('SmtpPort', 25, { uid, action: 'replace' }))),
  ).toMatchObject([{ change: 'changed', was: { action: 'update' }, is: { action: 'replace' } }])
  expect(
    registryDifferences(was, { items: [...mail().items, dword('SmtpPort', 25, { uid })] }),
  ).toMatchObject([
    { path: 'SmtpPort', change: 'changed', was: 'AGPM e-mail security > SmtpPort', is: 'SmtpPort' },
  ])
})

test('M9: another order is told once, and two items of one name are told apart', () => {
  const port = dword('SmtpPort', 25)
  expect(registryDifferences(mail(encrypt, port), mail(port, encrypt))).toMatchObject([
    { path: 'order', change: 'changed' },
  ])
  expect(registryDifferences(mail(port, port), mail(port))).toMatchObject([
    { path: 'AGPM e-mail security > SmtpPort', change: 'removed' },
  ])
})

test('M9: what was read from a file and when an item was changed are no difference', () => {
  const read = dword('SmtpPort', 25, {
    changed: '2026-06-01 00:00:00',
    source: { lead: '', open: '<Registry/>', close: '' },
  })
  expect(registryDifferences(mail(read), mail(dword('SmtpPort', 25)))).toEqual([])
})

test('M9: all of it switched off is told, and a policy is compared with nothing', () => {
  expect(registryDifferences({ items: [] }, { items: [], disabled: true })).toEqual([
    { path: 'disabled', change: 'added', isSecret: false, is: true },
  ])
  expect(registryDifferences(null, { items: [] })).toEqual([])
})
