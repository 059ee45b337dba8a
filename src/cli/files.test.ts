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

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-files-'))
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true })
})

const inFolder = (name: string) => join(folder, name)
const isPublic = { isPrivate: false }

test('a file is there whole or not at all', () => {
  writeFileSync(inFolder('out'), 'before')
  function* failing() {
    yield encodeUtf8('half')
    throw new Error('broken in the middle')
  }
  expect(() => writeFile(inFolder('out'), failing(), isPublic)).toThrow('broken in the middle')
  expect(readdirSync(folder)).toEqual(['out'])
  expect(readFileSync(inFolder('out'), 'utf8')).toBe('before')
  writeFile(inFolder('out'), [encodeUtf8('af'), encodeUtf8('ter')], isPublic)
  expect(readFileSync(inFolder('out'), 'utf8')).toBe('after')
})

test('a private file can be read by its owner only', () => {
  writeFile(inFolder('out'), [encodeUtf8('secret')], { isPrivate: true })
  expect(statSync(inFolder('out')).mode & 0o777).toBe(0o600)
})

test('a symbolic link stays one, a device stays one', () => {
  writeFileSync(inFolder('real'), '')
  symlinkSync('real', inFolder('link'))
  writeFile(inFolder('link'), [encodeUtf8('x')], isPublic)
  expect(readFileSync(inFolder('real'), 'utf8')).toBe('x')
  writeFile('/dev/null', [encodeUtf8('x')], isPublic)
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
})

test.for([
  { name: 'a folder', path: '.', says: 'is a folder' },
  { name: 'a folder that is not there', path: 'none/out', says: 'no such file or folder' },
])('writing to $name is file.unwritable', ({ path, says }) => {
  expect(() => writeFile(join(folder, path), [], isPublic)).toThrow(says)
})

test('reading a folder is file.unreadable', () => {
  expect(() => readFile(folder)).toThrow('it is a folder')
})
