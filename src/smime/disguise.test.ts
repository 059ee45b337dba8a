/**
 * Messages around a valid signature that other mail programs read as something else than we do: what
 * they would show is not what Alice signed.
 */

import { describe, expect, test } from 'vitest'
import { makeCa, makeIdentity } from '../../test/support/identities.ts'
import {
  explicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
} from '../formats/asn1/writer.ts'
import { CONTENT_TYPE } from '../formats/cms/oids.ts'
import { makeSignature, signDetached, signEnclosed } from '../formats/cms/sign.ts'
import { templateOf } from '../formats/cms/signing-template.ts'
import { encodeBase64Lines } from '../formats/mime/base64.ts'
import { sourceOf } from '../formats/mime/source.ts'
import { signerFor } from '../keys/signing.ts'
import { openMessage } from './open.ts'

const at = new Date('2027-01-01T00:00:00Z')
const ca = makeCa()
const signerOf = (address: string) => {
  const { certificate, privateKey } = makeIdentity({ address, issuer: ca })
  return signerFor(privateKey, { certificate })
}
const alice = signerOf('alice@smime.example')

const CONTENT = 'Content-Type: text/plain\r\n\r\nPay Bob 10.\r\n'
const FROM = 'From: Alice <alice@smime.example>\r\n'
const TYPE =
  'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=sig\r\n'
const SIGNATURE_TYPE = 'Content-Type: application/pkcs7-signature; name=smime.p7s\r\n'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const base64 = (cms: Uint8Array) => Buffer.from(encodeBase64Lines(cms)).toString('latin1')
const signature = base64(await signDetached(bytes(CONTENT), alice, { at }))

interface Parts {
  header?: string
  type?: string
  content?: string
  signatureType?: string
  signature?: string
}

function clearSigned(parts: Parts = {}): string {
  const { header = FROM, type = TYPE, content = CONTENT, signatureType = SIGNATURE_TYPE } = parts
  return (
    `${header}MIME-Version: 1.0\r\n${type}\r\n--sig\r\n${content}\r\n--sig\r\n${signatureType}` +
    `Content-Transfer-Encoding: base64\r\n\r\n${parts.signature ?? signature}--sig--\r\n`
  )
}

function opaque(cms: Uint8Array): string {
  return `${FROM}Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(cms)}`
}

function verdictOn(message: string) {
  const opened = openMessage(sourceOf(bytes(message)), {
    anchors: [ca.certificate],
    decrypters: [],
    at,
  })
  opened.close()
  return opened.verdict
}

test.for([
  { name: 'as it was made', message: clearSigned() },
  { name: 'out of a mailbox', message: clearSigned({ header: `From alice Fri Jan 1\r\n${FROM}` }) },
  {
    name: 'with a folded field',
    message: clearSigned({ header: `Subject: a\r\n b\r\n\tc\r\n${FROM}` }),
  },
  {
    name: 'with a name in both ways',
    message: clearSigned({
      signatureType: `${SIGNATURE_TYPE.trimEnd()}; name*=utf-8''smime.p7s\r\n`,
    }),
  },
])('a valid signature $name is valid', ({ message }) => {
  expect(verdictOn(message)).toMatchObject({ is: 'valid', signer: 'alice@smime.example' })
})

describe('A-16: a header that is read in two ways makes a signature broken', () => {
  test.for([
    { name: 'text before its type', header: `${FROM}Pay Mallory 10,000.\r\n` },
    { name: 'text before its first field', header: `Pay Mallory 10,000.\r\n${FROM}` },
    { name: 'a line of white space', header: `${FROM} \r\n Pay Mallory 10,000.\r\n` },
    { name: 'From behind a lone CR', header: `X-A: b\rFrom: boss@smime.example\r\n${FROM}` },
    { name: 'a blank line of lone CRs', header: `${FROM}X-A: b\r\rPay Mallory.\r\n` },
    { name: 'a NUL', header: `${FROM}X-A: b\0\r\n` },
    { name: 'a space in a name', header: `${FROM}Content Type: text/html\r\n` },
    { name: 'two boundaries', type: `${TYPE.trimEnd()}; boundary=other\r\n` },
    {
      name: 'a boundary in pieces too',
      type: `${TYPE.trimEnd()}; boundary*0=s; boundary*1=ig\r\n`,
    },
    { name: 'a boundary in a charset too', type: `${TYPE.trimEnd()}; boundary*=utf-8''sig\r\n` },
    { name: 'two protocols', type: `${TYPE.trimEnd()}; protocol="text/html"\r\n` },
    { name: 'two types', type: `${TYPE}Content-Type: text/html\r\n` },
    {
      name: 'two types of the signature',
      signatureType: `${SIGNATURE_TYPE}Content-Type: text/html\r\n`,
    },
  ])('$name', (parts) => {
    expect(verdictOn(clearSigned(parts))).toEqual({ is: 'broken', because: 'ambiguous_header' })
  })
})

test.for(['text/html', 'text/plain; name=smime.p7s', 'image/png', 'application/octet-stream'])(
  'A-09: a signature that says it is %s is a part that is displayed, and not signed',
  (type) => {
    const verdict = verdictOn(clearSigned({ signatureType: `Content-Type: ${type}\r\n` }))
    expect(verdict).toEqual({ is: 'broken', because: 'wrong_parts' })
  },
)

test('A-10: an address in encoded words is displayed as another one', async () => {
  const address = '=?utf-8?q?boss=40smime.example?=@evil.example'
  const own = base64(await signDetached(bytes(CONTENT), signerOf(address), { at }))
  const verdict = verdictOn(clearSigned({ header: `From: <${address}>\r\n`, signature: own }))
  expect(verdict).toEqual({ is: 'unbound', because: 'from_malformed' })
})

test.for([
  '"boss@smime.example":;, alice@smime.example',
  'boss:;, alice@smime.example',
  ', alice@smime.example',
  'alice@smime.example,',
  'alice@smime.example (boss@smime.example',
  'team: alice@smime.example;',
])('A-10: From: %s is more than an address', (from) => {
  const verdict = verdictOn(clearSigned({ header: `From: ${from}\r\n` }))
  expect(verdict).toEqual({ is: 'unbound', because: 'from_malformed' })
})

test('M-11: what is signed as content of another type is no mail', async () => {
  const contentType = '1.2.840.113549.1.9.16.1.4'
  const cms = await signEnclosed(bytes(CONTENT), alice, { at, contentType })
  expect(verdictOn(opaque(cms))).toEqual({ is: 'broken', because: 'other_content_type' })
})

test('C-01: the attributes of another signature are no content', async () => {
  const made = await makeSignature(new Uint8Array(32), alice, { at })
  const { signerHead, signatureAlgorithm, digestAlgorithms, certificates } = templateOf(alice)
  const data = sequence(
    integer(1),
    digestAlgorithms,
    sequence(objectIdentifier(CONTENT_TYPE.data), explicit(0, octetString(made.attributes))),
    certificates,
    set(sequence(signerHead, signatureAlgorithm, octetString(made.signature))),
  )
  const cms = sequence(objectIdentifier(CONTENT_TYPE.signedData), explicit(0, data))
  expect(verdictOn(opaque(cms))).toEqual({ is: 'broken', because: 'attributes_missing' })
})
