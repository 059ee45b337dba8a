import { expect, test } from 'vitest'
import { makeCa, makeIdentity } from '../../../test/support/identities.ts'
import { HubError } from '../../base/errors.ts'
import type { ContentCipher } from './content-ciphers.ts'
import { decrypterFor, openContentKey, openWithContentKey } from './decrypt.ts'
import { encryptContent } from './encrypt.ts'
import { parseEnvelopedData } from './enveloped-data.ts'
import { signDetached, signEnclosed } from './sign.ts'
import { signNow } from './signature-schemes.ts'
import { parseSignedData } from './signed-data.ts'
import { type CmsHeader, CmsStreamReader, type CmsTrailer } from './stream-reader.ts'
import { writeEnvelopedData, writeSignedData } from './stream-writer.ts'

const at = new Date('2026-03-04T05:06:07Z')
const content = Buffer.from('Content-Type: text/plain\r\n\r\nthe board meets on Friday\r\n')
const ca = makeCa()
const ada = makeIdentity({ address: 'ada@example.com', issuer: ca })
const signer = {
  certificate: ada.certificate,
  chain: [ca.certificate],
  scheme: 'ecdsa-sha256',
  sign: (bytes: Uint8Array) => signNow(ada.privateKey, 'ecdsa-sha256', bytes),
} as const
const decrypter = decrypterFor(ada.certificate, ada.privateKey)

/** What a reader says of a message that comes in pieces of this many bytes, in one reused buffer. */
function readInPieces(bytes: Uint8Array, pieceBytes: number) {
  let header: CmsHeader | undefined
  let trailer: CmsTrailer | undefined
  const chunks: Buffer[] = []
  const reader = new CmsStreamReader({
    header: (each) => void (header = each),
    content: (chunk) => void chunks.push(Buffer.from(chunk)),
    trailer: (each) => void (trailer = each),
  })
  const reused = Buffer.alloc(pieceBytes)
  for (let from = 0; from < bytes.byteLength; from += pieceBytes) {
    const piece = bytes.subarray(from, from + pieceBytes)
    reused.set(piece)
    reader.push(reused.subarray(0, piece.byteLength))
    reused.fill(0xee)
  }
  reader.finish()
  return { header, content: Buffer.concat(chunks), trailer }
}

async function signedInPieces(pieceBytes: number): Promise<Buffer> {
  const written: Buffer[] = []
  const writer = writeSignedData(signer, { at }, (bytes) => void written.push(Buffer.from(bytes)))
  for (let from = 0; from < content.byteLength; from += pieceBytes) {
    writer.update(content.subarray(from, from + pieceBytes))
  }
  await writer.finish()
  return Buffer.concat(written)
}

function encryptedInPieces(cipher: ContentCipher, contentBytes?: number) {
  const written: Buffer[] = []
  const recipients = [{ certificate: ada.certificate }]
  const options = { cipher, ...(contentBytes === undefined ? {} : { contentBytes }) }
  const writer = writeEnvelopedData(recipients, options, (bytes) => {
    written.push(Buffer.from(bytes))
  })
  for (let from = 0; from < content.byteLength; from += 10) {
    writer.update(content.subarray(from, from + 10))
  }
  writer.finish()
  return { bytes: Buffer.concat(written), contentKey: writer.contentKey }
}

test.for([1, 2, 3, 7, 64, 10_000])(
  'SignedData in pieces of %d octets reads as it does whole',
  async (pieceBytes) => {
    for (const bytes of [
      await signEnclosed(content, signer, { at }),
      await signDetached(content, signer, { at }),
      await signedInPieces(pieceBytes),
    ]) {
      const whole = parseSignedData(bytes)
      const read = readInPieces(bytes, pieceBytes)
      const { certificates, crls, signerInfos, content: inside, ...header } = whole
      const hasContent = inside !== undefined
      expect(read.header).toEqual({ is: 'signed', hasContent, ...header })
      expect(read.content).toEqual(inside ?? Buffer.alloc(0))
      expect(read.trailer).toEqual({ is: 'signed', certificates, crls, signerInfos })
    }
  },
)

const CIPHERS: readonly ContentCipher[] = ['aes-256-cbc', 'aes-256-gcm']

test.for(CIPHERS)('what is encrypted with %s in pieces opens in pieces', (cipher) => {
  for (const contentBytes of [undefined, content.byteLength]) {
    const { bytes, contentKey } = encryptedInPieces(cipher, contentBytes)
    expect(openWithContentKey(parseEnvelopedData(bytes), contentKey)).toEqual(content)
    const { header, trailer, content: encrypted } = readInPieces(bytes, 5)
    if (header?.is !== 'encrypted' || trailer?.is !== 'encrypted') throw new Error('not encrypted')
    if (header.encryption.is !== 'known') throw new Error('not known')
    const key = openContentKey(header, decrypter)
    const opened = key.decrypt(header.encryption, {
      contentType: header.contentType,
      attributes: undefined,
    })
    const parts = [opened.update(encrypted), opened.finish(trailer)]
    expect(Buffer.concat(parts)).toEqual(content)
  }
})

test('a message of another length than was said is not finished', () => {
  expect(() => encryptedInPieces('aes-256-gcm', content.byteLength + 1)).toThrow(
    expect.objectContaining({ code: 'cms.wrong_length' }),
  )
})

test('C-15: a message cut anywhere is malformed, whole and in pieces', async () => {
  const messages = [
    await signedInPieces(20),
    encryptContent(content, [{ certificate: ada.certificate }], { cipher: 'aes-256-gcm' }).bytes,
    encryptedInPieces('aes-256-cbc').bytes,
  ]
  for (const bytes of messages) {
    for (let length = 0; length < bytes.byteLength; length += 1) {
      expect(() => readInPieces(bytes.subarray(0, length), 50)).toThrow(HubError)
    }
  }
})

test('line ends and zeros may follow a message, other octets not', async () => {
  const bytes = await signDetached(content, signer, { at })
  const followedBy = (text: string) => Buffer.concat([bytes, Buffer.from(text)])
  expect(readInPieces(followedBy('\r\n\0'), 30).trailer).toBeDefined()
  expect(parseSignedData(followedBy('\r\n\0')).signerInfos).toHaveLength(1)
  for (const read of [parseSignedData, (b: Uint8Array) => readInPieces(b, 30)]) {
    expect(() => read(followedBy('x'))).toThrow(expect.objectContaining({ code: 'cms.malformed' }))
  }
})
