import { expect, test } from 'vitest'
import { makeIdentity } from '../../../test/support/identities.ts'
import { KnownCertificates } from './known-certificates.ts'

const [one, two, three] = [1, 2, 3].map(() => makeIdentity().certificate.der)
if (one === undefined || two === undefined || three === undefined) throw new Error('not made')

test('the same bytes are read once', () => {
  const known = new KnownCertificates()
  expect(known.read(Uint8Array.from(one))).toBe(known.read(one))
})

test('a certificate that ends like a known one is another one', () => {
  const known = new KnownCertificates()
  const forged = Uint8Array.from(one)
  const at = Buffer.from(forged).lastIndexOf('Sealpost test')
  forged[at] = 0x58
  expect(known.read(one).subject.text).toContain('Sealpost test')
  expect(known.read(forged).subject.text).toContain('Xealpost test')
  expect(known.read(one).subject.text).toContain('Sealpost test')
})

test('the one not asked for longest is forgotten first', () => {
  const known = new KnownCertificates(2)
  const first = known.read(one)
  const second = known.read(two)
  known.read(one)
  known.read(three)
  expect(known.read(one)).toBe(first)
  expect(known.read(two)).not.toBe(second)
})

test('what cannot be read is left out', () => {
  const known = new KnownCertificates()
  expect(known.readAll([one, two.subarray(1), three])).toHaveLength(2)
  expect(() => known.read(two.subarray(1))).toThrow(
    expect.objectContaining({ code: 'certificate.malformed' }),
  )
})
