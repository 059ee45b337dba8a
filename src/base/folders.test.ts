import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeFolder } from './folders.ts'

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a folder is made with those above it, for its owner alone, and may be there already', () => {
  const path = join(emptyFolder(), 'a/b/c')
  makeFolder(path)
  makeFolder(path)
  expect(statSync(path).mode & 0o777).toBe(0o700)
})

test('what cannot be made fails at once: below a file, and where a file system makes no folders', () => {
  const file = join(emptyFolder(), 'file')
  writeFileSync(file, '')
  expect(() => makeFolder(file)).toThrow('EEXIST')
  expect(() => makeFolder(join(file, 'a'))).toThrow('ENOTDIR')
  expect(() => makeFolder('/proc/sealpost/a')).toThrow('ENOENT')
})
