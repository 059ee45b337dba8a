/** Messages and certificates that others wrote: RFC 4134 (legacy algorithms), RFC 9216, ML-KEM. */

import { createPrivateKey } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { needCorpus } from '../../../test/support/peers.ts'
import { readCertificates } from '../x509/containers.ts'
import { KnownCertificates } from '../x509/known-certificates.ts'
import { openContentInfo } from './content-info.ts'
import { decryptContent, decrypterFor, openContentKey } from './decrypt.ts'
import { encryptContent } from './encrypt.ts'
import { parseEnvelopedData } from './enveloped-data.ts'
import { signEnclosed } from './sign.ts'
import { schemeForKey, signNow } from './signature-schemes.ts'
import { parseSignedData } from './signed-data.ts'
import { digestsOf, verifySigner } from './verify.ts'

/** What RFC 4134 section 4 shows, with SHA-1 accepted: RSA is valid, DSA is not known here. */
const SIGNED: readonly { file: string; results: readonly string[] }[] = [
  { file: '4.1.bin', results: ['unsupported_algorithm'] },
  { file: '4.2.bin', results: ['valid'] },
  { file: '4.3.bin', results: ['unsupported_algorithm'] },
  { file: '4.4.bin', results: ['unsupported_algorithm'] },
  { file: '4.5.bin', results: ['valid'] },
  { file: '4.6.bin', results: ['unsupported_algorithm', 'unsupported_algorithm'] },
  { file: '4.7.bin', results: ['unsupported_algorithm'] },
  { file: '4.10.bin', results: ['unsupported_algorithm'] },
  { file: '4.11.bin', results: [] },
]

test.for(SIGNED)('RFC 4134 $file: $results', ({ file, results }, context) => {
  const folder = needCorpus(context, 'rfc4134')
  const known = new KnownCertificates()
  const names = readdirSync(folder).filter((name) => name.endsWith('.cer'))
  const others = known.readAll(names.map((name) => readFileSync(join(folder, name))))
  const signed = parseSignedData(readFileSync(join(folder, file)))
  const content = signed.content ?? readFileSync(join(folder, 'ExContent.bin'))
  const found = (acceptWeak: boolean) =>
    signed.signerInfos.map((info) => {
      const result = verifySigner(info, {
        contentType: signed.contentType,
        content,
        digest: digestsOf(content),
        certificates: [...others, ...known.readAll(signed.certificates)],
        acceptWeak,
      })
      return result.is === 'valid' ? 'valid' : result.because
    })
  expect(found(true)).toEqual(results)
  expect(found(false)).not.toContain('valid')
})

test.for([
  { file: '5.1.bin', oid: '1.2.840.113549.3.7', kinds: ['key-transport'] },
  { file: '5.2.bin', oid: '1.2.840.113549.3.2', kinds: ['key-transport', 'other'] },
])('A-13: RFC 4134 $file is read, and its cipher named', ({ file, oid, kinds }, context) => {
  const data = parseEnvelopedData(readFileSync(join(needCorpus(context, 'rfc4134'), file)))
  expect(data.encryption).toEqual({ is: 'unknown', oid })
  expect(data.recipientInfos.map(({ kind }) => kind)).toEqual(kinds)
})

test.for(['3.1.bin', '6.0.bin', '7.1.bin'])(
  'RFC 4134 %s is CMS of another type',
  (file, context) => {
    const bytes = readFileSync(join(needCorpus(context, 'rfc4134'), file))
    expect(openContentInfo(bytes).contentType).toMatch(/^1\.2\.840\.113549\.1\.7\.[156]$/)
    for (const parse of [parseSignedData, parseEnvelopedData]) {
      expect(() => parse(bytes)).toThrow(expect.objectContaining({ code: 'cms.other_content' }))
    }
  },
)

test('C-14: a message for an ML-KEM key alone is read, and for nobody here', (context) => {
  const folder = needCorpus(context, 'lamps-cms-mlkem')
  const text = readFileSync(join(folder, 'ML-KEM-512.cms'), 'latin1')
  const base64 = text.replace(/-----[^-]+-----/g, '')
  const data = parseEnvelopedData(Buffer.from(base64, 'base64'))
  expect(data).toMatchObject({ kind: 'auth-enveloped', recipientInfos: [{ kind: 'other' }] })
})

test.for(['alice', 'bob'])(
  'the keys and certificates of %s in RFC 9216 sign and decrypt',
  async (name, context) => {
    const folder = needCorpus(context, 'rfc9216')
    const content = Buffer.from('the board meets on Friday')
    const identityOf = (use: 'sign' | 'encrypt') => {
      const [certificate] = readCertificates(readFileSync(join(folder, `${name}.${use}.crt`)))
      if (certificate === undefined) throw new Error('no certificate')
      const key = createPrivateKey(readFileSync(join(folder, `${name}.${use}.key`)))
      return { certificate, key }
    }
    const signing = identityOf('sign')
    const scheme = schemeForKey(signing.certificate.publicKey)
    if (scheme === undefined) throw new Error('cannot sign')
    const signer = {
      certificate: signing.certificate,
      chain: [],
      scheme,
      sign: (bytes: Uint8Array) => signNow(signing.key, scheme, bytes),
    }
    const at = new Date('2026-03-04T05:06:07Z')
    const signed = parseSignedData(await signEnclosed(content, signer, { at }))
    const [info] = signed.signerInfos
    if (info === undefined) throw new Error('no signature')
    const certificates = [signing.certificate]
    const { contentType } = signed
    expect(
      verifySigner(info, { contentType, digest: digestsOf(content), certificates }),
    ).toMatchObject({ is: 'valid' })

    const { certificate, key } = identityOf('encrypt')
    const { bytes } = encryptContent(content, [{ certificate }], { cipher: 'aes-256-gcm' })
    expect(decryptContent(parseEnvelopedData(bytes), decrypterFor(certificate, key))).toEqual(
      content,
    )
    const other = decrypterFor(signing.certificate, signing.key)
    expect(() => openContentKey(parseEnvelopedData(bytes), other)).toThrow(
      expect.objectContaining({ code: 'cms.not_a_recipient' }),
    )
  },
)
