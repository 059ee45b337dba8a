import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { needCorpus, runOk } from '../../../test/support/peers.ts'
import {
  CA_EXTENSIONS,
  type MadeCertificate,
  folderOfTheseTests,
  makeCertificate,
  personExtensions,
} from '../../../test/support/test-pki.ts'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { integer, octetString, sequence } from '../asn1/writer.ts'
import { looksLikePkcs12, readPkcs12 } from './pkcs12.ts'

const folder = folderOfTheseTests()
let authority: MadeCertificate
let ada: MadeCertificate

beforeAll(() => {
  authority = makeCertificate(folder, { name: 'ca', subject: '/CN=CA', extensions: CA_EXTENSIONS })
  ada = makeCertificate(folder, {
    name: 'ada',
    subject: '/CN=Ada',
    key: 'p256',
    issuer: authority,
    extensions: personExtensions('ada@example.com'),
  })
})

function exported(password: string, ...options: string[]): Buffer {
  writeFileSync(join(folder, 'password'), `${password}\n`)
  return runOk(['openssl', 'pkcs12', '-export', '-inkey', `${ada.path}.key`, '-in',
    `${ada.path}.crt`, '-certfile', `${authority.path}.crt`, '-name', 'Ada’s key',
    '-passout', `file:${join(folder, 'password')}`, ...options]) // prettier-ignore
}

test.for([
  { name: 'as OpenSSL writes it', options: [] },
  {
    name: 'AES-128 and a MAC by SHA-512',
    options: ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512'],
  },
  {
    name: '3DES and SHA-1, as old programs do',
    options: ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
  },
  { name: 'a MAC of one round', options: ['-nomaciter'] },
  { name: 'certificates in clear', options: ['-certpbe', 'NONE'] },
  { name: 'key and certificates in clear', options: ['-certpbe', 'NONE', '-keypbe', 'NONE'] },
  { name: 'a hundred thousand rounds', options: ['-iter', '100000'] },
])('K-01: reads $name', async ({ options }) => {
  const file = exported('correct horse', ...options)
  expect(looksLikePkcs12(file)).toBe(true)
  const { keys, certificates } = await readPkcs12(file, 'correct horse')
  expect(certificates.map(({ subject }) => subject.text)).toEqual(['CN=Ada', 'CN=CA'])
  expect(keys).toHaveLength(1)
  expect(keys[0]?.friendlyName).toBe('Ada’s key')
  expect(keys[0]?.certificates.map(({ subject }) => subject.text)).toEqual(['CN=Ada'])
})

test.for(['', 'é', '密码', '🔑 with a surrogate pair', 'x'.repeat(200)])(
  'K-01: the password %j opens what it closed, in the new and the old way',
  async (password) => {
    for (const pbe of ['AES-256-CBC', 'PBE-SHA1-3DES']) {
      const file = exported(password, '-keypbe', pbe, '-certpbe', pbe)
      expect((await readPkcs12(file, password)).keys).toHaveLength(1)
    }
  },
)

test('K-02: a wrong password is said to be wrong, before anything is decrypted', async () => {
  const file = exported('right')
  for (const wrong of ['', 'Right', 'right ']) {
    await expect(readPkcs12(file, wrong)).rejects.toMatchObject({ code: 'passphrase.wrong' })
  }
})

test('K-02: a file without a MAC is refused', async () => {
  const file = exported('x', '-nomac')
  await expect(readPkcs12(file, 'x')).rejects.toMatchObject({ code: 'pkcs12.unsupported' })
})

test('K-02: a file cannot ask for hours of work', async () => {
  const file = exported('x', '-iter', '100000')
  const many = Buffer.from('02030186a0', 'hex')
  // INTEGER 100000 becomes 8388607 wherever it stands.
  for (let at = file.indexOf(many); at >= 0; at = file.indexOf(many, at + 1)) {
    file.writeUIntBE(0x7fffff, at + 2, 3)
  }
  const start = performance.now()
  await expect(readPkcs12(file, 'x')).rejects.toMatchObject({ code: 'passphrase.too_expensive' })
  expect(performance.now() - start).toBeLessThan(1_000)
})

test('A-15: a MAC said to be very long costs no more than one of its digest', async () => {
  const pfx = Asn1Reader.ber(exported('x')).sequence()
  const parts = [pfx.element().encoded, pfx.element().encoded]
  const mac = pfx.sequence()
  const algorithm = mac.sequence().element().encoded
  const longMac = sequence(algorithm, octetString(new Uint8Array(200_000)))
  const file = sequence(...parts, sequence(longMac, mac.element().encoded, integer(3_000)))
  const start = performance.now()
  await expect(readPkcs12(file, 'x')).rejects.toMatchObject({ code: 'passphrase.wrong' })
  expect(performance.now() - start).toBeLessThan(1_000)
})

test('K-01: RC2 is refused by name', async () => {
  const file = exported('x', '-legacy', '-certpbe', 'PBE-SHA1-RC2-40', '-keypbe', 'PBE-SHA1-3DES')
  await expect(readPkcs12(file, 'x')).rejects.toMatchObject({
    code: 'key.unsupported',
    detail: { what: 'RC2-40' },
  })
})

test('K-04: the people of RFC 9216 have two keys each, with their certificates', async (context) => {
  const corpus = needCorpus(context, 'rfc9216')
  const files = readdirSync(corpus).filter((file) => file.endsWith('.p12'))
  expect(files).toHaveLength(4)
  for (const file of files) {
    const password = file.replace('.p12', '')
    const { keys } = await readPkcs12(readFileSync(join(corpus, file)), password)
    expect(keys).toHaveLength(2)
    for (const { certificates } of keys) {
      expect(certificates[0]?.emailAddresses).toEqual([`${password}@smime.example`])
    }
  }
})

test('K-05: whatever is changed or cut, the answer is a named error', async () => {
  const file = exported('x', '-iter', '1')
  const attempt = async (bytes: Uint8Array) => {
    try {
      await readPkcs12(bytes, 'x')
    } catch (error) {
      expect(error).toBeInstanceOf(HubError)
    }
  }
  for (let length = 0; length < file.byteLength; length += 7)
    await attempt(file.subarray(0, length))
  await fc.assert(
    fc.asyncProperty(fc.nat(file.byteLength * 8 - 1), async (bit) => {
      const changed = Uint8Array.from(file)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
      await attempt(changed)
    }),
    { seed: 3, numRuns: 600 },
  )
})
