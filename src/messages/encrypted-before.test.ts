import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../test/support/database.ts'
import { makeIdentity } from '../../test/support/identities.ts'
import { runOk, temporaryFolder } from '../../test/support/peers.ts'
import { concat, encodeLatin1 } from '../base/bytes.ts'
import { systemClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { generateSealingKey } from '../base/seal.ts'
import { contextPrimitive } from '../formats/asn1/tags.ts'
import {
  element,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
} from '../formats/asn1/writer.ts'
import { describeContent, encryptContent, prepareEnvelope } from '../formats/cms/encrypt.ts'
import { CONTENT_TYPE } from '../formats/cms/oids.ts'
import { Acceptance } from './acceptance.ts'
import { openContent } from './content.ts'
import { takeIn } from './intake.ts'
import * as store from './store.ts'

const HEADER = 'From: ada@example.org\r\nTo: ben@other.example\r\nMIME-Version: 1.0\r\n'
const CMS_TYPE = 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n'
const WORDS = 'the board meets on Friday'
const ben = makeIdentity({ address: 'ben@other.example' })
const recipients = [{ certificate: ben.certificate }]

const cms = (body: string | Uint8Array, type = CMS_TYPE) =>
  concat([
    encodeLatin1(`${HEADER}${type}Content-Transfer-Encoding: base64\r\n\r\n`),
    typeof body === 'string' ? encodeLatin1(body) : body,
  ])

/** Base64 as mail has it. */
const inLines = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\r\n')

const encrypted = (cipher: 'aes-256-cbc' | 'aes-256-gcm') =>
  encryptContent(encodeLatin1(`\r\n${WORDS.repeat(20)}`), recipients, { cipher }).bytes

/** EnvelopedData of the pieces given, in all else as it should be. */
function envelope(change: { infos?: Uint8Array; content?: readonly Uint8Array[]; after?: string }) {
  const { nonce, version, recipientInfos } = prepareEnvelope(recipients, 'aes-256-cbc')
  const content = change.content ?? [element(contextPrimitive(0), new Uint8Array(32))]
  const described = sequence(describeContent('aes-256-cbc', nonce), ...content)
  const data = sequence(version, change.infos ?? concat(recipientInfos), described)
  const after = change.after === undefined ? [] : [octetString(encodeLatin1(change.after))]
  return sequence(objectIdentifier(CONTENT_TYPE.envelopedData), explicit(0, data), ...after)
}

/** To a key, made by GnuPG. */
const ARMOR = `-----BEGIN PGP MESSAGE-----

hF4DKQq2KvrjjFYSAQdAuSr5D/qj+D/FckM/J4KOwNpESGkUH2UrMKLlyLVzAWYw
nnUziAPvllJHQv8FOTR5upiY9s6jIhzQ4/7xii/Rer75+PQ9eig+JYV4XB1A17Cb
0lUBZI6gamxlgLc1LJs7u5lkN7mGaASKK+c5Xd/x8mILHLtTHEha4cC/cvQZAhsx
hG/18rv/0thJ9BQLJz6nY0Ok8C9WAc1kutJxw3wffX/mKcMb+F3S
=Ec36
-----END PGP MESSAGE-----
`

/** With a passphrase, made by GnuPG. */
const SYMMETRIC_ARMOR = `-----BEGIN PGP MESSAGE-----
Version: GnuPG v2
Comment: https://gnupg.org

jA0ECQMC13NabU/QkLH/0k8B4YGzNZzYaj3ggpHrJDAPpQRT70HIG4iI40XxGkip
Fw8wGPFxEZeJ0Gv0cUwGrRTbpK1iFQhuioz/mik3I1Fd4y+/zTdI6Pc7IUtnKnwH
-----END PGP MESSAGE-----
`

/** Made by `gpg --store`: the same label, and anyone reads it. */
const STORED_ARMOR = `-----BEGIN PGP MESSAGE-----

owE7rZDEkM34Q7ckI1UhKT+xKEUhNzW1pFghP0/BrSgzJbGSCwA=
=gPAc
-----END PGP MESSAGE-----
`

interface PgpParts {
  protocol?: string
  preamble?: string
  control?: string
  dataHeader?: string
  data?: string
  more?: string
  end?: string
}

/** PGP/MIME as RFC 3156 has it, but for what is given. */
function pgpMime(change: PgpParts): Uint8Array {
  const {
    protocol = 'application/pgp-encrypted',
    preamble = '',
    control = 'Version: 1\n',
    dataHeader = 'Content-Type: application/octet-stream; name="encrypted.asc"\n',
    data = ARMOR,
    more = '',
    end = '--b--\n',
  } = change
  const text =
    `Content-Type: multipart/encrypted; protocol="${protocol}"; boundary="b"\n\n` +
    `${preamble}--b\nContent-Type: application/pgp-encrypted\n` +
    `Content-Description: PGP/MIME version identification\n\n${control}\n` +
    `--b\n${dataHeader}\n${data}\n${more}${end}`
  return encodeLatin1(HEADER + text.replaceAll('\n', '\r\n'))
}

const pgpText = (text: string) => encodeLatin1(`${HEADER}\r\n${text.replaceAll('\n', '\r\n')}`)

const whole = encrypted('aes-256-cbc')
const base64 = inLines(whole)
const noRecipient = Buffer.from([0x31, 0])
const noKey = set(
  explicit(1, integer(3), explicit(0), sequence(objectIdentifier('1.2.3')), sequence()),
)
const lineOfWords = base64.replace('\r\n', `\r\n${WORDS}\r\n`)

const DISGUISES: readonly { name: string; message: Uint8Array }[] = [
  { name: 'the first line of CMS', message: cms(`MIAGCSqGSIb3DQEHA6CAMIACAQA\r\n${WORDS}\r\n`) },
  { name: 'a label alone', message: cms(WORDS) },
  { name: 'words after CMS in base64', message: cms(`${base64}\r\n${WORDS}\r\n`) },
  { name: 'base64 after CMS in base64', message: cms(base64 + inLines(encodeLatin1(WORDS))) },
  { name: 'base64 of words within', message: cms(inLines(concat([whole, encodeLatin1(WORDS)]))) },
  { name: 'words after binary CMS', message: cms(concat([whole, encodeLatin1(WORDS)])) },
  { name: 'words after the envelope', message: cms(inLines(envelope({ after: WORDS }))) },
  { name: 'words between lines', message: cms(lineOfWords) },
  { name: 'digits apart in a line', message: cms(base64.replace('MII', 'MI I')) },
  { name: 'words before CMS', message: cms(`${WORDS}\r\n\r\n${base64}`) },
  { name: 'no recipient', message: cms(inLines(envelope({ infos: noRecipient }))) },
  { name: 'a recipient without key', message: cms(inLines(envelope({ infos: noKey }))) },
  {
    name: 'words for a recipient',
    message: cms(inLines(envelope({ infos: set(octetString(encodeLatin1(WORDS))) }))),
  },
  { name: 'truncated CMS', message: cms(inLines(whole.subarray(0, -3))) },
  { name: 'truncated base64', message: cms(base64.trimEnd().slice(0, -1)) },
  { name: 'no encrypted content', message: cms(inLines(envelope({ content: [] }))) },
  {
    name: 'empty encrypted content',
    message: cms(inLines(envelope({ content: [element(contextPrimitive(0))] }))),
  },
  {
    name: 'content that is no whole blocks',
    message: cms(
      inLines(envelope({ content: [element(contextPrimitive(0), encodeLatin1(WORDS))] })),
    ),
  },
  {
    name: 'words after CMS, known by its name only',
    message: cms(base64 + WORDS, 'Content-Type: application/octet-stream; name=smime.p7m\r\n'),
  },
  { name: 'the first line of armor', message: pgpMime({ data: ARMOR.slice(0, 30) + WORDS }) },
  { name: 'words before armor', message: pgpMime({ data: `${WORDS}\n${ARMOR}` }) },
  { name: 'words after armor', message: pgpMime({ data: `${ARMOR}${WORDS}\n` }) },
  { name: 'words in armor', message: pgpMime({ data: ARMOR.replace('\n0l', `\n${WORDS}\n0l`) }) },
  { name: 'two armors', message: pgpMime({ data: ARMOR + ARMOR }) },
  { name: 'an armor header of words', message: pgpMime({ data: ARMOR.replace('\n', '\nA: b\n') }) },
  { name: 'armor of what anyone reads', message: pgpMime({ data: STORED_ARMOR }) },
  { name: 'armor cut short', message: pgpMime({ data: ARMOR.replace(/\nhG.*\n=.*/, '') }) },
  { name: 'three parts', message: pgpMime({ more: `--b\n\n${WORDS}\n` }) },
  { name: 'a third part in front', message: pgpMime({ preamble: `--b\n\n${WORDS}\n` }) },
  { name: 'no last delimiter', message: pgpMime({ end: '' }) },
  { name: 'another protocol', message: pgpMime({ protocol: 'application/x-other' }) },
  { name: 'words as version', message: pgpMime({ control: `Version: 1\n${WORDS}\n` }) },
  { name: 'words before the parts', message: pgpMime({ preamble: `${WORDS}\n` }) },
  { name: 'words after the parts', message: pgpMime({ end: `--b--\n${WORDS}\n` }) },
  {
    name: 'words in the header of a part',
    message: pgpMime({ dataHeader: `Content-Type: application/octet-stream\nX-Words: ${WORDS}\n` }),
  },
  {
    name: 'a long header of a part',
    message: pgpMime({
      dataHeader: `Content-Type: application/octet-stream\nContent-Description: ${WORDS.repeat(50)}\n`,
    }),
  },
  {
    name: 'a part in another encoding',
    message: pgpMime({
      dataHeader:
        'Content-Type: application/octet-stream\nContent-Transfer-Encoding: quoted-printable\n',
    }),
  },
  { name: 'plain text, words before armor', message: pgpText(`${WORDS}\n${ARMOR}`) },
  { name: 'plain text, words after armor', message: pgpText(`${ARMOR}${WORDS}`) },
  {
    name: 'plain text, words in armor',
    message: pgpText(`${ARMOR.slice(0, 28)}\n${WORDS}\n${ARMOR.slice(-26)}`),
  },
]

const GENUINE: readonly { name: string; message: Uint8Array }[] = [
  { name: 'EnvelopedData', message: cms(base64) },
  { name: 'AuthEnvelopedData', message: cms(inLines(encrypted('aes-256-gcm'))) },
  { name: 'EnvelopedData made of pieces', message: cms(inLines(envelope({}))) },
  { name: 'CMS in binary', message: cms(whole) },
  { name: 'CMS with lines that end in white space', message: cms(base64.replaceAll('\r', ' \r')) },
  {
    name: 'CMS known by its name only (M-22)',
    message: cms(base64, 'Content-Type: application/octet-stream; name=smime.p7m\r\n'),
  },
  { name: 'PGP/MIME', message: pgpMime({}) },
  {
    name: 'PGP/MIME of Enigmail',
    message: pgpMime({
      preamble: 'This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\n',
      end: '--b--\n\n',
    }),
  },
  { name: 'PGP/MIME with a passphrase', message: pgpMime({ data: SYMMETRIC_ARMOR }) },
  { name: 'armor in plain text', message: pgpText(`\n${ARMOR}\n`) },
]

const master = generateSealingKey()
let fresh: Awaited<ReturnType<typeof freshDatabase>>
let acceptance: Acceptance

beforeAll(async () => {
  fresh = await freshDatabase()
  acceptance = new Acceptance({
    db: fresh.db,
    clock: systemClock,
    log: silentLog,
    master,
    candidates: {
      forEncryption: () => Promise.resolve(new Map()),
      forSigning: () => Promise.resolve([]),
      trust: () => Promise.resolve({ anchors: [], others: [] }),
    },
    settings: () =>
      Promise.resolve({ domains: ['example.org'], encryptionOutcome: 'all-or-refuse' }),
    queue: undefined,
    freeSpace: undefined,
    onBounceDue: () => {},
    hostName: 'mail.example.org',
  })
})

afterAll(() => fresh.close())

const accept = (content: Uint8Array) =>
  acceptance.accept({
    envelopeFrom: 'ada@example.org',
    recipients: ['ben@other.example'],
    content,
    smtpUtf8: false,
    via: 'submission',
    client: { address: '192.0.2.1' },
  })

async function expectPassed(message: Uint8Array): Promise<void> {
  const { id } = await accept(message)
  const [content] = await store.findContents(fresh.db, [id])
  if (content === undefined) throw new Error('no content')
  const stored = Buffer.from(openContent(master, id, content.sealed))
  expect(stored.subarray(-message.byteLength).equals(message)).toBe(true)
}

describe('promise 3: under all-or-refuse nothing passes for encrypted that is not', () => {
  test.for(DISGUISES)('refused: $name', async ({ message }) => {
    await expect(accept(message)).rejects.toMatchObject({
      code: 'message.recipient_without_certificate',
    })
  })

  test.for(GENUINE)('passes byte for byte: $name', async ({ message }) => {
    await expectPassed(message)
  })

  test.for([
    { options: ['-aes256'] },
    { options: ['-aes256', '-stream'] },
    { options: ['-aes-256-gcm'] },
    { options: ['-aes-256-gcm', '-stream'] },
    { options: ['-des3', '-keyid'] },
  ])('passes byte for byte: OpenSSL with $options', async ({ options }) => {
    const path = join(temporaryFolder(), 'ben.crt')
    writeFileSync(path, ben.certificatePem)
    const smime = runOk(['openssl', 'cms', '-encrypt', ...options, '-recip', path], {
      input: `Content-Type: text/plain\r\n\r\n${WORDS.repeat(500)}\r\n`,
    })
    await expectPassed(concat([encodeLatin1('From: ada@example.org\n'), smime]))
  })
})

describe('whatever is done to an encrypted message', () => {
  const protectionOf = (content: Uint8Array) =>
    takeIn(
      { id: 'x', at: new Date(0), content, smtpUtf8: false, via: 'relay', client: { address: '' } },
      { hostName: 'h' },
    ).protection.is
  const messages = fc.constantFrom(cms(base64), pgpMime({}), pgpText(ARMOR))

  test('a line of words anywhere in its body makes it an ordinary one', () => {
    fc.assert(
      fc.property(messages, fc.nat(), (message, place) => {
        const bodyStart = Buffer.from(message).indexOf('\r\n\r\n') + 4
        const at = bodyStart + (place % (message.byteLength - bodyStart))
        const words = encodeLatin1(`\r\n${WORDS}\r\n`)
        const changed = concat([message.subarray(0, at), words, message.subarray(at)])
        expect(protectionOf(changed)).toBe('none')
      }),
      { seed: 3156, numRuns: 1_000 },
    )
  })

  test('promise 6: bytes changed, lost or cut off cause no error', () => {
    fc.assert(
      fc.property(messages, fc.nat(), fc.nat(255), fc.boolean(), (message, place, value, cuts) => {
        const bodyStart = Buffer.from(message).indexOf('\r\n\r\n') + 4
        const at = bodyStart + (place % (message.byteLength - bodyStart))
        const changed = Uint8Array.from(message)
        changed[at] = value
        expect(protectionOf(cuts ? changed.subarray(0, at) : changed)).toMatch(/none|encrypted/)
      }),
      { seed: 5652, numRuns: 1_000 },
    )
  })
})
