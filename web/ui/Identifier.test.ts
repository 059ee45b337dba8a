import { expect, test } from 'vitest'
import { shorten } from './Identifier.tsx'

test.for([
  ['short', 20, 'short'],
  ['exactly-twenty-chars', 20, 'exactly-twenty-chars'],
  ['4f2a9c1e-77aa-4b1c-9d55-0a1b2c3d4e5f', 20, '4f2a9c1e-…b2c3d4e5f'],
  ['abcdef', 5, 'ab…ef'],
] as const)('%s in %i characters is %s', ([value, length, short]) => {
  expect(shorten(value, length)).toBe(short)
})
