/**
 * What the tests against each peer have in common: one CA, identities of each kind of key, a
 * message, and the ways to sign and to encrypt it.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CA_EXTENSIONS, type MadeCertificate, makeCertificate } from '../support/test-pki.ts'

export const SENDER = 'ada@example.org'

/** The sentence that must come out at the other end. */
export const SECRET = 'The board meets on Friday at nine.'

export interface Signature {
  readonly name: string
  readonly identity: 'rsa' | 'p256' | 'p384'
  readonly sealpost: readonly string[]
  readonly openssl: readonly string[]
}

/** How a message may be signed; each is tried clear and opaque. */
export const SIGNATURES: readonly Signature[] = [
  { name: 'RSA v1.5', identity: 'rsa', sealpost: [], openssl: [] },
  {
    name: 'RSASSA-PSS',
    identity: 'rsa',
    sealpost: ['--scheme', 'rsa-pss-sha256'],
    openssl: ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:32'],
  },
  { name: 'ECDSA P-256', identity: 'p256', sealpost: [], openssl: [] },
  { name: 'ECDSA P-384', identity: 'p384', sealpost: [], openssl: [] },
]

export const FORMS = [
  { name: 'clear', sealpost: [], openssl: [] },
  { name: 'opaque', sealpost: ['--opaque'], openssl: ['-nodetach'] },
] as const

export interface Encryption {
  readonly name: string
  readonly identity: 'rsa' | 'p256'
  readonly sealpost: readonly string[]
  readonly openssl: readonly string[]
}

/** How a content key may be sent; each is tried with CBC and GCM. */
export const ENCRYPTIONS: readonly Encryption[] = [
  { name: 'RSA v1.5', identity: 'rsa', sealpost: [], openssl: [] },
  {
    name: 'RSAES-OAEP',
    identity: 'rsa',
    sealpost: ['--oaep'],
    openssl: ['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256'],
  },
  { name: 'ECDH P-256', identity: 'p256', sealpost: [], openssl: [] },
]

export const CIPHERS = ['aes-256-cbc', 'aes-256-gcm'] as const

/** Every combination of one of each list, as rows of a table. */
export function combinations<Lists extends Record<string, readonly unknown[]>>(
  lists: Lists,
): { [Name in keyof Lists]: Lists[Name][number] }[] {
  const rows = Object.entries(lists).reduce<Record<string, unknown>[]>(
    (made, [name, list]) => made.flatMap((row) => list.map((item) => ({ ...row, [name]: item }))),
    [{}],
  )
  return rows as { [Name in keyof Lists]: Lists[Name][number] }[]
}

/** One CA with the same person's identities of each kind of key, as files in a folder. */
export class Exchange {
  readonly folder: string
  readonly root: MadeCertificate
  readonly identities: Readonly<Record<'rsa' | 'p256' | 'p384', MadeCertificate>>

  constructor(folder: string) {
    this.folder = folder
    this.root = makeCertificate(folder, {
      name: 'root',
      subject: '/CN=Interop Root',
      extensions: CA_EXTENSIONS,
    })
    this.identities = {
      rsa: this.#identity('rsa', 'rsa2048', 'keyEncipherment'),
      p256: this.#identity('p256', 'p256', 'keyAgreement'),
      p384: this.#identity('p384', 'p384', 'keyAgreement'),
    }
  }

  /** A file of these bytes, gone with the folder. */
  file(name: string, content: Uint8Array | string): string {
    const path = join(this.folder, name)
    writeFileSync(path, content)
    return path
  }

  /** Path of a file that a command will write. */
  path(name: string): string {
    return join(this.folder, name)
  }

  read(name: string): Buffer {
    return readFileSync(join(this.folder, name))
  }

  /** A message as a person writes it, 8-bit and with a line that begins with a dot. */
  message(): string {
    return this.file(
      'message.eml',
      [
        `From: Ada <${SENDER}>`,
        'To: bob@example.org',
        'Subject: Friday',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit',
        '',
        SECRET,
        'Le conseil se réunit vendredi à neuf heures.',
        '.hidden',
        'From here on',
        '',
      ].join('\r\n'),
    )
  }

  /** A message whose body is this CMS object, as other mail programs would send it; its path. */
  opaqueMessage(smimeType: 'signed-data' | 'enveloped-data', cms: Uint8Array): string {
    return this.file(
      'opaque.eml',
      [
        `From: Ada <${SENDER}>`,
        'MIME-Version: 1.0',
        `Content-Type: application/pkcs7-mime; smime-type=${smimeType}; name=smime.p7m`,
        'Content-Transfer-Encoding: base64',
        '',
        base64Lines(cms),
      ].join('\r\n'),
    )
  }

  /** The CMS object of a message, and what it signs when that stands beside it; as files. */
  partsOf(message: Buffer): { cms: string; content?: string } {
    const text = message.toString('latin1')
    const boundary = /boundary="?([^";\r\n]+)"?/.exec(text)?.[1]
    if (boundary === undefined) {
      const body = text.slice(text.indexOf('\r\n\r\n'))
      return { cms: this.file('opaque.p7m', Buffer.from(body, 'base64')) }
    }
    const [, entity = '', signature = ''] = text.split(`--${boundary}`)
    const body = signature.slice(signature.indexOf('\r\n\r\n'))
    return {
      cms: this.file('detached.p7s', Buffer.from(body, 'base64')),
      // The line ends around a boundary belong to it (RFC 2046 section 5.1.1).
      content: this.file('entity.txt', Buffer.from(entity.slice(2, -2), 'latin1')),
    }
  }

  #identity(name: string, key: 'rsa2048' | 'p256' | 'p384', usage: string): MadeCertificate {
    return makeCertificate(this.folder, {
      name,
      subject: `/CN=Ada ${name}`,
      key,
      issuer: this.root,
      extensions: [
        `subjectAltName=email:${SENDER}`,
        `keyUsage=critical,digitalSignature,${usage}`,
        'extendedKeyUsage=emailProtection',
        'subjectKeyIdentifier=hash',
        'authorityKeyIdentifier=keyid',
      ],
    })
  }
}

/** A `multipart/signed` message of an entity and its detached signature. */
export function clearSigned(entity: string, signature: Uint8Array): string {
  return [
    `From: Ada <${SENDER}>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256;',
    ' boundary="=_b"',
    '',
    '--=_b',
    entity,
    '--=_b',
    'Content-Type: application/pkcs7-signature; name=smime.p7s',
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(signature),
    '--=_b--',
    '',
  ].join('\r\n')
}

function base64Lines(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  return `${lines.join('\r\n')}\r\n`
}
