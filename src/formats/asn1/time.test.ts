import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TAG } from './tags.ts'
import { decodeTime, generalizedTimeText } from './time.ts'

const general = (text: string) => decodeTime(TAG.generalizedTime, Buffer.from(text, 'latin1'))
const utc = (text: string) => decodeTime(TAG.utcTime, Buffer.from(text, 'latin1'))

test('every second from the year 0 to 9999 is read as it was written', () => {
  const first = Date.parse('0000-01-01T00:00:00Z') / 1000
  const last = Date.parse('9999-12-31T23:59:59Z') / 1000
  fc.assert(
    fc.property(fc.integer({ min: first, max: last }), (second) => {
      const date = new Date(second * 1000)
      expect(general(generalizedTimeText(date))).toEqual(date)
    }),
    { seed: 11 },
  )
})

test.for([
  ['00000229000000Z', '0000-02-29T00:00:00Z'],
  ['00991231235959Z', '0099-12-31T23:59:59Z'],
  ['20000229000000Z', '2000-02-29T00:00:00Z'],
  ['20241231235959Z', '2024-12-31T23:59:59Z'],
] as const)('%s is %s', ([text, iso]) => {
  expect(general(text)).toEqual(new Date(iso))
})

test('a year of two digits is between 1950 and 2049', () => {
  expect(utc('491231235959Z')).toEqual(new Date('2049-12-31T23:59:59Z'))
  expect(utc('500101000000Z')).toEqual(new Date('1950-01-01T00:00:00Z'))
})

test.for([
  { name: 'month 0', text: '20240001000000Z' },
  { name: 'month 13', text: '20241301000000Z' },
  { name: 'day 0', text: '20240100000000Z' },
  { name: 'the 32nd', text: '20240132000000Z' },
  { name: 'the 31st of April', text: '20240431000000Z' },
  { name: '29 February of 1900', text: '19000229000000Z' },
  { name: '29 February of 2023', text: '20230229000000Z' },
  { name: 'hour 24', text: '20240101240000Z' },
  { name: 'minute 60', text: '20240101006000Z' },
  { name: 'second 60', text: '20240101000060Z' },
  { name: 'no Z', text: '20240101000000+' },
  { name: 'a letter', text: '2024010100000aZ' },
])('$name is malformed', ({ text }) => {
  expect(() => general(text)).toThrow(expect.objectContaining({ code: 'asn1.malformed' }))
})
