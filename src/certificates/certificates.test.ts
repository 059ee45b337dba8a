import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/support/database.ts'
import {
  type IssueRecipe,
  type Issued,
  aPerson,
  anAuthority,
  issue,
  unknownExtension,
} from '../../test/support/issued.ts'
import { needCorpus } from '../../test/support/peers.ts'
import { Audit } from '../audit/audit.ts'
import { encodeUtf8 } from '../base/bytes.ts'
import { silentLog } from '../base/log.ts'
import { generateSealingKey } from '../base/seal.ts'
import { encodePem } from '../formats/pem.ts'
import { keyUsage, mailboxes } from '../formats/x509/build.ts'
import { Keys } from '../keys/keys.ts'
import { Certificates } from './certificates.ts'
import type { ImportedObject } from './import.ts'

const NOW = '2026-11-21T12:00:00Z'
const at = new Date(NOW)
const address = 'bob@partner.example'

/** A clock that tests set. */
class SetClock {
  #now = new Date(NOW)
  now() {
    return this.#now
  }
  advance(ms: number) {
    this.#now = new Date(this.#now.getTime() + ms)
  }
}

function serviceOn({ db }: FreshDatabase) {
  const clock = new SetClock()
  const keys = new Keys({ db, master: generateSealingKey() })
  const audit = new Audit({ db })
  const certificates = new Certificates({ db, keys, audit, clock, log: silentLog })
  return { certificates, keys, audit, clock }
}

const pem = (...issued: readonly Issued[]) =>
  encodeUtf8(issued.map(({ certificate }) => encodePem('CERTIFICATE', certificate.der)).join(''))

const bob = (recipe: Partial<IssueRecipe> = {}) =>
  issue({ name: 'Bob', extensions: aPerson(address), ...recipe })

const inShort = (object: ImportedObject | undefined) =>
  object?.is === 'refused' ? `refused ${object.because}` : `${object?.is} ${object?.as}`

test('an imported certificate of a partner is used for its address, in any case', async () => {
  await using fresh = await freshDatabase()
  const { certificates, audit } = serviceOn(fresh)
  const { certificate } = await bob({ issuer: await issue({ name: 'CA nobody knows' }) })
  const [object] = await certificates.import(
    encodeUtf8(encodePem('CERTIFICATE', certificate.der)),
    { by: 'command' },
  )
  expect(object).toEqual({
    is: 'added',
    as: 'partner',
    fingerprint: certificate.fingerprint,
    subject: 'CN=Bob',
    addresses: [address],
  })
  const found = await certificates.forEncryption(['Bob@Partner.Example', 'eve@partner.example'], at)
  expect(found.get('Bob@Partner.Example')).toEqual([
    {
      certificate: certificate.fingerprint,
      usable: true,
      taken: true,
      keyIsElsewhere: true,
      subject: 'CN=Bob',
      notAfter: '2030-01-01T00:00:00.000Z',
    },
  ])
  expect(found.get('eve@partner.example')).toEqual([])
  expect(await audit.verifyChain()).toMatchObject({ is: 'whole', entries: 1 })
})

test('a second import of the same certificate changes nothing', async () => {
  await using fresh = await freshDatabase()
  const { certificates, audit } = serviceOn(fresh)
  const file = pem(await bob())
  expect(inShort((await certificates.import(file, { by: 'command' }))[0])).toBe('added partner')
  expect(inShort((await certificates.import(file, { by: 'command' }))[0])).toBe('known partner')
  expect(await audit.verifyChain()).toMatchObject({ entries: 1 })
})

test.for<{ name: string; recipe: Partial<IssueRecipe>; says: string }>([
  {
    name: 'expired',
    recipe: { notAfter: new Date('2026-11-21T11:59:59Z') },
    says: 'refused expired',
  },
  { name: 'in its last second', recipe: { notAfter: at }, says: 'added partner' },
  {
    name: 'not valid yet',
    recipe: { notBefore: new Date('2027-01-01T00:00:00Z') },
    says: 'added partner',
  },
  { name: 'on a 1024-bit key', recipe: { key: 'rsa1024' }, says: 'refused weak_key' },
  {
    name: 'without address',
    recipe: { extensions: [keyUsage('digitalSignature')] },
    says: 'refused no_address',
  },
  {
    name: 'with a line end in the address',
    recipe: { extensions: aPerson('bob@a.example\r\nBcc: x@y.example') },
    says: 'refused no_address',
  },
  {
    name: 'with a NUL in the address',
    recipe: { extensions: aPerson('bob@a.example\0') },
    says: 'refused no_address',
  },
  {
    name: 'for signing certificates only',
    recipe: { extensions: [keyUsage('crlSign'), mailboxes([address], { critical: false })] },
    says: 'refused wrong_usage',
  },
  {
    name: 'with a critical extension nobody knows',
    recipe: { extensions: [...aPerson(address), unknownExtension({ critical: true })] },
    says: 'refused unsupported_critical_extension',
  },
  { name: 'of an authority', recipe: { extensions: anAuthority() }, says: 'added authority' },
])('import: a certificate $name is $says', async ({ recipe, says }) => {
  await using fresh = await freshDatabase()
  const { certificates } = serviceOn(fresh)
  const [object] = await certificates.import(pem(await bob(recipe)), { by: 'command' })
  expect(inShort(object)).toBe(says)
})

test('one that cannot be read does not hinder the others', async () => {
  await using fresh = await freshDatabase()
  const { certificates } = serviceOn(fresh)
  const file = Buffer.concat([
    encodeUtf8(encodePem('CERTIFICATE', encodeUtf8('0'))),
    pem(await bob()),
  ])
  const objects = await certificates.import(file, { by: 'command' })
  expect(objects.map(inShort)).toEqual(['added partner', 'refused unreadable'])
})

test('an imported authority vouches for nobody until it is trusted', async () => {
  await using fresh = await freshDatabase()
  const { certificates, clock } = serviceOn(fresh)
  const authority = await issue({ name: 'CA' })
  const { certificate } = await bob({ issuer: authority })
  await fresh.db.transaction().execute((tx) =>
    certificates.addOwn(tx, [{ certificate, owner: 'hub' }], {
      at,
      by: 'setup',
    }),
  )
  const reasons = async () => {
    const reports = await certificates.forEncryption([address], clock.now())
    return reports.get(address)?.map(({ usable, because }) => (usable ? 'usable' : because))
  }
  expect(await reasons()).toEqual(['unknown_issuer'])
  await certificates.import(pem(authority), { by: 'command' })
  expect(await reasons()).toEqual(['unknown_issuer'])
  const [object] = await certificates.import(pem(authority), { by: 'x', trustAuthorities: true })
  expect(inShort(object)).toBe('trusted authority')
  expect(await reasons()).toEqual(['usable'])
})

test('the newest valid certificate wins, and each other one says why it was not taken', async () => {
  await using fresh = await freshDatabase()
  const { certificates, clock } = serviceOn(fresh)
  const from = (notBefore: string, more: Partial<IssueRecipe> = {}) =>
    bob({ notBefore: new Date(notBefore), ...more })
  const future = await from('2027-01-01T00:00:00Z')
  const newest = await from('2026-06-01T00:00:00Z')
  const older = await from('2026-03-01T00:00:00Z')
  const signOnly = await from('2026-09-01T00:00:00Z', {
    extensions: [keyUsage('digitalSignature'), mailboxes([address], { critical: false })],
  })
  const ended = await from('2026-02-01T00:00:00Z', { notAfter: new Date('2026-12-01T00:00:00Z') })
  const shorter = await from('2026-06-01T00:00:00Z', {
    notAfter: new Date('2027-05-01T00:00:00Z'),
  })
  const twins = [await from('2026-06-01T00:00:00Z'), newest].toSorted((a, b) =>
    a.certificate.fingerprint < b.certificate.fingerprint ? -1 : 1,
  )
  const [best, twin] = twins as [Issued, Issued]
  const all = pem(older, future, ended, best, twin, shorter, signOnly)
  await certificates.import(all, { by: 'command' })
  const reports = async (moment: Date) => {
    const found = await certificates.forEncryption([address], moment)
    return found
      .get(address)
      ?.map(({ certificate, taken, because }) => [certificate, taken ? 'taken' : because])
  }
  const name = ({ certificate }: Issued) => certificate.fingerprint
  expect(await reports(clock.now())).toEqual([
    [name(best), 'taken'],
    [name(twin), 'equal_was_taken'],
    [name(shorter), 'longer_was_taken'],
    [name(older), 'newer_was_taken'],
    [name(ended), 'newer_was_taken'],
    [name(future), 'not_yet_valid'],
    [name(signOnly), 'wrong_usage'],
  ])
  // What is kept in memory holds only until a certificate begins or ends.
  expect((await reports(new Date('2026-12-01T00:00:00.001Z')))?.at(-1)).toEqual([
    name(ended),
    'expired',
  ])
  expect((await reports(new Date('2027-01-01T00:00:00Z')))?.[0]).toEqual([name(future), 'taken'])
  expect((await reports(clock.now()))?.[0]).toEqual([name(best), 'taken'])
})

test('a certificate whose key we cannot encrypt to is not usable', async (context) => {
  const corpus = needCorpus(context, 'rfc9216')
  await using fresh = await freshDatabase()
  const { certificates } = serviceOn(fresh)
  for (const file of ['dana.encrypt.crt', 'alice.encrypt.crt']) {
    await certificates.import(readFileSync(join(corpus, file)), { by: 'command' })
  }
  const people = ['dana@smime.example', 'alice@smime.example']
  const reports = await certificates.forEncryption(people, at)
  expect(reports.get('dana@smime.example')).toMatchObject([
    { usable: false, because: 'unsupported_algorithm', detail: 'a key of kind x25519' },
  ])
  expect(reports.get('alice@smime.example')).toMatchObject([{ usable: true, taken: true }])
})

test('without its private key a certificate does not sign', async () => {
  await using fresh = await freshDatabase()
  const { certificates } = serviceOn(fresh)
  const imported = await bob()
  await certificates.import(pem(imported), { by: 'command' })
  expect(await certificates.forSigning(address, at)).toMatchObject([{ because: 'no_private_key' }])
  const signer = certificates.signer(imported.certificate.fingerprint)
  await expect(signer).rejects.toMatchObject({ code: 'key.not_found' })
})

test('another process notices an import within a second', async () => {
  await using fresh = await freshDatabase()
  const [here, there] = [serviceOn(fresh), serviceOn(fresh)]
  const count = async () =>
    (await there.certificates.forEncryption([address], at)).get(address)?.length
  expect(await count()).toBe(0)
  await here.certificates.import(pem(await bob()), { by: 'command' })
  expect(await count()).toBe(0)
  there.clock.advance(1_000)
  expect(await count()).toBe(1)
})

test('certificates are found by the beginning of their fingerprint, if it is of one only', async () => {
  await using fresh = await freshDatabase()
  const { certificates } = serviceOn(fresh)
  const { certificate } = await bob()
  await certificates.import(encodeUtf8(encodePem('CERTIFICATE', certificate.der)), {
    by: 'command',
  })
  const prefix = certificate.fingerprint.slice(0, 8)
  expect((await certificates.getByPrefix(prefix.toUpperCase())).certificate).toBe(
    (await certificates.get(certificate.fingerprint)).certificate,
  )
  for (const wrong of ['', '%', `${prefix}x`, 'f'.repeat(64)]) {
    await expect(certificates.getByPrefix(wrong)).rejects.toMatchObject({
      code: 'certificate.not_found',
    })
  }
})
