import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Ids of rows that stand in the title of a test: `'C-05, C-06: …'`. */
function idsInTitles(): Set<string> {
  const ids = new Set<string>()
  for (const file of globSync('{src,test}/**/*.test.ts', { cwd: root })) {
    const text = readFileSync(resolve(root, file), 'utf8')
    for (const [, list = ''] of text.matchAll(/['"`]((?:[A-Z]-\d\d(?:,? ?(?:and )?))+)(?::|\s)/g)) {
      for (const [id] of list.matchAll(/[A-Z]-\d\d/g)) ids.add(id)
    }
  }
  return ids
}

/** Rows of the page: id and state. */
function rows(): Map<string, string> {
  const page = readFileSync(resolve(root, 'docs/standards.md'), 'utf8')
  return new Map(
    [...page.matchAll(/^\| ([A-Z]-\d\d) \|.*\| ([^|]+) \|$/gm)].map(([, id = '', state = '']) => [
      id,
      state.trim(),
    ]),
  )
}

test('the page of the standards calls shown what a test shows, and nothing else', () => {
  const shown = [...rows()].filter(([, state]) => state.startsWith('shown')).map(([id]) => id)
  expect(shown.sort()).toEqual([...idsInTitles()].sort())
})
