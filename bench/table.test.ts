import { expect, test } from 'vitest'
import { median } from './measure.ts'
import { tableLine } from './table.ts'

const figure = { against: 'node:crypto', ours: '9/s', theirs: '10/s', ratio: 0.9 }

test.for([
  [{ atLeast: 0.9 }, 'met'],
  [{ atLeast: 0.91 }, 'missed'],
  [{ atMost: 0.9 }, 'met'],
  [{ atMost: 0.89 }, 'missed'],
] as const)('a ratio of 0.9 for a goal of %o is %s', ([goal, verdict]) => {
  expect(tableLine('sign', { ...figure, goal })).toContain(`| ${verdict} |`)
})

test('the median is the middle one, whatever the order', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([5])).toBe(5)
})
