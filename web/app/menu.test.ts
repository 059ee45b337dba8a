import { expect, test } from 'vitest'
import { PERMISSIONS, permissionsOf } from '../../src/contract/permissions.ts'
import { menuFor } from './menu.ts'
import { PAGES, pageAt } from './pages.ts'

test('who may do nothing but look after themselves sees no page of others', () => {
  const own = [...permissionsOf(['person'])]
  const seen = menuFor(own).flatMap(({ pages }) => pages)
  expect(seen.filter(({ permission }) => permission !== 'self')).toEqual([])
})

test('who may do everything reaches every page that has a name', () => {
  const seen = menuFor(PERMISSIONS).flatMap(({ pages }) => pages.map(({ path }) => path))
  const named = PAGES.filter(({ name }) => name !== undefined).map(({ path }) => path)
  expect([...seen].sort()).toEqual([...named].sort())
})

test('no two pages have the same address', () => {
  const shapes = PAGES.map(({ path }) => path.replaceAll(/\$\w+/g, '$'))
  expect(new Set(shapes).size).toBe(shapes.length)
})

test('a page is found by its address, also with parameters', () => {
  for (const page of PAGES) expect(pageAt(page.path.replaceAll(/\$\w+/g, 'x'))).toBe(page)
  expect(pageAt('/no/such/page')).toBeUndefined()
})
