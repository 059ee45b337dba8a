import { expect, test } from 'vitest'
import { formatIn } from './format.ts'

const now = new Date('2030-01-10T12:00:00Z')

test.for([
  { at: '2030-01-10T11:59:30Z', en: '30 seconds ago', fr: 'il y a 30 secondes', ko: '30초 전' },
  { at: '2030-01-10T11:57:00Z', en: '3 minutes ago', fr: 'il y a 3 minutes', ko: '3분 전' },
  { at: '2030-01-10T14:00:00Z', en: 'in 2 hours', fr: 'dans 2 heures', ko: '2시간 후' },
  { at: '2030-01-09T12:00:00Z', en: 'yesterday', fr: 'hier', ko: '어제' },
  { at: '2029-01-10T12:00:00Z', en: 'last year', fr: 'l’année dernière', ko: '작년' },
])('$at is $en', ({ at, en, fr, ko }) => {
  const said = (language: string) => formatIn(language).relative(new Date(at), now)
  expect([said('en'), said('fr'), said('ko')]).toEqual([en, fr, ko])
})

test.for([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [12_400_000, '12 MB'],
  [1_250_000_000, '1.3 GB'],
] as const)('%i bytes are %s', ([bytes, text]) => {
  expect(formatIn('en').size(bytes)).toBe(text)
})

test.for([
  [0, '0 ms'],
  [999, '999 ms'],
  [4_200, '4.2 sec'],
  [90_000, '1.5 min'],
  [7_200_000, '2 hr'],
] as const)('%i milliseconds are %s', ([ms, text]) => {
  expect(formatIn('en').duration(ms)).toBe(text)
})
