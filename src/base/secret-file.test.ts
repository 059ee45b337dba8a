import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { seal, unseal } from './seal.ts'
import { openMasterKeyFile, readSecretFile } from './secret-file.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-secret-'))
  file = join(folder, 'secret')
})

afterEach(() => rmSync(folder, { recursive: true }))

test.for([
  { text: 'secret', secret: 'secret' },
  { text: 'secret\n', secret: 'secret' },
  { text: 'secret\r\n', secret: 'secret' },
  { text: 'secret\n\n', secret: 'secret\n' },
  { text: ' sécret ', secret: ' sécret ' },
  { text: '', secret: '' },
  { text: 'x'.repeat(65_536), secret: 'x'.repeat(65_536) },
])('the secret in $text.length characters', ({ text, secret }) => {
  writeFileSync(file, text)
  expect(readSecretFile(file)).toBe(secret)
})

test.for([Uint8Array.of(0xff, 0xfe), new Uint8Array(65_537).fill(0x78)])(
  'a file of something else is refused',
  (bytes) => {
    writeFileSync(file, bytes)
    expect(() => readSecretFile(file)).toThrow(expect.objectContaining({ code: 'file.unreadable' }))
  },
)

test('a master key is made once, for its owner alone, and stays the same', () => {
  const path = join(folder, 'data', 'master.key')
  const key = openMasterKeyFile(path, { mayCreate: true })
  const box = seal(key, 'test', Uint8Array.of(1))
  expect(unseal(openMasterKeyFile(path, { mayCreate: true }), 'test', box)).toEqual(Buffer.of(1))
  expect(unseal(openMasterKeyFile(path, { mayCreate: false }), 'test', box)).toEqual(Buffer.of(1))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/)
  expect(readdirSync(join(folder, 'data'))).toEqual(['master.key'])
})

test('a lost master key is missed, not replaced', () => {
  expect(() => openMasterKeyFile(file, { mayCreate: false })).toThrow(
    expect.objectContaining({ code: 'master_key.missing' }),
  )
  expect(readdirSync(folder)).toEqual([])
})

test.for(['', 'short', `${'A'.repeat(43)}`, `${'A'.repeat(42)}==`, `${'A'.repeat(43)}= `])(
  'a damaged master key is refused: %j',
  (text) => {
    writeFileSync(file, text)
    expect(() => openMasterKeyFile(file, { mayCreate: true })).toThrow(
      expect.objectContaining({ code: 'seal.key_malformed' }),
    )
    expect(readFileSync(file, 'utf8')).toBe(text)
  },
)
