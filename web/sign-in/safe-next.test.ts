import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { safeNext } from './safe-next.ts'

beforeEach(() => vi.stubGlobal('location', new URL('https://hub.example.org/sign-in')))
afterEach(() => vi.unstubAllGlobals())

test.for([
  ['', '/'],
  ['/messages?state=failed#top', '/messages?state=failed#top'],
  ['https://hub.example.org/people', '/people'],
  ['https://evil.example/', '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example', '/'],
  ['/.//evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['http://[', '/'],
] as const)('after signing in %j leads to %j', ([next, address]) => {
  expect(safeNext(next)).toBe(address)
})
