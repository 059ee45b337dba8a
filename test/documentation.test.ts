import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(resolve(root, path), 'utf8')

test('every path that ARCHITECTURE.md names exists', () => {
  const named = [...read('ARCHITECTURE.md').matchAll(/`((?:src|test|docs|bench|bin)\/[^`*]*)`/g)]
  expect(named.length).toBeGreaterThan(20)
  const missing = named
    .map(([, path = '']) => path)
    .filter((path) => !existsSync(resolve(root, path)))
  expect(missing).toEqual([])
})

test('every file that docs/security.md names exists', () => {
  const named = [...read('docs/security.md').matchAll(/`((?:src|test|web)\/[^`*]*)`/g)]
  const missing = named
    .map(([, path = '']) => path)
    .filter((path) => !existsSync(resolve(root, path)))
  expect(missing).toEqual([])
})

test('every link from one page of the project to another leads somewhere', () => {
  const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root })
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !existsSync(resolve(root, dirname(page), link)))
      .map((link) => `${page} links to ${link}`),
  )
  expect(broken).toEqual([])
})

test('every promise of ARCHITECTURE.md has a test named after it', () => {
  const section = read('ARCHITECTURE.md').split('## Promises')[1]?.split('\n## ')[0] ?? ''
  const promises = [...section.matchAll(/^(\d+)\. /gm)].map(([, number = '']) => Number(number))
  const tests = globSync('{src,test}/**/*.test.ts', { cwd: root }).map(read).join('\n')
  const kept = new Set(
    [...tests.matchAll(/['"`]promise (\d+):/g)].map(([, number = '']) => Number(number)),
  )
  expect(promises).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(promises.filter((number) => !kept.has(number))).toEqual([])
})
