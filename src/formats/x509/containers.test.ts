import { beforeAll, expect, test } from 'vitest'
import { runOk } from '../../../test/support/peers.ts'
import {
  type MadeCertificate,
  folderOfTheseTests,
  makeCertificate,
} from '../../../test/support/test-pki.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { readCertificates, readContainer } from './containers.ts'

const folder = folderOfTheseTests()
let one: MadeCertificate
let two: MadeCertificate

beforeAll(() => {
  one = makeCertificate(folder, { name: 'one', subject: '/CN=One', key: 'p256' })
  two = makeCertificate(folder, { name: 'two', subject: '/CN=Two', key: 'p256' })
})

const p7b = (...options: string[]) =>
  runOk(['openssl', 'crl2pkcs7', '-nocrl', '-certfile', `${one.path}.crt`, '-certfile',
    `${two.path}.crt`, ...options]) // prettier-ignore

test.for([
  { name: 'a PEM bundle', file: () => encodeUtf8(`${one.certificatePem}\n${two.certificatePem}`) },
  {
    name: 'a PEM bundle with a key',
    file: () => encodeUtf8(one.keyPem + one.certificatePem + two.certificatePem),
  },
  { name: 'DER after DER', file: () => Buffer.concat([one.der, two.der]) },
  { name: 'a P7B in DER', file: () => p7b('-outform', 'DER') },
  { name: 'a P7B in PEM', file: () => p7b() },
])('reads $name', ({ file }) => {
  expect(readCertificates(file()).map(({ subject }) => subject.text)).toEqual(['CN=One', 'CN=Two'])
})

test('reads a P7B of indefinite length', () => {
  const inner = [one.der, two.der]
  const open = (tag: number, ...parts: Uint8Array[]) =>
    Buffer.concat([Buffer.of(tag, 0x80), ...parts, Buffer.of(0, 0)])
  const hex = (digits: string) => Buffer.from(digits, 'hex')
  const signedData = open(
    0x30,
    hex('020101'),
    hex('3100'),
    open(0x30, hex('06092a864886f70d010701')),
    open(0xa0, ...inner),
    hex('3100'),
  )
  const file = open(0x30, hex('06092a864886f70d010702'), open(0xa0, signedData))
  expect(readCertificates(file)).toHaveLength(2)
})

test('one that cannot be read does not hide the others', () => {
  const broken = one.certificatePem.replace(/\n[A-Za-z0-9]{4}/, '\nAAAA')
  const content = readContainer(encodeUtf8(broken + two.certificatePem))
  expect(content.certificates.map(({ subject }) => subject.text)).toEqual(['CN=Two'])
  expect(content.unreadable.map(({ code }) => code)).toEqual(['certificate.malformed'])
  expect(() => readCertificates(encodeUtf8(broken))).toThrow(HubError)
})

test.for(['', ' \n\n', '# no anchors yet\n'])('%j holds nothing', (text) => {
  expect(readContainer(encodeUtf8(text)).certificates).toEqual([])
})

test.for(['hello', '\0\x01', '0'])('%j is no container', (text) => {
  expect(() => readCertificates(encodeUtf8(text))).toThrow(HubError)
})

test('a file cut anywhere is read in part or refused with a named error', () => {
  for (const file of [p7b('-outform', 'DER'), p7b(), one.der]) {
    for (let length = 0; length < file.byteLength; length += 1) {
      try {
        readContainer(file.subarray(0, length))
      } catch (error) {
        expect(error).toBeInstanceOf(HubError)
      }
    }
  }
})
