import { expect, test } from 'vitest'
import { RateLimit } from './rate-limit.ts'

test('so many within the window, and then again when it is over', () => {
  let now = new Date('2030-01-01T00:00:00Z')
  const limit = new RateLimit({ clock: { now: () => now }, limit: 2, windowMs: 10_000 })
  limit.count('a')
  expect(limit.waitSeconds('a')).toBe(0)
  now = new Date('2030-01-01T00:00:04Z')
  limit.count('a')
  expect(limit.waitSeconds('a')).toBe(6)
  expect(limit.waitSeconds('b')).toBe(0)
  now = new Date('2030-01-01T00:00:10Z')
  expect(limit.waitSeconds('a')).toBe(0)
})

test('of more keys than are remembered the oldest are forgotten', () => {
  const clock = { now: () => new Date('2030-01-01T00:00:00Z') }
  const limit = new RateLimit({ clock, limit: 1, windowMs: 10_000 })
  for (let key = 0; key <= 10_000; key += 1) limit.count(`key-${key}`)
  expect(limit.waitSeconds('key-0')).toBe(0)
  expect(limit.waitSeconds('key-1')).toBe(10)
  expect(limit.waitSeconds('key-10000')).toBe(10)
})
