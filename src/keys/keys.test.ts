import { verify } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../test/support/database.ts'
import { issue } from '../../test/support/issued.ts'
import { temporaryFolder } from '../../test/support/peers.ts'
import { encodeUtf8 } from '../base/bytes.ts'
import { generateSealingKey } from '../base/seal.ts'
import { parsePublicKey } from '../formats/x509/public-key.ts'
import { Keys } from './keys.ts'
import { openMasterKey } from './master-key.ts'
import * as store from './store.ts'

const at = new Date('2026-11-21T12:00:00Z')
const bytes = encodeUtf8('something to sign')

test.for([
  { type: 'rsa-2048', kind: 'rsa', bits: 2048 },
  { type: 'rsa-3072', kind: 'rsa', bits: 3072 },
  { type: 'p-256', kind: 'ec', bits: 256 },
] as const)('a $type key is made, kept and used', async ({ type, kind, bits }) => {
  await using fresh = await freshDatabase()
  const master = generateSealingKey()
  const keys = new Keys({ db: fresh.db, master })
  const key = await keys.make(type)
  const publicKey = parsePublicKey(key.publicKey)
  expect(publicKey).toMatchObject({ kind, bits })
  await fresh.db.transaction().execute((tx) => keys.keep(tx, key, { at }))

  const another = new Keys({ db: fresh.db, master })
  const signature = await (await another.certificateSigner(key.id)).sign(bytes)
  expect(verify('sha256', bytes, publicKey.keyObject, signature)).toBe(true)
})

test('promise 2: at rest a private key is sealed for its own row', async () => {
  await using fresh = await freshDatabase()
  const { db } = fresh
  const master = generateSealingKey()
  const keys = new Keys({ db, master })
  const [one, two] = [await keys.make('p-256'), await keys.make('p-256')]
  await db.transaction().execute(async (tx) => {
    await keys.keep(tx, one, { at })
    const { sealed } = (await store.findKey(tx, one.id)) ?? { sealed: new Uint8Array(0) }
    await store.insertKey(tx, { ...two, sealed, createdAt: at })
  })
  const again = new Keys({ db, master })
  await expect(again.certificateSigner(two.id)).rejects.toMatchObject({ code: 'seal.broken' })
  const stranger = new Keys({ db, master: generateSealingKey() })
  await expect(stranger.certificateSigner(one.id)).rejects.toMatchObject({ code: 'seal.broken' })
})

test('a key that is not there has a named error', async () => {
  await using fresh = await freshDatabase()
  const keys = new Keys({ db: fresh.db, master: generateSealingKey() })
  const { certificate } = await issue({ name: 'X' })
  const id = '00000000-0000-4000-8000-000000000000'
  await expect(keys.decrypter(id, certificate)).rejects.toMatchObject({ code: 'key.not_found' })
})

test('the master key is made at the first start, for its owner alone, and read ever after', async () => {
  await using fresh = await freshDatabase()
  const { db } = fresh
  const file = join(temporaryFolder(), 'secrets', 'master.key')
  const made = await openMasterKey({ file, db })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'latin1')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/)
  const read = await openMasterKey({ file, db })
  expect(read.export()).toEqual(made.export())
})

test('two hubs that start at once on one folder agree on a master key', async () => {
  await using fresh = await freshDatabase()
  const { db } = fresh
  const file = join(temporaryFolder(), 'master.key')
  const [one, two] = await Promise.all([openMasterKey({ file, db }), openMasterKey({ file, db })])
  expect(one.export()).toEqual(two.export())
})

test.for([
  {
    name: 'is another',
    change: (file: string) => writeFileSync(file, `${'A'.repeat(43)}=\n`),
    code: 'master_key.wrong',
  },
  { name: 'is gone', change: (file: string) => rmSync(file), code: 'master_key.missing' },
  {
    name: 'is cut',
    change: (file: string) => writeFileSync(file, 'AAAA\n'),
    code: 'seal.key_malformed',
  },
])('a start is refused when the master key $name', async ({ change, code }) => {
  await using fresh = await freshDatabase()
  const { db } = fresh
  const file = join(temporaryFolder(), 'master.key')
  await openMasterKey({ file, db })
  change(file)
  await expect(openMasterKey({ file, db })).rejects.toMatchObject({ code })
})
