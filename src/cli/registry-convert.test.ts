import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '../../test/support/command.ts'
import { DRAGGED_XML, PROCEDURE_XML } from '../../test/support/registry-samples.ts'
import { parseRegistryXml } from '../formats/registry/xml-read.ts'

const folder = mkdtempSync(join(tmpdir(), 'sealpost-registry-'))
afterAll(() => rmSync(folder, { recursive: true }))
const inFolder = (name: string) => join(folder, name)
const convert = (...args: string[]) => runCommand(['registry', 'convert', ...args])

const xml = inFolder('Registry.xml')
writeFileSync(xml, PROCEDURE_XML)
mkdirSync(inFolder('Machine'))

test('M5: Registry.xml becomes registry.pol, which becomes .reg, which becomes Registry.xml', async () => {
  const pol = inFolder('Machine/registry.pol')
  const first = await convert(xml, pol)
  expect(first).toMatchObject({ status: 0, err: '' })
  expect(first.out.toString()).toContain(
    `wrote ${pol}: 2 of 2 items of ${xml}\nwarning: collections`,
  )
  expect(readFileSync(pol)).toHaveLength(194)

  const reg = inFolder('agpm.reg')
  expect((await convert(pol, reg)).status).toBe(0)
  expect(readFileSync(reg, 'utf16le')).toContain('"SmtpPort"=dword:0000024b\r\n')

  const again = inFolder('again.XML')
  expect(await convert(reg, again)).toMatchObject({ status: 0 })
  const { items } = parseRegistryXml(readFileSync(again))
  expect(items).toMatchObject([
    { name: 'EncryptSmtp', changed: '2026-06-01 00:00:00' },
    { name: 'SmtpPort', uid: expect.stringMatching(/^\{[0-9A-F-]{36}\}$/) as string },
  ])
})

test('M5: --json says what was converted, and each loss with its code and item', async () => {
  const dragged = inFolder('dragged.xml')
  writeFileSync(dragged, DRAGGED_XML)
  const ran = await convert(dragged, inFolder('dragged.reg'), '--json')
  expect(ran.status).toBe(0)
  expect(ran.json()).toEqual({
    in: dragged,
    out: inFolder('dragged.reg'),
    from: 'xml',
    to: 'reg',
    items: { read: 2, written: 1 },
    warnings: expect.arrayContaining([
      {
        code: 'filters_lost',
        item: 'Isolation/Enable PMTU Discovery',
        message: expect.stringContaining('no longer targeted') as string,
      },
      expect.objectContaining({ code: 'disabled_left_out', item: 'Isolation/Off/x' }),
    ]) as unknown,
  })
})

test('M5: --batch answers each line, whichever of the two files is named first', async () => {
  const lines = [
    { id: 1, in: xml, out: inFolder('batch.reg') },
    { id: 2, out: inFolder('batch.pol'), in: xml, hive: 'HKLM' },
    { id: 3, in: xml, out: xml },
  ]
  const stdin = lines.map((line) => JSON.stringify(line)).join('\n')
  const ran = await runCommand(['registry', 'convert', '--batch'], { stdin })
  const answers = ran.out.toString().trim().split('\n')
  expect(answers.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { id: 1, status: 0, to: 'reg' },
    { id: 2, status: 0, to: 'pol', hive: 'HKEY_LOCAL_MACHINE' },
    { id: 3, status: 2, error: { code: 'usage.invalid' } },
  ])
})

test('M5: the folder Machine or User above registry.pol is its hive, and --hive goes before', async () => {
  const pol = inFolder('user/a/registry.pol')
  mkdirSync(inFolder('user/a'), { recursive: true })
  await convert(xml, inFolder('plain.pol'))
  writeFileSync(pol, readFileSync(inFolder('plain.pol')))
  const hiveOf = async (...args: string[]) =>
    (await convert(pol, inFolder('hive.reg'), '--json', ...args)).json().hive
  expect(await hiveOf()).toBe('HKEY_CURRENT_USER')
  expect(await hiveOf('--hive', 'hklm')).toBe('HKEY_LOCAL_MACHINE')
})

const broken = inFolder('broken.xml')
writeFileSync(broken, '<!DOCTYPE a><RegistrySettings/>')
const off = inFolder('off.xml')
writeFileSync(off, PROCEDURE_XML.replace(' name="AGPM', ' disabled="1" name="AGPM'))
const empty = inFolder('empty.pol')
writeFileSync(empty, 'PReg\u0001\0\0\0')

test.for([
  { name: 'an unknown extension', args: [xml, 'never.txt'], status: 2, code: 'usage.invalid' },
  { name: 'the same extension twice', args: [xml, 'never.xml'], status: 2, code: 'usage.invalid' },
  { name: 'one file', args: [xml], status: 2, code: 'usage.invalid' },
  {
    name: 'registry.pol without a hive',
    args: [empty, 'never.reg'],
    status: 2,
    code: 'usage.invalid',
  },
  {
    name: 'a hive that no policy has',
    args: [empty, 'never.reg', '--hive', 'HKCR'],
    status: 2,
    code: 'usage.invalid',
  },
  {
    name: 'a file that is not there',
    args: [inFolder('no.xml'), 'never.reg'],
    status: 2,
    code: 'file.unreadable',
  },
  { name: 'a document type', args: [broken, 'never.reg'], status: 2, code: 'xml.doctype_refused' },
  {
    name: 'nothing that can be written',
    args: [off, 'never.reg'],
    status: 3,
    code: 'registry.unwritable',
  },
  {
    name: 'a folder that is not there',
    args: [xml, '/none/never.reg'],
    status: 3,
    code: 'file.unwritable',
  },
])('M5: $name is status $status, and no file', async ({ args, status, code }) => {
  const own = args.map((arg) => (arg.startsWith('never') ? inFolder(arg) : arg))
  const ran = await convert(...own)
  expect(ran.status).toBe(status)
  expect(ran.err).toContain(`(${code})`)
  expect(own[1] !== undefined && own[1] !== xml && existsSync(own[1])).toBe(false)
})
