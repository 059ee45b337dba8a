/**
 * Whatever becomes of a valid message on its way, reading it gives a value or a HubError, and never
 * other content than was signed or authenticated.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeIdentity } from '../../../test/support/identities.ts'
import { HubError } from '../../base/errors.ts'
import { KnownCertificates } from '../x509/known-certificates.ts'
import { openContentInfo } from './content-info.ts'
import { decryptContent, decrypterFor } from './decrypt.ts'
import { encryptContent } from './encrypt.ts'
import { parseEnvelopedData } from './enveloped-data.ts'
import { CONTENT_TYPE } from './oids.ts'
import { signEnclosed } from './sign.ts'
import { signNow } from './signature-schemes.ts'
import { parseSignedData } from './signed-data.ts'
import { CmsStreamReader } from './stream-reader.ts'
import { writeEnvelopedData, writeSignedData } from './stream-writer.ts'
import { digestsOf, verifySigner } from './verify.ts'

const at = new Date('2026-03-04T05:06:07Z')
const content = Buffer.from('the board meets on Friday\r\n')
const ada = makeIdentity({ address: 'ada@example.com' })
const bob = makeIdentity({ key: 'rsa-2048', address: 'bob@example.com' })
const signer = {
  certificate: ada.certificate,
  chain: [],
  scheme: 'ecdsa-sha256',
  sign: (bytes: Uint8Array) => signNow(ada.privateKey, 'ecdsa-sha256', bytes),
} as const
const toAda = [{ certificate: ada.certificate }]

type Read = (bytes: Uint8Array) => void

/** Content of every valid signature is the content that was signed. */
function readSigned(bytes: Uint8Array): void {
  const signed = parseSignedData(bytes)
  const certificates = new KnownCertificates().readAll(signed.certificates)
  const inside = signed.content ?? new Uint8Array(0)
  for (const info of signed.signerInfos) {
    const { contentType } = signed
    const context = { contentType, content: inside, digest: digestsOf(inside), certificates }
    if (verifySigner(info, context).is === 'valid') expect(inside).toEqual(content)
  }
}

const readAuthenticated: Read = (bytes) => {
  const plaintext = decryptContent(
    parseEnvelopedData(bytes),
    decrypterFor(ada.certificate, ada.privateKey),
  )
  expect(plaintext).toEqual(content)
}

/** Without a tag content can be changed unseen: only that it is read or refused is asked. */
const readCbc: Read = (bytes) => {
  decryptContent(parseEnvelopedData(bytes), decrypterFor(bob.certificate, bob.privateKey))
}

const readInPieces: Read = (bytes) => {
  const reader = new CmsStreamReader({
    header: () => undefined,
    content: () => undefined,
    trailer: () => undefined,
  })
  for (let from = 0; from < bytes.byteLength; from += 100) {
    reader.push(bytes.subarray(from, from + 100))
  }
  reader.finish()
}

async function streamedSigned(): Promise<Uint8Array> {
  const written: Uint8Array[] = []
  const writer = writeSignedData(signer, { at }, (bytes) => void written.push(Buffer.from(bytes)))
  writer.update(content.subarray(0, 10))
  writer.update(content.subarray(10))
  await writer.finish()
  return Buffer.concat(written)
}

function streamedEncrypted(): Uint8Array {
  const written: Uint8Array[] = []
  const options = { cipher: 'aes-256-gcm' } as const
  const writer = writeEnvelopedData(
    toAda,
    options,
    (bytes) => void written.push(Buffer.from(bytes)),
  )
  writer.update(content)
  writer.finish()
  return Buffer.concat(written)
}

const CORPUS: readonly { name: string; bytes: Uint8Array; read: Read }[] = [
  {
    name: 'a signed message',
    bytes: await signEnclosed(content, signer, { at }),
    read: readSigned,
  },
  { name: 'a signed message in BER', bytes: await streamedSigned(), read: readSigned },
  {
    name: 'a message in AES-GCM',
    bytes: encryptContent(content, toAda, { cipher: 'aes-128-gcm' }).bytes,
    read: readAuthenticated,
  },
  { name: 'a message in AES-GCM and BER', bytes: streamedEncrypted(), read: readAuthenticated },
  {
    name: 'a message in AES-CBC to an RSA key',
    bytes: encryptContent(content, [{ certificate: bob.certificate }], { cipher: 'aes-256-cbc' })
      .bytes,
    read: readCbc,
  },
]

/** In memory and in pieces the same messages are taken and the same are refused. */
function agree(bytes: Uint8Array): void {
  const outcomeOf = (read: Read) => {
    try {
      read(bytes)
      return 'taken'
    } catch (error) {
      if (error instanceof HubError) return 'refused'
      throw error
    }
  }
  const inMemory = outcomeOf((each) =>
    openContentInfo(each).contentType === CONTENT_TYPE.signedData
      ? parseSignedData(each)
      : parseEnvelopedData(each),
  )
  if (inMemory !== outcomeOf(readInPieces)) {
    expect(`${inMemory} in memory: ${Buffer.from(bytes).toString('hex')}`).toBe('and in pieces')
  }
}

/** Runs a reading that may end in a HubError and in nothing else. */
function tolerate(read: Read, bytes: Uint8Array): void {
  try {
    read(bytes)
  } catch (error) {
    if (!(error instanceof HubError)) throw error
  }
}

test.for(CORPUS)('$name with any one bit changed is read or refused', ({ bytes, read }) => {
  read(bytes)
  const copy = Buffer.from(bytes)
  for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
    const mask = 1 << (bit & 7)
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ mask
    tolerate(read, copy)
    agree(copy)
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ mask
  }
})

test.for(CORPUS)('$name that is cut anywhere is refused', ({ bytes, read }) => {
  for (let length = 0; length < bytes.byteLength; length += 1) {
    const cut = Buffer.from(bytes.subarray(0, length))
    expect(() => read(cut)).toThrow(HubError)
    expect(() => readInPieces(cut)).toThrow(HubError)
  }
})

test('pieces of valid messages, joined at random, are read or refused', () => {
  const piece = fc
    .tuple(fc.constantFrom(...CORPUS), fc.nat(), fc.nat({ max: 200 }))
    .map(([{ bytes }, start, length]) => {
      const from = start % bytes.byteLength
      return bytes.subarray(from, from + length)
    })
  const joined = fc.oneof(
    fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.concat(pieces)),
    // The head of a message, then something else: this reaches the inner parts.
    fc
      .tuple(fc.constantFrom(...CORPUS), fc.nat({ max: 400 }), fc.array(piece, { maxLength: 4 }))
      .map(([{ bytes }, length, pieces]) => Buffer.concat([bytes.subarray(0, length), ...pieces])),
  )
  fc.assert(
    fc.property(joined, (bytes) => {
      for (const read of [readSigned, readAuthenticated, readCbc, readInPieces]) {
        tolerate(read, bytes)
      }
    }),
    { numRuns: 3000, seed: 20260101 },
  )
})
