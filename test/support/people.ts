/** People with keys and certificates of one authority, for tests of signing and encrypting. */

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { decrypterFor, type CmsDecrypter } from '../../src/formats/cms/decrypt.ts'
import type { CmsRecipient } from '../../src/formats/cms/recipient.ts'
import {
  schemeForKey,
  signNow,
  type SignatureScheme,
} from '../../src/formats/cms/signature-schemes.ts'
import type { CmsSigner } from '../../src/formats/cms/signing-template.ts'
import { parseCertificate, type Certificate } from '../../src/formats/x509/certificate.ts'
import {
  CA_EXTENSIONS,
  makeCertificate,
  personExtensions,
  type KeyRecipe,
  type MadeCertificate,
} from './test-pki.ts'

/** Someone with a key and a certificate. */
export interface Person {
  readonly address: string
  readonly certificate: Certificate
  readonly key: KeyObject
  /** Paths without ending: `.key` and `.crt`, both PEM. */
  readonly path: string
  readonly recipient: CmsRecipient
  readonly decrypter: CmsDecrypter
  signer(scheme?: SignatureScheme): CmsSigner
}

/** An authority and what it can make. */
export interface TestAuthority {
  readonly certificate: Certificate
  readonly made: MadeCertificate
  /** Makes someone; RSA unless said, certificate for signing and encrypting. */
  person(about: {
    name: string
    address?: string
    key?: KeyRecipe
    extensions?: readonly string[]
    days?: number
  }): Person
}

/** Makes an authority in a folder. */
export function makeAuthority(folder: string, name = 'ca'): TestAuthority {
  const made = makeCertificate(folder, {
    name,
    subject: `/CN=${name}`,
    key: 'p256',
    extensions: CA_EXTENSIONS,
    days: 3650,
  })
  return {
    certificate: parseCertificate(made.der),
    made,
    person: ({ name: own, address = `${own}@smime.example`, key = 'rsa2048', extensions, days }) =>
      personOf(
        address,
        makeCertificate(folder, {
          name: own,
          subject: `/CN=${own}`,
          key,
          extensions: extensions ?? extensionsFor(address, key),
          issuer: made,
          days: days ?? 365,
        }),
      ),
  }
}

function extensionsFor(address: string, key: KeyRecipe): readonly string[] {
  const extensions = personExtensions(address)
  if (key.startsWith('rsa')) return extensions
  return extensions.map((line) => line.replace('keyEncipherment', 'keyAgreement'))
}

function personOf(address: string, made: MadeCertificate): Person {
  const certificate = parseCertificate(made.der)
  const key = createPrivateKey(made.keyPem)
  return {
    address,
    certificate,
    key,
    path: made.path,
    recipient: { certificate },
    decrypter: decrypterFor(certificate, key),
    signer(scheme = schemeForKey(certificate.publicKey) ?? 'rsa-sha256') {
      return { certificate, chain: [], scheme, sign: (bytes) => signNow(key, scheme, bytes) }
    },
  }
}
