import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../test/support/database.ts'
import { makeAuthority } from '../../test/support/people.ts'
import { runOk } from '../../test/support/peers.ts'
import { folderOfTheseTests } from '../../test/support/test-pki.ts'
import { concat, decodeLatin1, encodeLatin1 } from '../base/bytes.ts'
import { systemClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { generateSealingKey } from '../base/seal.ts'
import { LayerView } from '../contract/message-layers.ts'
import { explicit, objectIdentifier, sequence } from '../formats/asn1/writer.ts'
import { CONTENT_TYPE } from '../formats/cms/oids.ts'
import { sourceOf } from '../formats/mime/source.ts'
import { openMessage } from '../smime/open.ts'
import { protect, type Protection } from '../smime/protect.ts'
import { Acceptance } from './acceptance.ts'
import { readLayers, viewOf } from './layers.ts'
import { MessageDetails } from './record/detail.ts'
import { eraseContents } from './store.ts'

const folder = folderOfTheseTests()
const authority = makeAuthority(folder)
const alice = authority.person({ name: 'alice' })
const bob = authority.person({ name: 'bob' })
const curved = authority.person({ name: 'curved', key: 'p256' })

const at = new Date()
const trust = { anchors: [authority.certificate], others: [] }
const plain = encodeLatin1(
  'From: Alice <alice@smime.example>\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\nHello.\r\n',
)

async function made(protection: Partial<Protection>): Promise<Uint8Array> {
  const wish = { message: plain, recipients: [], cipher: 'aes-256-gcm', at, ...protection } as const
  return (await protect(wish)).bytes
}

const cmsMail = (der: Uint8Array, type: string) =>
  encodeLatin1(
    `From: a@b.example\r\nContent-Type: application/pkcs7-mime; smime-type=${type}; name=smime.p7m\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(der).toString('base64')}\r\n`,
  )

test('M3: of a signature signer, validity and algorithms are kept', async () => {
  const [layer, ...more] = readLayers(await made({ signer: alice.signer('rsa-pss-sha256') }), {
    trust,
    at,
  })
  expect(more).toEqual([])
  expect(LayerView.parse(layer)).toMatchObject({
    is: 'signed-data',
    form: 'clear',
    verdict: 'valid',
    because: null,
    signers: [
      {
        is: 'valid',
        name: alice.certificate.subject.text,
        certificate: alice.certificate.fingerprint,
        notAfter: alice.certificate.notAfter.toISOString(),
        digest: 'sha256',
        algorithm: 'rsa-pss',
      },
    ],
  })
})

test('M3: a signature that does not hold is kept with its reason', async () => {
  const message = await made({ signer: alice.signer(), isOpaque: true })
  const unknown = { anchors: [], others: [] }
  expect(readLayers(message, { trust: unknown, at })).toMatchObject([
    {
      form: 'opaque',
      verdict: 'untrusted',
      because: 'unknown_issuer',
      signers: [{ is: 'untrusted' }],
    },
  ])
  const clear = decodeLatin1(await made({ signer: curved.signer() }))
  const changed = encodeLatin1(clear.replace('Hello.', 'Hallo.'))
  expect(readLayers(changed, { trust, at })).toMatchObject([
    {
      verdict: 'broken',
      because: 'digest_mismatch',
      signers: [{ is: 'broken', digest: 'sha256', algorithm: 'ecdsa', signedAt: null }],
    },
  ])
})

test('M3: of encryption cipher, number and kinds of recipients are kept, and who opened it', async () => {
  const oaep = { ...bob.recipient, rsaPadding: 'oaep-sha256' as const }
  const recipients = [alice.recipient, bob.recipient, oaep, curved.recipient]
  const message = await made({ signer: alice.signer(), recipients })
  const encrypted = {
    is: 'auth-enveloped-data',
    cipher: 'aes-256-gcm',
    recipients: [
      { kind: 'rsa-pkcs1', count: 2 },
      { kind: 'rsa-oaep', count: 1 },
      { kind: 'ecdh', count: 1 },
    ],
    openedWith: null,
  }
  expect(readLayers(message, { trust, at })).toEqual([encrypted])
  const opened = openMessage(sourceOf(message), { ...trust, decrypters: [bob.decrypter], at })
  onTestFinished(() => opened.close())
  expect(opened.layers.map(viewOf)).toMatchObject([
    { ...encrypted, openedWith: bob.certificate.fingerprint },
    { is: 'signed-data', verdict: 'valid' },
  ])
})

test('M3: certificates alone, compressed and unreadable content are told apart', () => {
  const [pem, p7] = [join(folder, 'two.pem'), join(folder, 'two.p7')]
  const toPem = ({ der }: { der: Uint8Array }) =>
    `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`
  writeFileSync(pem, toPem(alice.certificate) + toPem(bob.certificate))
  const make = ['openssl', 'crl2pkcs7', '-nocrl', '-certfile', pem, '-outform', 'DER', '-out', p7]
  runOk(make)
  const layersOf = (der: Uint8Array, type: string) => readLayers(cmsMail(der, type), { trust, at })
  expect(layersOf(readFileSync(p7), 'certs-only')).toEqual([
    {
      is: 'certs-only',
      names: [alice.certificate.subject.text, bob.certificate.subject.text],
      count: 2,
    },
  ])
  const compressed = sequence(
    objectIdentifier(CONTENT_TYPE.compressedData),
    explicit(0, sequence()),
  )
  expect(layersOf(compressed, 'compressed-data')).toEqual([{ is: 'compressed' }])
  expect(layersOf(encodeLatin1('nothing'), 'signed-data')).toEqual([{ is: 'unreadable' }])
  expect(readLayers(plain, { trust, at })).toEqual([])
})

async function givenAcceptance() {
  const fresh = await freshDatabase()
  onTestFinished(() => fresh.close())
  const { db } = fresh
  const master = generateSealingKey()
  const parts = { db, master, clock: systemClock, log: silentLog, freeSpace: undefined }
  const acceptance = new Acceptance({
    ...parts,
    candidates: {
      forEncryption: () => Promise.resolve(new Map()),
      forSigning: () => Promise.resolve([]),
      trust: () => Promise.resolve(trust),
    },
    settings: () =>
      Promise.resolve({ domains: ['smime.example'], encryptionOutcome: 'all-or-clear' }),
    queue: undefined,
    onBounceDue: () => undefined,
    hostName: 'mail.example.org',
  })
  const accept = async (content: Uint8Array) => {
    const { id } = await acceptance.accept({
      envelopeFrom: 'alice@smime.example',
      recipients: ['ben@other.example'],
      content,
      smtpUtf8: false,
      via: 'submission',
      client: { address: '192.0.2.1' },
    })
    return id
  }
  return { db, accept, details: new MessageDetails({ db, master }) }
}

test('M3: layers are stored with the message, and stay when its content is erased', async () => {
  const { db, accept, details } = await givenAcceptance()
  const ids = [
    await accept(await made({ signer: alice.signer() })),
    await accept(await made({ signer: alice.signer(), recipients: [bob.recipient] })),
    await accept(plain),
  ]
  const stored = async () =>
    Promise.all(ids.map(async (id) => (await details.find(id))?.layers.map((each) => each.is)))
  const expected = [['signed-data'], ['auth-enveloped-data'], []]
  expect(await stored()).toEqual(expected)
  await db.updateTable('delivery').set({ state: 'cancelled', finishedAt: at }).execute()
  const later = new Date(at.getTime() + 86_400_000)
  await eraseContents(db, { before: later, now: later, limit: 10 })
  expect((await details.find(ids[0] ?? ''))?.structure).toBeNull()
  expect(await stored()).toEqual(expected)
})

test('promise 6: whatever is made of a signed message, its layers cause no error', async () => {
  const message = await made({ signer: alice.signer(), isOpaque: true })
  for (let place = 200; place < message.byteLength; place += 97) {
    const cut = concat([message.subarray(0, place), encodeLatin1('\r\n')])
    const changed = Uint8Array.from(message)
    changed[place] = (changed[place] ?? 0) ^ 0x15
    for (const each of [cut, changed]) {
      expect(LayerView.array().safeParse(readLayers(each, { trust, at })).success).toBe(true)
    }
  }
})
