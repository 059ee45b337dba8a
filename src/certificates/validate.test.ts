import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import {
  type Issued,
  aPerson,
  anAuthority,
  issue,
  issueCrl,
  unknownExtension,
} from '../../test/support/issued.ts'
import { needCorpus } from '../../test/support/peers.ts'
import { sequence } from '../formats/asn1/writer.ts'
import { extendedKeyUsage, keyUsage, mailboxes } from '../formats/x509/build.ts'
import { type Certificate, parseCertificate } from '../formats/x509/certificate.ts'
import { readCertificates } from '../formats/x509/containers.ts'
import { parseCrl } from '../formats/x509/crl.ts'
import type { Extension, KeyUsage } from '../formats/x509/extensions.ts'
import { EXTENSION, PURPOSE } from '../formats/x509/oids.ts'
import { type ValidationRequest, validatePath } from './validate.ts'

const at = new Date('2026-11-21T12:00:00Z')
const address = 'ada@example.com'
/** What a list for a part of the certificates carries, here not marked critical as it has to be. */
const PARTIAL_LIST: Extension = {
  oid: EXTENSION.issuingDistributionPoint,
  critical: false,
  value: sequence(),
}
let root: Issued
let issuing: Issued
let ada: Issued

beforeAll(async () => {
  root = await issue({ name: 'Root' })
  issuing = await issue({ name: 'Issuing', issuer: root, extensions: anAuthority(0) })
  ada = await issue({ name: 'Ada', issuer: issuing, extensions: aPerson(address) })
})

/** The verdict in short: the reason and the name of the certificate, or `valid` and the path. */
function verdict(request: Partial<ValidationRequest>): string {
  const result = validatePath({
    certificate: ada.certificate,
    others: [issuing.certificate],
    anchors: [root.certificate],
    at,
    purpose: 'email-sign',
    ...request,
  })
  if (result.is === 'valid') return `valid ${result.path.map(commonName).join(' < ')}`
  return `${result.because} ${commonName(result.certificate)}`
}

const commonName = ({ subject }: Certificate) => subject.text.replace('CN=', '')

test('P-01: a chain of names and signatures to an anchor is a path', () => {
  expect(verdict({})).toBe('valid Ada < Issuing < Root')
  expect(verdict({ purpose: 'email-encrypt' })).toBe('valid Ada < Issuing < Root')
})

test('H-08: the order of certificates, and those that do not belong, make no difference', async () => {
  const stranger = await issue({ name: 'Stranger' })
  const others = [stranger, ada, root, issuing].map(({ certificate }) => certificate)
  expect(verdict({ others })).toBe('valid Ada < Issuing < Root')
})

test('P-01: without its issuer there is no path, and it is said where it ends', () => {
  expect(verdict({ others: [] })).toBe('unknown_issuer Ada')
  expect(verdict({ anchors: [] })).toBe('unknown_issuer Issuing')
})

test('H-09: a self-signed certificate among the others is no anchor', () => {
  const others = [issuing.certificate, root.certificate]
  expect(verdict({ others, anchors: [] })).toBe('unknown_issuer Root')
})

test('P-01: an issuer of the same name with another key is no issuer', async () => {
  const impostor = await issue({ name: 'Issuing', issuer: root })
  expect(verdict({ others: [impostor.certificate] })).toBe('bad_signature Ada')
  const others = [impostor.certificate, issuing.certificate]
  expect(verdict({ others })).toBe('valid Ada < Issuing < Root')
})

test.for([
  { name: 'at its first moment', when: '2026-01-01T00:00:00Z', expected: 'valid' },
  { name: 'a moment before', when: '2025-12-31T23:59:59Z', expected: 'not_yet_valid Root' },
  { name: 'at its last moment', when: '2030-01-01T00:00:00Z', expected: 'valid' },
  { name: 'a moment after', when: '2030-01-01T00:00:00.001Z', expected: 'expired Root' },
])('P-01: dates count $name', ({ when, expected }) => {
  expect(verdict({ at: new Date(when) })).toMatch(new RegExp(`^${expected}`))
})

test('A-12: an expired certificate under a good chain is the one that is named', async () => {
  const old = await issue({
    name: 'Old',
    issuer: issuing,
    extensions: aPerson(address),
    notAfter: new Date('2026-06-01T00:00:00Z'),
  })
  expect(verdict({ certificate: old.certificate })).toBe('expired Old')
})

const usage = (...usages: readonly KeyUsage[]): Extension[] => [
  keyUsage(...usages),
  mailboxes([address], { critical: false }),
]

test.for([
  {
    name: 'H-04: certificate signing only',
    extensions: usage('keyCertSign'),
    sign: false,
    encrypt: false,
  },
  {
    name: 'H-04: digital signature',
    extensions: usage('digitalSignature'),
    sign: true,
    encrypt: false,
  },
  {
    name: 'H-04: non-repudiation',
    extensions: usage('nonRepudiation'),
    sign: true,
    encrypt: false,
  },
  { name: 'H-06: key agreement', extensions: usage('keyAgreement'), sign: false, encrypt: true },
  {
    name: 'H-06: key encipherment of a curve',
    extensions: usage('keyEncipherment'),
    sign: false,
    encrypt: false,
  },
  { name: 'H-04: no key usage', extensions: [], sign: true, encrypt: true },
  {
    name: 'H-05: server authentication',
    extensions: [extendedKeyUsage(PURPOSE.serverAuth)],
    sign: false,
    encrypt: false,
  },
  {
    name: 'H-05: any purpose',
    extensions: [extendedKeyUsage(PURPOSE.any)],
    sign: true,
    encrypt: true,
  },
  {
    name: 'A-12: an authority',
    extensions: [...anAuthority().slice(0, 1)],
    sign: false,
    encrypt: false,
  },
])('$name: signs $sign, encrypts $encrypt', async ({ extensions, sign, encrypt }) => {
  const { certificate } = await issue({ name: 'X', issuer: root, extensions })
  const says = (allowed: boolean) => (allowed ? 'valid X < Root' : 'wrong_usage X')
  expect(verdict({ certificate, purpose: 'email-sign' })).toBe(says(sign))
  expect(verdict({ certificate, purpose: 'email-encrypt' })).toBe(says(encrypt))
  expect(verdict({ certificate, purpose: 'any' })).toBe('valid X < Root')
})

test('H-05: an authority for web servers only does not issue for mail', async () => {
  const web = [...anAuthority(), extendedKeyUsage(PURPOSE.serverAuth)]
  const authority = await issue({ name: 'Web', issuer: root, extensions: web })
  const { certificate } = await issue({
    name: 'X',
    issuer: authority,
    extensions: aPerson(address),
  })
  const others = [authority.certificate]
  expect(verdict({ certificate, others })).toBe('wrong_usage Web')
  expect(verdict({ certificate, others, purpose: 'any' })).toBe('valid X < Web < Root')
})

test.for([
  { name: 'is no authority', extensions: aPerson(address) },
  {
    name: 'may not sign certificates',
    extensions: [...anAuthority().slice(0, 1), keyUsage('crlSign')],
  },
])('P-02: an issuer that $name makes no path', async ({ extensions }) => {
  const wrong = await issue({ name: 'Wrong', issuer: root, extensions })
  const { certificate } = await issue({ name: 'X', issuer: wrong, extensions: aPerson(address) })
  expect(verdict({ certificate, others: [wrong.certificate] })).toBe('not_an_authority Wrong')
})

test('P-02: an anchor that is a person vouches for nobody but itself', async () => {
  const { certificate } = await issue({ name: 'X', issuer: ada, extensions: aPerson(address) })
  expect(verdict({ certificate, anchors: [ada.certificate] })).toBe('not_an_authority Ada')
  expect(verdict({ anchors: [ada.certificate], others: [] })).toBe('valid Ada')
})

test('P-02: the path length is kept, and an authority that renewed its key does not count', async () => {
  const renewed = await issue({ name: 'Issuing', issuer: issuing, extensions: anAuthority() })
  const below = await issue({ name: 'Below', issuer: issuing })
  const under = (issuer: Issued) => issue({ name: 'X', issuer, extensions: aPerson(address) })
  const othersOf = (issuer: Issued) => [issuer.certificate, issuing.certificate]
  const byBelow = await under(below)
  expect(verdict({ certificate: byBelow.certificate, others: othersOf(below) })).toBe(
    'path_too_long Below',
  )
  const byRenewed = await under(renewed)
  expect(verdict({ certificate: byRenewed.certificate, others: othersOf(renewed) })).toBe(
    'valid X < Issuing < Issuing < Root',
  )
})

test.for([
  {
    name: 'unknown and critical',
    extension: unknownExtension({ critical: true }),
    says: 'unsupported_critical_extension X',
  },
  {
    name: 'unknown and not critical',
    extension: unknownExtension({ critical: false }),
    says: 'valid X < Root',
  },
  {
    name: 'a name constraint',
    extension: { oid: EXTENSION.nameConstraints, critical: false, value: sequence() },
    says: 'unsupported_critical_extension X',
  },
])('P-05: an extension that is $name', async ({ extension, says }) => {
  const extensions = [...aPerson(address), extension]
  const { certificate } = await issue({ name: 'X', issuer: root, extensions })
  expect(verdict({ certificate })).toBe(says)
  expect(verdict({ certificate, anchors: [certificate] })).toBe(says.replace(' < Root', ''))
})

test('P-05: an unknown critical extension of an authority or an anchor is not ignored', async () => {
  const extensions = [...anAuthority(), unknownExtension({ critical: true })]
  const odd = await issue({ name: 'Odd', extensions })
  const { certificate } = await issue({ name: 'X', issuer: odd, extensions: aPerson(address) })
  expect(verdict({ certificate, anchors: [odd.certificate] })).toBe(
    'unsupported_critical_extension Odd',
  )
})

test('P-10: a 1024-bit key is weak wherever it stands, and passes for old mail only', async () => {
  const weak = await issue({ name: 'Weak', key: 'rsa1024' })
  const { certificate } = await issue({ name: 'X', issuer: weak, extensions: aPerson(address) })
  expect(verdict({ certificate, anchors: [weak.certificate] })).toBe('weak_key Weak')
  expect(verdict({ certificate, anchors: [weak.certificate], legacy: true })).toBe('valid X < Weak')
})

test.for([
  { name: 'zero', serial: Uint8Array.of(0) },
  { name: 'negative', serial: Uint8Array.of(0xff) },
])('P-08: a serial number that is $name passes for old mail only', async ({ serial }) => {
  const extensions = aPerson(address)
  const { certificate } = await issue({ name: 'X', issuer: root, extensions, serial })
  expect(verdict({ certificate })).toBe('malformed_serial X')
  expect(verdict({ certificate, legacy: true })).toBe('valid X < Root')
})

test('P-06: a usable list says good or revoked, at every level', () => {
  const empty = issueCrl({ issuer: issuing })
  const ofRoot = issueCrl({ issuer: root })
  const serial = ada.certificate.serial
  const revoked = (when: string) => [{ serial, at: new Date(when), reason: 1 }]
  expect(verdict({ crls: [empty, ofRoot], requireRevocation: true })).toMatch(/^valid/)
  expect(verdict({ crls: [empty], requireRevocation: true })).toBe('revocation_unknown Issuing')
  const now = issueCrl({ issuer: issuing, revoked: revoked('2026-11-20T00:00:00Z') })
  expect(verdict({ crls: [now] })).toBe('revoked Ada')
  const later = issueCrl({ issuer: issuing, revoked: revoked('2026-11-22T00:00:00Z') })
  expect(verdict({ crls: [later] })).toMatch(/^valid/)
  const upper = [{ serial: issuing.certificate.serial, at: new Date('2026-11-02T00:00:00Z') }]
  expect(verdict({ crls: [issueCrl({ issuer: root, revoked: upper })] })).toBe('revoked Issuing')
})

test.for([
  {
    because: 'unsupported_critical_extension',
    list: { extensions: [unknownExtension({ critical: true })] },
  },
  {
    because: 'unsupported_critical_extension',
    list: { entryExtensions: [unknownExtension({ critical: true })] },
  },
  {
    because: 'unsupported_critical_extension',
    list: { extensions: [PARTIAL_LIST] },
  },
  { because: 'not_yet_valid', list: { thisUpdate: new Date('2026-11-22T00:00:00Z') } },
  { because: 'out_of_date', list: { nextUpdate: new Date('2026-11-20T00:00:00Z') } },
] as const)(
  'P-06: a list that is $because says nothing: one that was relied on fails, one that came along not',
  ({ because, list }) => {
    const serial = ada.certificate.serial
    const hold = [{ serial, at: new Date('2026-11-02T00:00:00Z'), reason: 6 }]
    const crls = [issueCrl({ issuer: issuing, revoked: hold, ...list })]
    const request = {
      certificate: ada.certificate,
      others: [issuing.certificate],
      anchors: [root.certificate],
      at,
      purpose: 'any',
    } as const
    const unusedCrls = [{ issuer: 'CN=Issuing', because }]
    const relying = { is: 'untrusted', because: 'revocation_unknown', detail: because, unusedCrls }
    expect(validatePath({ ...request, crls })).toMatchObject(relying)
    expect(validatePath({ ...request, carriedCrls: crls })).toMatchObject({
      is: 'valid',
      revocation: 'unknown',
      unusedCrls,
    })
    const besides = [issueCrl({ issuer: issuing, ...list }), issueCrl({ issuer: issuing })]
    expect(validatePath({ ...request, crls: besides })).toMatchObject({ is: 'valid' })
  },
)

test('P-06: what a list past its time says is revoked for good stays revoked', () => {
  const revoked = [
    { serial: ada.certificate.serial, at: new Date('2026-11-02T00:00:00Z'), reason: 1 },
  ]
  const crl = issueCrl({ issuer: issuing, revoked, nextUpdate: new Date('2026-11-20T00:00:00Z') })
  expect(verdict({ crls: [crl] })).toBe('revoked Ada')
})

test('P-06: a list signed by another key of the same name is not used', async () => {
  const impostor = await issue({ name: 'Issuing' })
  const revoked = [{ serial: ada.certificate.serial, at: new Date('2026-11-02T00:00:00Z') }]
  const forged = [issueCrl({ issuer: impostor, revoked })]
  expect(verdict({ crls: forged })).toBe('revocation_unknown Ada')
  expect(verdict({ carriedCrls: forged })).toMatch(/^valid/)
})

test('P-09: a mesh of authorities of the same names ends in time', async () => {
  const names = ['A', 'B', 'C', 'D']
  const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const mesh: Issued[] = []
  for (const name of names) {
    for (const by of names) {
      const signer = await issue({ name: by, privateKey })
      for (let n = 0; n < 4; n += 1) mesh.push(await issue({ name, issuer: signer, privateKey }))
    }
  }
  const [first] = mesh
  const { certificate } = await issue({
    name: 'X',
    extensions: aPerson(address),
    ...(first === undefined ? {} : { issuer: first }),
  })
  const start = performance.now()
  expect(verdict({ certificate, others: mesh.map((each) => each.certificate) })).not.toMatch(
    /valid/,
  )
  expect(performance.now() - start).toBeLessThan(2_000)
})

test('RFC 9216: its people are valid under their authorities, and not under the others', (context) => {
  const folder = needCorpus(context, 'rfc9216')
  const read = (file: string) => readCertificates(readFileSync(join(folder, file)))
  const moment = new Date('2022-01-01T00:00:00Z')
  for (const person of ['alice', 'bob']) {
    const [certificate] = read(`${person}.sign.crt`)
    if (certificate === undefined) throw new Error('no certificate')
    const request = { certificate, others: [], at: moment }
    expect(verdict({ ...request, anchors: read('ca.rsa.crt') })).toMatch(/^valid/)
    expect(verdict({ ...request, anchors: read('ca.25519.crt') })).toMatch(/^unknown_issuer/)
    const others = read('ca.rsa.cross.crt')
    expect(verdict({ ...request, others, anchors: read('ca.25519.crt') })).toMatch(/^valid/)
  }
})

interface PkitsCase {
  id: string
  name: string
  certs: string[]
  crls: string[]
  expect: boolean
  settings: Record<string, unknown>
}

/** Sections of PKITS that the rules of today decide; the rest needs policies and other lists. */
const ESSENTIALS = /^4\.(1\.[1236]|2|3|4\.([1-9]|1[0-8])|6\.([1-9]|1[0-46])|7)(\.|$)/

test('P-01, P-02, P-06: the essentials of PKITS have the outcome it says', (context) => {
  const folder = needCorpus(context, 'pkits')
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as PkitsCase[]
  const outcomes = cases.map((each) => ({ each, isValid: pkitsOutcome(folder, each) }))
  const essentials = outcomes.filter(({ each }) => ESSENTIALS.test(each.id))
  expect(essentials.length).toBeGreaterThan(55)
  const wrong = essentials.filter(({ each, isValid }) => isValid !== each.expect)
  expect(wrong.map(({ each }) => `${each.id} ${each.name}`)).toEqual([])
})

test('P-05: what is not understood of PKITS is refused, never passed', (context) => {
  const folder = needCorpus(context, 'pkits')
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as PkitsCase[]
  // Cases that differ from the default in what they demand cannot be asked for yet.
  const asked = cases.filter(({ settings }) => Object.keys(settings).length === 0)
  const passed = asked.filter((each) => !each.expect && pkitsOutcome(folder, each))
  expect(asked.length).toBeGreaterThan(150)
  expect(passed.map(({ id, name }) => `${id} ${name}`)).toEqual([])
})

function pkitsOutcome(folder: string, { certs, crls, name }: PkitsCase): boolean {
  const [anchor, ...rest] = certs.map((file) =>
    parseCertificate(readFileSync(join(folder, 'certs', `${file}.crt`))),
  )
  const certificate = rest.at(-1)
  if (anchor === undefined || certificate === undefined) throw new Error(name)
  const { is } = validatePath({
    certificate,
    others: rest.slice(0, -1),
    anchors: [anchor],
    crls: crls.map((file) => parseCrl(readFileSync(join(folder, 'crls', `${file}.crl`)))),
    at: new Date('2011-01-01T00:00:00Z'),
    purpose: 'any',
    legacy: true,
    requireRevocation: true,
  })
  return is === 'valid'
}
