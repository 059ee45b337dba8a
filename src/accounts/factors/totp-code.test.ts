import fc from 'fast-check'
import { Secret, TOTP, URI } from 'otpauth'
import { expect, test } from 'vitest'
import {
  encodeBase32,
  findTotpStep,
  newTotpSecret,
  totpCode,
  totpStepAt,
  totpUri,
} from './totp-code.ts'

/** RFC 6238 appendix B, SHA-1; the codes there have eight digits, of which ours are the last six. */
test.for([
  { seconds: 59, code: '94287082' },
  { seconds: 1_111_111_109, code: '07081804' },
  { seconds: 1_111_111_111, code: '14050471' },
  { seconds: 1_234_567_890, code: '89005924' },
  { seconds: 2_000_000_000, code: '69279037' },
  { seconds: 20_000_000_000, code: '65353130' },
])('at $seconds s the code is as RFC 6238 has it', ({ seconds, code }) => {
  const step = totpStepAt(new Date(seconds * 1000))
  expect(totpCode(Buffer.from('12345678901234567890'), step)).toBe(code.slice(-6))
})

test('makes the codes that another implementation makes from our URI', () => {
  const secret = newTotpSecret()
  const uri = totpUri(secret, { issuer: 'Bär & Söhne: Post', address: 'anna+x@example.org' })
  const peer = URI.parse(uri)
  expect(peer).toBeInstanceOf(TOTP)
  expect(peer).toMatchObject({
    issuer: 'Bär & Söhne Post',
    label: 'anna+x@example.org',
    algorithm: 'SHA1',
    digits: 6,
    period: 30,
  })
  for (const seconds of [0, 29, 30, 1_900_000_000]) {
    const code = (peer as TOTP).generate({ timestamp: seconds * 1000 })
    expect(totpCode(secret, totpStepAt(new Date(seconds * 1000)))).toBe(code)
  }
})

test('writes base32 as another implementation reads it, whatever the length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(Buffer.from(Secret.fromBase32(encodeBase32(bytes)).bytes)).toEqual(Buffer.from(bytes))
    }),
  )
})

test.for([
  { off: -2, found: false },
  { off: -1, found: true },
  { off: 0, found: true },
  { off: 1, found: true },
  { off: 2, found: false },
])('a code of $off steps from now is found: $found', ({ off, found }) => {
  const secret = Buffer.from('12345678901234567890')
  const at = new Date('2030-01-01T00:00:15Z')
  const step = totpStepAt(at) + off
  const code = totpCode(secret, step)
  expect(findTotpStep(secret, { code, at })).toBe(found ? step : undefined)
})

test.for(['', '12345', '1234567', 'abcdef'])('finds no step for %j', (code) => {
  expect(findTotpStep(newTotpSecret(), { code, at: new Date() })).toBeUndefined()
})
