import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../../test/support/command.ts'
import { aPerson, issue } from '../../test/support/issued.ts'
import { type TestHub, startTestHub } from '../../test/support/test-hub.ts'
import { encodePem } from '../formats/pem.ts'

const NOW = new Date().toISOString()
let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({ people: ['ada'], partners: [] })
})
afterAll(() => hub.close())

const onHub = (...args: string[]) => {
  const { data, databaseUrl = '' } = hub.config
  return runCommand([...args, '--data', data, '--database-url', databaseUrl], { now: NOW })
}

test('cert show says of every certificate of an address whether it is used, and why not', async () => {
  const shown = await onHub('cert', 'show', 'Ada@example.org')
  expect(shown.status).toBe(0)
  const text = shown.out.toString()
  expect(text.match(/^signs +yes/gm)).toHaveLength(1)
  expect(text.match(/^encrypts +yes/gm)).toHaveLength(1)
  expect(text.match(/no: wrong_usage \(key usage\)/g)).toHaveLength(2)
})

test('cert show prints the root for partners when nothing else is asked for', async () => {
  const shown = await onHub('cert', 'show', '--pem')
  const { root } = await hub.command.authority.get()
  expect(shown.out.toString()).toBe(encodePem('CERTIFICATE', root.der))
})

test('cert show answers no for an address without certificates', async () => {
  expect(await onHub('cert', 'show', 'eve@example.org')).toMatchObject({ status: 1 })
})

test('user add refuses an address that is not the organisation’s, and keeps nothing of it', async () => {
  const refused = await onHub('user', 'add', 'ada@elsewhere.example', '--json')
  expect(refused.status).toBe(3)
  expect(refused.json()).toMatchObject({ error: { code: 'authority.foreign_address' } })
  expect(await hub.command.accounts.findPerson('ada@elsewhere.example')).toBeUndefined()
})

test('cert import names what it refuses, and takes the rest', async () => {
  const good = await issue({
    name: 'Bob',
    extensions: aPerson('bob@partner.example'),
    notAfter: new Date('2049-12-31T00:00:00Z'),
  })
  const old = await issue({
    name: 'Old',
    extensions: aPerson('bob@partner.example'),
    notAfter: new Date('2026-02-01T00:00:00Z'),
  })
  const file = join(hub.folder, 'partners.pem')
  const pems = [good, old].map(({ certificate }) => encodePem('CERTIFICATE', certificate.der))
  writeFileSync(file, pems.join(''))
  const imported = await onHub('cert', 'import', file, '--json')
  expect(imported.status).toBe(1)
  expect(imported.json()).toMatchObject({
    imported: [
      { is: 'added', as: 'partner', addresses: ['bob@partner.example'] },
      { is: 'refused', subject: 'CN=Old', because: 'expired' },
    ],
  })
})
