import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { binarySources, findBinaries } from './cluster-binaries.ts'
import { clusterUser } from './cluster-user.ts'

const isRoot = process.getuid?.() === 0
const user = clusterUser()
const { packaged } = binarySources()
const undo: (() => void)[] = []

afterEach(() => {
  for (const each of undo.splice(0)) each()
})

function folderIn(parent: string, mode: number): string {
  const folder = mkdtempSync(join(parent, '.sealpost-binaries-'))
  undo.push(() => rmSync(folder, { recursive: true }))
  chmodSync(folder, mode)
  return folder
}

/** The npm package as it is where install scripts are not run. */
function packageWithoutLinks(folder: string): string {
  const native = join(folder, 'package', 'native')
  cpSync(packaged ?? '', native, { recursive: true, verbatimSymlinks: true })
  cpSync(join(packaged ?? '', '..', 'package.json'), join(folder, 'package', 'package.json'))
  for (const entry of readdirSync(native, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) unlinkSync(join(entry.parentPath, entry.name))
  }
  return native
}

test.runIf(packaged)('library links that nobody made are made', () => {
  const native = packageWithoutLinks(folderIn(tmpdir(), 0o755))
  const cache = join(folderIn(tmpdir(), 0o755), 'cache')
  expect(findBinaries({ packaged: native, cache }, { user })?.folder).toBe(join(native, 'bin'))
  expect(existsSync(cache)).toBe(false)
})

test.runIf(packaged !== undefined && isRoot)(
  'programs that the user cannot walk to are copied, once, for everybody to read',
  () => {
    const native = packageWithoutLinks(folderIn(homedir(), 0o700))
    const cache = join(folderIn(tmpdir(), 0o755), 'cache')
    const umask = process.umask(0o077)
    undo.push(() => process.umask(umask))
    const found = findBinaries({ packaged: native, cache }, { user })
    expect(found?.folder.startsWith(join(cache, 'postgresql-'))).toBe(true)
    const madeAt = statSync(found?.folder ?? '').ctimeMs
    expect(findBinaries({ packaged: native, cache }, { user })).toEqual(found)
    expect(statSync(found?.folder ?? '').ctimeMs).toBe(madeAt)
    expect(readdirSync(cache)).toHaveLength(1)
  },
)

test.runIf(packaged !== undefined && isRoot)(
  'a cache that belongs to somebody else is not trusted',
  () => {
    const native = packageWithoutLinks(folderIn(homedir(), 0o700))
    const cache = folderIn(tmpdir(), 0o755)
    chownSync(cache, user.uid, user.gid)
    expect(() => findBinaries({ packaged: native, cache }, { user })).toThrow('another user')
  },
)

test('a folder that the operator names is the only one tried', () => {
  const configured = folderIn(tmpdir(), 0o755)
  expect(findBinaries({ configured, packaged, cache: configured }, { user })).toBeUndefined()
  for (const name of ['initdb', 'postgres']) {
    writeFileSync(
      join(configured, name),
      '#!/bin/sh\necho "postgres (PostgreSQL) 17.2 (Debian)"\n',
      {
        mode: 0o755,
      },
    )
  }
  expect(findBinaries({ configured, cache: configured }, { user })).toEqual({
    folder: configured,
    major: 17,
  })
  expect(findBinaries({ configured, packaged, cache: configured }, { user, major: 18 })).toBe(
    undefined,
  )
})

const distribution = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : []

test.runIf(distribution.length > 0)("the distribution's programs serve for their version", () => {
  const cache = folderIn(tmpdir(), 0o755)
  for (const major of distribution.map(Number)) {
    expect(findBinaries({ packaged, cache }, { user, major })).toMatchObject({ major })
  }
  expect(findBinaries({ cache }, { user })?.major).toBe(Math.max(...distribution.map(Number)))
})
