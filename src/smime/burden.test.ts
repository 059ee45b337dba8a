/** Messages that are made to keep whoever verifies them busy. */

import { randomBytes, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeCa, makeIdentity } from '../../test/support/identities.ts'
import { contextConstructed } from '../formats/asn1/tags.ts'
import {
  bitString,
  element,
  explicit,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
} from '../formats/asn1/writer.ts'
import { makeSignature } from '../formats/cms/sign.ts'
import { digestsOf } from '../formats/cms/verify.ts'
import { CONTENT_TYPE } from '../formats/cms/oids.ts'
import { templateOf } from '../formats/cms/signing-template.ts'
import { sourceOf } from '../formats/mime/source.ts'
import { signerFor } from '../keys/signing.ts'
import { openMessage } from './open.ts'

const at = new Date('2027-01-01T00:00:00Z')
const ca = makeCa()
const { certificate, privateKey } = makeIdentity({ address: 'alice@smime.example', issuer: ca })
const alice = signerFor(privateKey, { certificate })
const content = Buffer.from('Content-Type: text/plain\r\n\r\nPay Bob 10.\r\n')
const ECDSA = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
const RSA = sequence(objectIdentifier('1.2.840.113549.1.1.11'), nullValue())

/** What 64 signatures, the most there may be, take on a slow machine, many times over. */
const ENOUGH_MS = 3_000

interface Load {
  infos: readonly Uint8Array[]
  certificates: readonly Uint8Array[]
  crls?: readonly Uint8Array[]
}

function open({ infos, certificates, crls = [] }: Load) {
  const data = sequence(
    integer(1),
    templateOf(alice).digestAlgorithms,
    sequence(objectIdentifier(CONTENT_TYPE.data), explicit(0, octetString(content))),
    element(contextConstructed(0), ...certificates),
    element(contextConstructed(1), ...crls),
    element(0x31, ...infos),
  )
  const cms = sequence(objectIdentifier(CONTENT_TYPE.signedData), explicit(0, data))
  const header = 'From: alice@smime.example\r\nContent-Type: application/pkcs7-mime\r\n'
  const message = `${header}Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(cms).toString('base64')}`
  const start = performance.now()
  const opened = openMessage(sourceOf(Buffer.from(message)), {
    anchors: [ca.certificate],
    decrypters: [],
    at,
  })
  opened.close()
  return { verdict: opened.verdict, tookMs: performance.now() - start }
}

/** A list of the authority's with a signature that is none of its. */
function forgedCrl(number: number): Uint8Array {
  const tbs = sequence(
    integer(1),
    ECDSA,
    ca.certificate.subject.der,
    time(new Date('2026-12-01T00:00:00Z')),
    time(new Date('2027-12-01T00:00:00Z')),
  )
  const signature = sign('sha256', Buffer.from([number]), ca.privateKey)
  return sequence(tbs, ECDSA, bitString(signature))
}

test('A-15: of thousands of lists that come along a few are looked at', async () => {
  const digest = digestsOf(content)('sha256')
  const { attributes, signature } = await makeSignature(digest, alice, { at })
  const tagged = Buffer.from(attributes)
  tagged[0] = contextConstructed(0)
  const { signerHead, signatureAlgorithm } = templateOf(alice)
  const info = sequence(signerHead, tagged, signatureAlgorithm, octetString(signature))
  const crl = forgedCrl(1)
  const { verdict, tookMs } = open({
    infos: new Array<Uint8Array>(64).fill(info),
    certificates: [certificate.der],
    crls: new Array<Uint8Array>(5_000).fill(crl),
  })
  expect(verdict).toMatchObject({ is: 'valid' })
  expect(tookMs).toBeLessThan(ENOUGH_MS)
})

/** A certificate that says it is Alice's, with an RSA key that nobody has. */
function hugeKeyCertificate(bits: number, number: number): Uint8Array {
  const modulus = randomBytes(bits / 8)
  modulus[0] = 0x80
  const positive = (bytes: Uint8Array) => Buffer.concat([Buffer.of(0), bytes])
  const key = sequence(integer(positive(modulus)), integer(positive(Buffer.alloc(8, 0xff))))
  const tbs = sequence(
    explicit(0, integer(2)),
    integer(certificate.serial),
    ECDSA,
    certificate.issuer.der,
    sequence(time(certificate.notBefore), time(certificate.notAfter)),
    certificate.subject.der,
    sequence(sequence(objectIdentifier('1.2.840.113549.1.1.1'), nullValue()), bitString(key)),
  )
  return sequence(tbs, ECDSA, bitString(Buffer.from([number])))
}

test('A-15: nothing is verified with an RSA key that is too long', () => {
  const digest = digestsOf(content)('sha256')
  const attribute = (oid: string, value: Uint8Array) => sequence(objectIdentifier(oid), set(value))
  const attributes = element(
    contextConstructed(0),
    attribute('1.2.840.113549.1.9.3', objectIdentifier(CONTENT_TYPE.data)),
    attribute('1.2.840.113549.1.9.4', octetString(digest)),
  )
  const signature = Buffer.alloc(2048, 1).fill(0, 0, 1)
  const info = sequence(templateOf(alice).signerHead, attributes, RSA, octetString(signature))
  const { verdict, tookMs } = open({
    infos: new Array<Uint8Array>(64).fill(info),
    certificates: Array.from({ length: 16 }, (_, number) => hugeKeyCertificate(16_384, number)),
  })
  expect(verdict).toEqual({ is: 'broken', because: 'wrong_key' })
  expect(tookMs).toBeLessThan(ENOUGH_MS)
})
