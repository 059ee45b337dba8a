import { expect, test } from 'vitest'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-code.ts'

test('makes ten different codes that nobody can guess', () => {
  const codes = newRecoveryCodes()
  expect(new Set(codes).size).toBe(10)
  for (const code of codes)
    expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/)
})

test.for([
  '7k2m-q0x1-93hd-v5ta',
  '7K2MQ0X193HDV5TA',
  ' 7k2m q0x1 93hd v5ta ',
  '7k2m-qOxl-93hd-v5ta',
])('takes the code as it is typed: %j', (typed) => {
  expect(hashRecoveryCode(typed)).toEqual(hashRecoveryCode('7k2m-q0x1-93hd-v5ta'))
})

test('another code is another code', () => {
  expect(hashRecoveryCode('7k2m-q0x1-93hd-v5tb')).not.toEqual(
    hashRecoveryCode('7k2m-q0x1-93hd-v5ta'),
  )
})
