import { expect, test } from 'vitest'
import { GIVE_UP_AFTER_MS, nextAttempt } from './backoff.ts'

const acceptedAt = new Date('2030-01-01T00:00:00Z')
const minutesAfter = (attempts: number, random = 0.5, now = acceptedAt) => {
  const at = nextAttempt({ acceptedAt, now, attempts, random })
  return at && (at.getTime() - now.getTime()) / 60_000
}

test('waits grow from a minute to four hours and stay there', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempts) => minutesAfter(attempts))).toEqual([
    1, 5, 15, 30, 60, 120, 240, 240, 240,
  ])
})

test('a wait is up to a fifth shorter or longer', () => {
  expect(minutesAfter(5, 0)).toBe(48)
  expect(minutesAfter(5, 1)).toBe(72)
})

test('after five days there is no next attempt', () => {
  const justInTime = new Date(acceptedAt.getTime() + GIVE_UP_AFTER_MS - 60_000)
  expect(minutesAfter(1, 0.5, justInTime)).toBe(1)
  expect(minutesAfter(1, 0.6, justInTime)).toBeUndefined()
})
