import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { needCorpus, runOk } from '../../../test/support/peers.ts'
import {
  CA_EXTENSIONS,
  type MadeCertificate,
  folderOfTheseTests,
  makeCertificate,
} from '../../../test/support/test-pki.ts'
import { HubError } from '../../base/errors.ts'
import { parseCertificate } from './certificate.ts'
import { parseCrl } from './crl.ts'
import { checkSignature } from './signature.ts'

const folder = folderOfTheseTests()
let authority: MadeCertificate
let der: Uint8Array

beforeAll(() => {
  authority = makeCertificate(folder, {
    name: 'ca',
    subject: '/CN=Test CA',
    extensions: CA_EXTENSIONS,
  })
  writeFileSync(
    join(folder, 'index.txt'),
    [
      'R\t300101000000Z\t261101120000Z,keyCompromise\t40AA\tunknown\t/CN=one',
      'R\t300101000000Z\t261102120000Z\t40BB\tunknown\t/CN=two',
      '',
    ].join('\n'),
  )
  writeFileSync(join(folder, 'number'), '05\n')
  writeFileSync(
    join(folder, 'ca.conf'),
    `[ca]\ndefault_ca=d\n[d]\ndatabase=${folder}/index.txt\ncrlnumber=${folder}/number\ndefault_md=sha256\n[e]\nauthorityKeyIdentifier=keyid\n`,
  )
  runOk(['openssl', 'ca', '-config', join(folder, 'ca.conf'), '-gencrl', '-crlexts', 'e',
    '-crldays', '7', '-cert', `${authority.path}.crt`, '-keyfile', `${authority.path}.key`,
    '-out', join(folder, 'crl.pem')]) // prettier-ignore
  der = runOk(['openssl', 'crl', '-in', join(folder, 'crl.pem'), '-outform', 'DER'])
})

test('says what openssl put in', () => {
  const crl = parseCrl(der)
  expect(crl.version).toBe(2)
  expect(crl.issuer.text).toBe('CN=Test CA')
  expect(crl.revoked.get('40aa')).toEqual({
    at: new Date('2026-11-01T12:00:00Z'),
    reason: 'keyCompromise',
  })
  expect(crl.revoked.get('40bb')?.reason).toBe('unspecified')
  expect(crl.revoked.size).toBe(2)
  expect(crl.nextUpdate?.getTime()).toBe(crl.thisUpdate.getTime() + 7 * 86_400_000)
  const issuer = parseCertificate(authority.der)
  expect(crl.authorityKeyId).toEqual(issuer.subjectKeyId)
  expect(checkSignature(crl, issuer.publicKey)).toBe('valid')
})

test('every prefix and every changed bit is read or refused with a named error', () => {
  const refusal = expect.objectContaining({ code: 'crl.malformed' }) as unknown
  for (let length = 0; length < der.byteLength; length += 1) {
    expect(() => parseCrl(der.subarray(0, length))).toThrow(refusal)
  }
  for (let bit = 0; bit < der.byteLength * 8; bit += 1) {
    const changed = Uint8Array.from(der)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
    try {
      parseCrl(changed)
    } catch (error) {
      expect(error).toBeInstanceOf(HubError)
      expect(error).toMatchObject({ code: 'crl.malformed' })
    }
  }
})

test('P-06: all revocation lists of PKITS are read', (context) => {
  const crls = join(needCorpus(context, 'pkits'), 'crls')
  for (const file of readdirSync(crls)) parseCrl(readFileSync(join(crls, file)))
})
