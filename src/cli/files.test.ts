import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeUtf8 } from '../base/bytes.ts'
import { readFile, writeFile } from './files.ts'
import type { WriteBytes } from './reply.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-files-'))
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true })
})

const inFolder = (name: string) => join(folder, name)
const writes =
  (...texts: string[]) =>
  (write: WriteBytes) =>
    texts.forEach((text) => write(encodeUtf8(text)))
const isPublic = { isPrivate: false }

test('a file is there whole or not at all', async () => {
  writeFileSync(inFolder('out'), 'before')
  const failing = (write: WriteBytes) => {
    write(encodeUtf8('half'))
    throw new Error('broken in the middle')
  }
  await expect(writeFile(inFolder('out'), failing, isPublic)).rejects.toThrow('in the middle')
  expect(readdirSync(folder)).toEqual(['out'])
  expect(readFileSync(inFolder('out'), 'utf8')).toBe('before')
  await writeFile(inFolder('out'), writes('af', 'ter'), isPublic)
  expect(readFileSync(inFolder('out'), 'utf8')).toBe('after')
})

test('a private file can be read by its owner only', async () => {
  await writeFile(inFolder('out'), writes('secret'), { isPrivate: true })
  expect(statSync(inFolder('out')).mode & 0o777).toBe(0o600)
})

test('a symbolic link stays one, a device stays one', async () => {
  writeFileSync(inFolder('real'), '')
  symlinkSync('real', inFolder('link'))
  await writeFile(inFolder('link'), writes('x'), isPublic)
  expect(readFileSync(inFolder('real'), 'utf8')).toBe('x')
  await writeFile('/dev/null', writes('x'), isPublic)
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
})

test.for([
  { name: 'a folder', path: '.', says: 'is a folder' },
  { name: 'a folder that is not there', path: 'none/out', says: 'no such file or folder' },
])('writing to $name is file.unwritable', async ({ path, says }) => {
  await expect(writeFile(join(folder, path), writes(), isPublic)).rejects.toThrow(says)
})

test('reading a folder is file.unreadable', () => {
  expect(() => readFile(folder)).toThrow('it is a folder')
})
