import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** Folders of `src/` in the order in which they may import: each only what stands before it. */
const ORDER = [
  'base',
  'contract',
  'formats',
  'db',
  'audit',
  'accounts',
  'jobs',
  'policies',
  'keys',
  'certificates',
  'authority',
  'directory',
  'devices',
  'rules',
  'smime',
  'delivery',
  'messages',
  'portal',
  'notifications',
  'servers',
  'cli',
  'hub',
  'hub.ts',
  'main.ts',
]

const root = resolve(import.meta.dirname, '..')
const src = join(root, 'src')

/** What a file imports: each specifier, whether static or `import()`. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const pattern = /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/g
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? '')
}

const files = globSync('**/*.ts', { cwd: src })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => join(src, file))

const placeOf = (file: string) => relative(src, file).split('/')[0] ?? ''

test('every file of src stands in a folder of the design', () => {
  expect(files.length).toBeGreaterThan(0)
  expect(files.map(placeOf).filter((place) => !ORDER.includes(place))).toEqual([])
})

test('a folder imports only itself and folders that stand before it', () => {
  const wrong: string[] = []
  for (const file of files) {
    const from = placeOf(file)
    for (const specifier of importsOf(file)) {
      if (!specifier.startsWith('.')) continue
      const target = resolve(dirname(file), specifier)
      const to = placeOf(target)
      if (ORDER.indexOf(to) > ORDER.indexOf(from)) {
        wrong.push(`${relative(root, file)} imports ${specifier}`)
      }
      if (!existsSync(target)) wrong.push(`${relative(root, file)} imports ${specifier}: not there`)
    }
  }
  expect(wrong).toEqual([])
})

test('contract imports nothing but zod and itself', () => {
  const wrong = files
    .filter((file) => placeOf(file) === 'contract')
    .flatMap((file) => importsOf(file).map((specifier) => ({ file, specifier })))
    .filter(({ specifier }) => specifier !== 'zod' && !specifier.startsWith('./'))
  expect(wrong).toEqual([])
})

test('formats is pure: no files, sockets, processes or clock', () => {
  const allowed = new Set(['node:crypto', 'node:buffer', 'node:url'])
  const wrong: string[] = []
  for (const file of files.filter((each) => placeOf(each) === 'formats')) {
    for (const specifier of importsOf(file)) {
      if (!specifier.startsWith('.') && !allowed.has(specifier)) {
        wrong.push(`${relative(root, file)} imports ${specifier}`)
      }
    }
    if (/new Date\(\)|Date\.now\(|process\.env/.test(readFileSync(file, 'utf8'))) {
      wrong.push(`${relative(root, file)} looks at the clock or the environment`)
    }
  }
  expect(wrong).toEqual([])
})

test('SQL is written in store.ts files and in db', () => {
  const wrong = files
    .filter((file) => placeOf(file) !== 'db' && !file.endsWith('/store.ts'))
    .filter((file) =>
      /\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql`/.test(readFileSync(file, 'utf8')),
    )
    .map((file) => relative(root, file))
  expect(wrong).toEqual([])
})
