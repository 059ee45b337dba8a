import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../test/support/database.ts'
import { needPrograms, run, runOk, temporaryFolder } from '../../test/support/peers.ts'
import { Accounts } from '../accounts/accounts.ts'
import { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { generateSealingKey } from '../base/seal.ts'
import { Certificates } from '../certificates/certificates.ts'
import type { Database } from '../db/connection.ts'
import type { KeyType } from '../db/tables/certificates.ts'
import { encodePem } from '../formats/pem.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import { PURPOSE } from '../formats/x509/oids.ts'
import { Keys } from '../keys/keys.ts'
import { Authority } from './authority.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
const setUp = { organization: 'Example Ltd', hubAddress: 'sealpost@example.com', by: 'setup' }

function hubOn(db: Database, clock: Clock = { now: () => NOW }) {
  const keys = new Keys({ db, master: generateSealingKey() })
  const audit = new Audit({ db })
  const parts = { db, keys, audit, clock, log: silentLog }
  const certificates = new Certificates(parts)
  const authority = new Authority({
    ...parts,
    certificates,
    domains: () => Promise.resolve(['example.com']),
  })
  return { certificates, audit, authority, accounts: new Accounts(parts) }
}

const pem = ({ der }: Certificate) => encodePem('CERTIFICATE', der)

test('an authority is made once, with the hub’s own certificates and one audit entry', async () => {
  await using fresh = await freshDatabase()
  const { authority, certificates, audit } = hubOn(fresh.db)
  expect(await authority.find()).toBeUndefined()
  const { root, issuing } = await authority.establish(setUp)
  expect(await authority.find()).toEqual({ root, issuing })
  await expect(authority.establish(setUp)).rejects.toMatchObject({ code: 'authority.exists' })
  const [signing] = await certificates.forSigning('sealpost@example.com', NOW)
  expect(signing).toMatchObject({ taken: true, subject: 'CN=sealpost@example.com' })
  expect(await audit.verifyChain()).toMatchObject({ is: 'whole', entries: 1 })
})

test('two hubs that set up at once leave one authority', async () => {
  await using fresh = await freshDatabase()
  const outcomes = await Promise.allSettled([
    hubOn(fresh.db).authority.establish(setUp),
    hubOn(fresh.db).authority.establish(setUp),
  ])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await hubOn(fresh.db).authority.find()).toBeDefined()
})

test('M4: the hub gets a certificate for the address that it writes from, once, and anew before it ends', async () => {
  await using fresh = await freshDatabase()
  let now = NOW
  const { authority, certificates } = hubOn(fresh.db, { now: () => now })
  await authority.establish(setUp)
  const issued = async () => (await certificates.findByAddress('noreply@example.com')).length
  expect(await authority.issueForHub('noreply@example.com', { by: 'hub' })).toBe(true)
  expect(await authority.issueForHub('NoReply@example.com', { by: 'hub' })).toBe(true)
  expect(await issued()).toBe(2)
  const [signing] = await certificates.forSigning('noreply@example.com', now)
  expect(await certificates.get(signing?.certificate ?? '')).toMatchObject({ owner: 'hub' })
  now = new Date(new Date(signing?.notAfter ?? 0).getTime() - 34 * 86_400_000)
  expect(await authority.issueForHub('noreply@example.com', { by: 'hub' })).toBe(true)
  expect(await issued()).toBe(4)
  expect(await authority.issueForHub('noreply@elsewhere.example', { by: 'hub' })).toBe(false)
})

test('without an authority nobody gets a certificate', async () => {
  await using fresh = await freshDatabase()
  const { authority } = hubOn(fresh.db)
  const person = { id: '00000000-0000-4000-8000-000000000000', address: 'ada@example.com' }
  await expect(authority.issueFor(person, { by: 'command' })).rejects.toMatchObject({
    code: 'authority.missing',
  })
})

test('an authority at its end issues nothing', async () => {
  await using fresh = await freshDatabase()
  await hubOn(fresh.db).authority.establish(setUp)
  const later = hubOn(fresh.db, { now: () => new Date('2036-11-19T12:00:00Z') })
  const person = { id: '00000000-0000-4000-8000-000000000000', address: 'ada@example.com' }
  await expect(later.authority.issueFor(person, { by: 'command' })).rejects.toMatchObject({
    code: 'authority.missing',
  })
})

test.for([
  { address: 'ada@elsewhere.example', code: 'authority.foreign_address' },
  { address: 'ada@sub.example.com', code: 'authority.foreign_address' },
  { address: 'ada@example.com\r\n', code: 'address.malformed' },
])('B-17: nobody gets a certificate for $address', async ({ address, code }) => {
  await using fresh = await freshDatabase()
  const { authority } = hubOn(fresh.db)
  await authority.establish(setUp)
  const person = { id: '00000000-0000-4000-8000-000000000000', address }
  await expect(authority.issueFor(person, { by: 'x' })).rejects.toMatchObject({ code })
})

test('a person’s certificates are chosen by address and use, and sign with their chain', async () => {
  await using fresh = await freshDatabase()
  const { authority, accounts, certificates, audit } = hubOn(fresh.db)
  const { issuing } = await authority.establish(setUp)
  const ada = await accounts.addPerson({ address: 'Ada@example.com', name: 'Ada', by: 'x' })
  const { signing, encryption } = await authority.issueFor(ada, { by: 'command' })
  const [signer, ...wrong] = await certificates.forSigning('ada@example.com', NOW)
  expect(signer).toMatchObject({ certificate: signing.fingerprint, taken: true })
  expect(wrong).toMatchObject([{ certificate: encryption.fingerprint, because: 'wrong_usage' }])
  const readers = await certificates.forEncryption(['ada@example.com'], NOW)
  expect(readers.get('ada@example.com')?.[0]).toMatchObject({
    certificate: encryption.fingerprint,
    taken: true,
  })
  const cms = await certificates.signer(signing.fingerprint)
  expect(cms.chain.map(({ fingerprint }) => fingerprint)).toEqual([issuing.fingerprint])
  expect(await certificates.decrypters()).toHaveLength(4)
  expect(await audit.verifyChain()).toMatchObject({ is: 'whole', entries: 3 })
})

test('B-03: a renewed certificate is taken, and the one before is kept', async () => {
  await using fresh = await freshDatabase()
  const { authority, accounts } = hubOn(fresh.db)
  await authority.establish(setUp)
  const ada = await accounts.addPerson({ address: 'ada@example.com', name: 'Ada', by: 'x' })
  const before = await authority.issueFor(ada, { by: 'command', keyType: 'p-256' })
  const later = new Date('2028-10-01T00:00:00Z')
  const hub = hubOn(fresh.db, { now: () => later })
  // Another sealing key: what was sealed before does not open, what is made anew does.
  await expect(hub.authority.issueFor(ada, { by: 'command' })).rejects.toMatchObject({
    code: 'seal.broken',
  })
  const [kept] = await hub.certificates.forSigning('ada@example.com', later)
  expect(kept).toMatchObject({ certificate: before.signing.fingerprint, taken: true })
})

test.for<KeyType>(['rsa-2048', 'rsa-3072', 'p-256'])(
  'B-04, B-08, B-10: OpenSSL in its strictest mood accepts what is issued on %s',
  async (keyType, context) => {
    needPrograms(context, 'openssl')
    await using fresh = await freshDatabase()
    const { authority, accounts } = hubOn(fresh.db)
    const { root, issuing } = await authority.establish(setUp)
    const ada = await accounts.addPerson({ address: 'ada@example.com', name: 'Ada', by: 'x' })
    const pair = await authority.issueFor(ada, { by: 'command', keyType })
    const folder = temporaryFolder()
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const roots = file('root.pem', pem(root))
    const others = file('issuing.pem', pem(issuing))
    for (const certificate of [pair.signing, pair.encryption]) {
      const path = file('person.pem', pem(certificate))
      // OpenSSL takes only RSA's key encipherment for encryption, which a curve does not do.
      const isRsa = certificate.publicKey.kind === 'rsa'
      const encrypts = isRsa ? ['-purpose', 'smimeencrypt'] : []
      const purpose = certificate === pair.signing ? ['-purpose', 'smimesign'] : encrypts
      runOk(['openssl', 'verify', '-x509_strict', '-check_ss_sig', ...purpose,
        '-verify_email', 'ada@example.com', '-attime', String(NOW.getTime() / 1000),
        '-CAfile', roots, '-untrusted', others, path]) // prettier-ignore
      const text = runOk(['openssl', 'x509', '-in', path, '-noout', '-text']).toString()
      expect(text).toContain('email:ada@example.com')
      expect(text).toContain('E-mail Protection')
    }
    const other = [
      'openssl',
      'verify',
      '-purpose',
      'sslserver',
      '-CAfile',
      roots,
      '-untrusted',
      others,
    ]
    expect(run([...other, join(folder, 'person.pem')]).status).not.toBe(0)
  },
)

test('B-03 to B-13: what the certificates say', async () => {
  await using fresh = await freshDatabase()
  const { authority, accounts } = hubOn(fresh.db)
  const { root, issuing } = await authority.establish(setUp)
  const ada = await accounts.addPerson({ address: 'ada@example.com', name: 'Ada', by: 'x' })
  const { signing, encryption } = await authority.issueFor(ada, { by: 'command' })
  expect(root.subject.text).toBe('CN=Example Ltd Root CA,O=Example Ltd')
  expect(root.issuer.der).toEqual(root.subject.der)
  expect(root.keyUsage).toEqual(new Set(['keyCertSign', 'crlSign']))
  expect(issuing.issuer.der).toEqual(root.subject.der)
  expect(issuing.basicConstraints).toEqual({ isCa: true, pathLength: 0 })
  expect(issuing.extendedKeyUsage).toEqual([PURPOSE.emailProtection])
  for (const certificate of [root, issuing]) expect(certificate.publicKey.bits).toBe(3072)
  for (const certificate of [signing, encryption]) {
    expect(certificate.issuer.der).toEqual(issuing.subject.der)
    expect(certificate.authorityKeyId).toEqual(issuing.subjectKeyId)
    expect(certificate.emailAddresses).toEqual(['ada@example.com'])
    expect(certificate.extendedKeyUsage).toEqual([PURPOSE.emailProtection])
    expect(certificate.serial.byteLength).toBe(16)
    expect(certificate.basicConstraints).toBeUndefined()
    const seconds = (certificate.notAfter.getTime() - certificate.notBefore.getTime()) / 1000 + 1
    expect(seconds).toBe(730 * 86_400)
  }
  expect(signing.keyUsage).toEqual(new Set(['digitalSignature']))
  expect(encryption.keyUsage).toEqual(new Set(['keyEncipherment']))
  expect(signing.serialHex).not.toBe(encryption.serialHex)
})
