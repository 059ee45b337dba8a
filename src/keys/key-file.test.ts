import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { runOk } from '../../test/support/peers.ts'
import {
  type MadeCertificate,
  folderOfTheseTests,
  makeCertificate,
} from '../../test/support/test-pki.ts'
import { encodeUtf8 } from '../base/bytes.ts'
import { parseCertificate } from '../formats/x509/certificate.ts'
import { keyFor, readKeyFile } from './key-file.ts'

const folder = folderOfTheseTests()
let rsa: MadeCertificate
let curve: MadeCertificate

beforeAll(() => {
  rsa = makeCertificate(folder, { name: 'rsa', subject: '/CN=RSA' })
  curve = makeCertificate(folder, { name: 'curve', subject: '/CN=Curve', key: 'p256' })
})

const openssl = (...args: string[]) => runOk(['openssl', ...args])

test.for([
  { name: 'PKCS#8 in PEM', file: () => readFileSync(`${rsa.path}.key`) },
  {
    name: 'PKCS#8 in DER',
    file: () => openssl('pkey', '-in', `${rsa.path}.key`, '-outform', 'DER'),
  },
  { name: 'PKCS#1 in PEM', file: () => openssl('rsa', '-in', `${rsa.path}.key`, '-traditional') },
  {
    name: 'PKCS#1 in DER',
    file: () => openssl('rsa', '-in', `${rsa.path}.key`, '-traditional', '-outform', 'DER'),
  },
  {
    name: 'PKCS#8 by AES-256 and SHA-256',
    file: () =>
      openssl('pkcs8', '-topk8', '-in', `${rsa.path}.key`, '-passout', 'pass:open sesame'),
  },
  {
    name: 'PKCS#8 by AES-128 and SHA-1',
    file: () =>
      openssl(
        'pkcs8',
        '-topk8',
        '-in',
        `${rsa.path}.key`,
        '-v2',
        'aes-128-cbc',
        '-v2prf',
        'hmacWithSHA1',
        '-outform',
        'DER',
        '-passout',
        'pass:open sesame',
      ),
  },
  {
    name: 'PKCS#8 by 3DES of PKCS#12',
    file: () =>
      openssl(
        'pkcs8',
        '-topk8',
        '-in',
        `${rsa.path}.key`,
        '-v1',
        'PBE-SHA1-3DES',
        '-passout',
        'pass:open sesame',
      ),
  },
  {
    name: 'old encrypted PEM',
    file: () =>
      openssl(
        'rsa',
        '-in',
        `${rsa.path}.key`,
        '-traditional',
        '-aes128',
        '-passout',
        'pass:open sesame',
      ),
  },
  {
    name: 'PKCS#12',
    file: () =>
      openssl(
        'pkcs12',
        '-export',
        '-inkey',
        `${rsa.path}.key`,
        '-in',
        `${rsa.path}.crt`,
        '-passout',
        'pass:open sesame',
      ),
  },
])('reads $name', async ({ file }) => {
  const { privateKeys } = await readKeyFile(file(), 'open sesame')
  expect(keyFor(parseCertificate(rsa.der), privateKeys)).toBe(privateKeys[0])
  expect(() => keyFor(parseCertificate(curve.der), privateKeys)).toThrow('no private key belongs')
})

test.for([
  { name: 'SEC1 in PEM', file: () => openssl('ec', '-in', `${curve.path}.key`) },
  { name: 'SEC1 in DER', file: () => openssl('ec', '-in', `${curve.path}.key`, '-outform', 'DER') },
])('reads $name', async ({ file }) => {
  const { privateKeys } = await readKeyFile(file())
  expect(keyFor(parseCertificate(curve.der), privateKeys)).toBe(privateKeys[0])
})

test('a key and its certificates may be in one PEM file', async () => {
  const file = encodeUtf8(rsa.certificatePem + rsa.keyPem + curve.certificatePem)
  const { certificates, privateKeys } = await readKeyFile(file)
  expect(privateKeys).toHaveLength(1)
  expect(certificates.map(({ subject }) => subject.text)).toEqual(['CN=RSA', 'CN=Curve'])
})

test('an encrypted key needs its passphrase, the right one', async () => {
  const path = join(folder, 'encrypted')
  openssl('pkcs8', '-topk8', '-in', `${rsa.path}.key`, '-passout', 'pass:right', '-out', path)
  const file = readFileSync(path)
  await expect(readKeyFile(file)).rejects.toMatchObject({ code: 'passphrase.required' })
  await expect(readKeyFile(file, 'wrong')).rejects.toMatchObject({ code: 'passphrase.wrong' })
  await expect(readKeyFile(file, '')).rejects.toMatchObject({ code: 'passphrase.wrong' })
  await expect(readKeyFile(file, 'right')).resolves.toBeDefined()
})

test.for([
  { name: 'nothing', file: () => new Uint8Array(0), code: 'key.malformed' },
  { name: 'text', file: () => encodeUtf8('hello'), code: 'key.malformed' },
  {
    name: 'a certificate alone',
    file: () => encodeUtf8(rsa.certificatePem),
    code: 'key.malformed',
  },
  {
    name: 'a cut key',
    file: () => openssl('pkey', '-in', `${rsa.path}.key`, '-outform', 'DER').subarray(0, 900),
    code: 'key.malformed',
  },
])('refuses $name', async ({ file, code }) => {
  await expect(readKeyFile(file())).rejects.toMatchObject({ code })
})
