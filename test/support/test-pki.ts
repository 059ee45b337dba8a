/** Certificates made by the openssl command, for tests that read what others write. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { runOk } from './peers.ts'

/** Arguments of `openssl` that make a private key. */
const NEW_KEY = {
  rsa1024: ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
  rsa2048: ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  rsaPss2048: ['genpkey', '-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
  p256: ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p384: ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  p521: ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  ed25519: ['genpkey', '-algorithm', 'ED25519'],
} as const

export type KeyRecipe = keyof typeof NEW_KEY

export interface MadeCertificate {
  /** Paths without ending: `.key` is the private key and `.crt` the certificate, both PEM. */
  readonly path: string
  readonly keyPem: string
  readonly certificatePem: string
  readonly der: Uint8Array
}

export interface Recipe {
  readonly name: string
  /** As in `-subj`: `/CN=Ada`. */
  readonly subject: string
  readonly key?: KeyRecipe
  /** Lines of an extension section: `subjectAltName=email:ada@example.com`. */
  readonly extensions?: readonly string[]
  /** Who signs it; itself when absent. */
  readonly issuer?: MadeCertificate
  readonly days?: number
  /** More arguments for `openssl x509`, such as `-sha512`. */
  readonly options?: readonly string[]
}

/** The extensions of a certificate authority. */
export const CA_EXTENSIONS = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
]

/** The extensions of a person's certificate for signing and encrypting with RSA. */
export function personExtensions(address: string): string[] {
  return [
    `subjectAltName=email:${address}`,
    'keyUsage=critical,digitalSignature,keyEncipherment',
    'extendedKeyUsage=emailProtection',
    'subjectKeyIdentifier=hash',
    'authorityKeyIdentifier=keyid',
  ]
}

/** A folder that is gone after the tests of a file; asked for at the top of the file. */
export function folderOfTheseTests(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Makes a key and a certificate in a folder. */
export function makeCertificate(folder: string, recipe: Recipe): MadeCertificate {
  const path = join(folder, recipe.name)
  const { key = 'rsa2048', extensions = [], issuer, days = 30, options = [] } = recipe
  runOk(['openssl', ...NEW_KEY[key], '-out', `${path}.key`])
  runOk([
    'openssl',
    'req',
    '-new',
    '-key',
    `${path}.key`,
    '-subj',
    recipe.subject,
    '-utf8',
    '-out',
    `${path}.csr`,
  ])
  writeFileSync(`${path}.ext`, [...extensions, ''].join('\n'))
  const signedBy =
    issuer === undefined
      ? ['-key', `${path}.key`]
      : ['-CA', `${issuer.path}.crt`, '-CAkey', `${issuer.path}.key`]
  runOk([
    'openssl',
    'x509',
    '-req',
    '-in',
    `${path}.csr`,
    ...signedBy,
    '-days',
    String(days),
    '-set_serial',
    `0x${serial()}`,
    '-extfile',
    `${path}.ext`,
    ...options,
    '-out',
    `${path}.crt`,
  ])
  return {
    path,
    keyPem: readFileSync(`${path}.key`, 'utf8'),
    certificatePem: readFileSync(`${path}.crt`, 'utf8'),
    der: runOk(['openssl', 'x509', '-in', `${path}.crt`, '-outform', 'DER']),
  }
}

function serial(): string {
  return `40${crypto.randomUUID().replaceAll('-', '').slice(0, 14)}`
}
