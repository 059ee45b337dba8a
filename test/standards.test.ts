import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Ids of rows that begin the title of a test, or of a case that becomes one: `'C-05, C-06: …'`. */
function idsInTitles(): Set<string> {
  const ids = new Set<string>()
  for (const file of globSync(['src/**/*.test.ts', 'test/**/*.ts'], { cwd: root })) {
    const text = readFileSync(resolve(root, file), 'utf8')
    for (const [, list = ''] of text.matchAll(/['"`]((?:[A-Z]-\d\d(?:, | and )?)+)[:.]/g)) {
      for (const [id] of list.matchAll(/[A-Z]-\d\d/g)) ids.add(id)
    }
  }
  return ids
}

/** Rows of the page: id and state. */
function rows(): [id: string, state: string][] {
  const page = readFileSync(resolve(root, 'docs/standards.md'), 'utf8')
  return [...page.matchAll(/^\| ([A-Z]-\d\d) \|.*\| ([^|]+) \|$/gm)].map(
    ([, id = '', state = '']) => [id, state.trim()],
  )
}

test('the page of the standards calls shown what a test shows, and nothing else', () => {
  const shown = rows().flatMap(([id, state]) => (state.startsWith('shown') ? [id] : []))
  expect(shown.sort()).toEqual([...idsInTitles()].sort())
})
