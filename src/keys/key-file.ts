/**
 * Private keys in files, as commands are given them: PEM or DER, PKCS#8, PKCS#1 or SEC1, encrypted or
 * not, and PKCS#12, told apart by content.
 */

import { type KeyObject, createPrivateKey } from 'node:crypto'
import { HubError } from '../base/errors.ts'
import { Asn1Reader } from '../formats/asn1/reader.ts'
import { TAG } from '../formats/asn1/tags.ts'
import { type PemBlock, isPem, parsePem } from '../formats/pem.ts'
import { IterationBudget } from '../formats/pkcs12/key-derivation.ts'
import { decryptWithPassword } from '../formats/pkcs12/password-encryption.ts'
import { looksLikePkcs12, readPkcs12 } from '../formats/pkcs12/pkcs12.ts'
import { readAlgorithm } from '../formats/x509/algorithm.ts'
import { type Certificate, parseCertificate } from '../formats/x509/certificate.ts'
import { readingAs } from '../formats/x509/malformed.ts'
import { type PrivateKeyForm, importPrivateKey, isKeyOf } from '../formats/x509/private-key.ts'

export interface KeyFile {
  /** In the order of the file; at least one. */
  readonly privateKeys: readonly KeyObject[]
  /** Certificates that stood beside them, in order. */
  readonly certificates: readonly Certificate[]
}

/**
 * Reads a file that holds at least one private key. The passphrase may be empty; undefined means
 * that none was given.
 *
 * @throws HubError `key.malformed`, `key.unsupported`, `passphrase.required`, `passphrase.wrong`,
 *   `passphrase.too_expensive`, `pem.malformed`, `pkcs12.malformed`, `pkcs12.unsupported`,
 *   `certificate.malformed`
 */
export async function readKeyFile(bytes: Uint8Array, passphrase?: string): Promise<KeyFile> {
  const file = isPem(bytes)
    ? await readPemKeys(bytes, passphrase)
    : looksLikePkcs12(bytes)
      ? await readPfx(bytes, passphrase)
      : { privateKeys: [await readDerKey(bytes, passphrase)], certificates: [] }
  if (file.privateKeys.length === 0) {
    throw new HubError('key.malformed', 'a file holds no private key')
  }
  return file
}

/**
 * The private key that belongs to a certificate.
 *
 * @throws HubError `key.mismatch`: none of them does
 */
export function keyFor(certificate: Certificate, privateKeys: readonly KeyObject[]): KeyObject {
  const found = privateKeys.find((privateKey) => isKeyOf(privateKey, certificate))
  if (found !== undefined) return found
  throw new HubError('key.mismatch', `no private key belongs to ${certificate.subject.text}`)
}

async function readPfx(bytes: Uint8Array, passphrase: string | undefined): Promise<KeyFile> {
  if (passphrase === undefined) throw passphraseRequired()
  const { keys, certificates } = await readPkcs12(bytes, passphrase)
  return { privateKeys: keys.map(({ privateKey }) => privateKey), certificates }
}

async function readPemKeys(bytes: Uint8Array, passphrase: string | undefined): Promise<KeyFile> {
  const privateKeys: KeyObject[] = []
  const certificates: Certificate[] = []
  for (const block of parsePem(bytes)) {
    if (block.label === 'CERTIFICATE') certificates.push(parseCertificate(block.der))
    else if (block.label.endsWith('PRIVATE KEY')) privateKeys.push(await pemKey(block, passphrase))
  }
  return { privateKeys, certificates }
}

async function pemKey(block: PemBlock, passphrase: string | undefined): Promise<KeyObject> {
  if (block.headers.get('Proc-Type')?.includes('ENCRYPTED') === true) {
    if (passphrase === undefined) throw passphraseRequired()
    return readOldEncryptedKey(block, passphrase)
  }
  switch (block.label) {
    case 'ENCRYPTED PRIVATE KEY':
      return readEncryptedKey(block.der, passphrase)
    case 'RSA PRIVATE KEY':
      return importPrivateKey(block.der, 'pkcs1')
    case 'EC PRIVATE KEY':
      return importPrivateKey(block.der, 'sec1')
    case 'PRIVATE KEY':
      return importPrivateKey(block.der)
    default:
      throw new HubError('key.unsupported', `a key in a block named ${block.label}`)
  }
}

/** OpenSSL's encryption of before 2010 (RFC 1421 headers): one round of MD5, which Node can do. */
function readOldEncryptedKey(block: PemBlock, passphrase: string): KeyObject {
  try {
    return createPrivateKey({ key: block.text, passphrase })
  } catch (cause) {
    throw new HubError('passphrase.wrong', 'the passphrase does not open this key', { cause })
  }
}

async function readDerKey(bytes: Uint8Array, passphrase: string | undefined): Promise<KeyObject> {
  const form = formOf(bytes)
  return form === 'encrypted' ? readEncryptedKey(bytes, passphrase) : importPrivateKey(bytes, form)
}

function formOf(bytes: Uint8Array): PrivateKeyForm | 'encrypted' {
  return readingAs('key.malformed', 'a private key', () => {
    const reader = Asn1Reader.ber(bytes).sequence()
    if (reader.has(TAG.sequence)) return 'encrypted'
    reader.integer()
    if (reader.has(TAG.integer)) return 'pkcs1'
    return reader.has(TAG.octetString) ? 'sec1' : 'pkcs8'
  })
}

/** EncryptedPrivateKeyInfo (RFC 5958 section 3). */
async function readEncryptedKey(
  der: Uint8Array,
  passphrase: string | undefined,
): Promise<KeyObject> {
  if (passphrase === undefined) throw passphraseRequired()
  const { algorithm, ciphertext } = readingAs('key.malformed', 'an encrypted key', () => {
    const reader = Asn1Reader.ber(der).sequence()
    return { algorithm: readAlgorithm(reader), ciphertext: reader.octetString() }
  })
  const budget = new IterationBudget()
  try {
    const pkcs8 = await decryptWithPassword(ciphertext, { algorithm, password: passphrase, budget })
    return importDecrypted(pkcs8)
  } catch (error) {
    return readingAs('key.malformed', 'an encrypted key', () => {
      throw error
    })
  }
}

/** One wrong passphrase in 256 leaves padding that looks right, and bytes that are no key. */
function importDecrypted(pkcs8: Uint8Array): KeyObject {
  try {
    return importPrivateKey(pkcs8)
  } catch (cause) {
    throw new HubError('passphrase.wrong', 'the passphrase does not open this key', { cause })
  }
}

function passphraseRequired(): HubError {
  return new HubError('passphrase.required', 'a private key is encrypted and needs its passphrase')
}
