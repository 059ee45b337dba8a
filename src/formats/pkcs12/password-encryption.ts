/**
 * Encryption with a password: PBES2 (RFC 8018) with PBKDF2 and AES-CBC or 3DES, and the old 3DES
 * scheme of PKCS#12. RC2 and single DES are refused by name: they protect nothing.
 */

import { createDecipheriv, pbkdf2 } from 'node:crypto'
import { concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG } from '../asn1/tags.ts'
import { type AlgorithmIdentifier, readAlgorithm } from '../x509/algorithm.ts'
import type { DigestAlgorithm } from '../x509/oids.ts'
import { type IterationBudget, bmpPassword, derivePkcs12 } from './key-derivation.ts'

const PBES2 = '1.2.840.113549.1.5.13'
const PBKDF2 = '1.2.840.113549.1.5.12'
const PKCS12_3DES = '1.2.840.113549.1.12.1.3'

const KNOWN_WEAK: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.12.1.1', 'RC4-128'],
  ['1.2.840.113549.1.12.1.2', 'RC4-40'],
  ['1.2.840.113549.1.12.1.4', 'two-key 3DES'],
  ['1.2.840.113549.1.12.1.5', 'RC2-128'],
  ['1.2.840.113549.1.12.1.6', 'RC2-40'],
  ['1.2.840.113549.1.5.3', 'DES with MD5'],
  ['1.2.840.113549.1.5.10', 'DES with SHA-1'],
])

const PRFS: ReadonlyMap<string, DigestAlgorithm> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
])

const CIPHERS: ReadonlyMap<string, { name: string; keyBytes: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyBytes: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyBytes: 24 }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', keyBytes: 32 }],
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', keyBytes: 24 }],
])

/** Salts have 8 to 64 octets. */
const MAX_SALT_BYTES = 1024

/**
 * Decrypts. The empty password of PKCS#12 is tried as the empty text and as no password at all,
 * since programs differ in what they mean by it.
 *
 * @throws HubError `passphrase.wrong`, `passphrase.too_expensive`, `key.unsupported`,
 *   `asn1.malformed`
 */
export async function decryptWithPassword(
  ciphertext: Uint8Array,
  {
    algorithm,
    password,
    budget,
  }: {
    algorithm: AlgorithmIdentifier
    password: string
    budget: IterationBudget
  },
): Promise<Uint8Array> {
  if (algorithm.parameters === undefined) throw unsupported(algorithm.oid)
  const parameters = Asn1Reader.ber(algorithm.parameters).sequence()
  switch (algorithm.oid) {
    case PBES2:
      return decryptPbes2(ciphertext, { parameters, password, budget })
    case PKCS12_3DES:
      return decryptOld(ciphertext, { parameters, password, budget })
    default:
      throw unsupported(KNOWN_WEAK.get(algorithm.oid) ?? algorithm.oid)
  }
}

interface Opening {
  parameters: Asn1Reader
  password: string
  budget: IterationBudget
}

async function decryptPbes2(
  ciphertext: Uint8Array,
  { parameters, password, budget }: Opening,
): Promise<Uint8Array> {
  const derivation = readAlgorithm(parameters)
  const encryption = readAlgorithm(parameters)
  const cipher = CIPHERS.get(encryption.oid)
  if (cipher === undefined || encryption.parameters === undefined) throw unsupported(encryption.oid)
  if (derivation.oid !== PBKDF2 || derivation.parameters === undefined) {
    throw unsupported(derivation.oid)
  }
  const iv = Asn1Reader.ber(encryption.parameters).octetString()
  const key = await derivePbkdf2(Asn1Reader.ber(derivation.parameters).sequence(), {
    password,
    budget,
    keyBytes: cipher.keyBytes,
  })
  return decipher(ciphertext, { cipher: cipher.name, key, iv })
}

async function derivePbkdf2(
  reader: Asn1Reader,
  { password, budget, keyBytes }: { password: string; budget: IterationBudget; keyBytes: number },
): Promise<Uint8Array> {
  const salt = readSalt(reader)
  const iterations = readIterations(reader, budget)
  const length = reader.has(TAG.integer) ? reader.smallInteger() : keyBytes
  const prf = reader.isAtEnd ? 'sha1' : PRFS.get(readAlgorithm(reader).oid)
  if (prf === undefined || length !== keyBytes) throw unsupported('a PBKDF2 of another kind')
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  pbkdf2(password, salt, iterations, keyBytes, prf, (error, key) => {
    if (error === null) resolve(key)
    else reject(error)
  })
  return promise
}

async function decryptOld(
  ciphertext: Uint8Array,
  { parameters, password, budget }: Opening,
): Promise<Uint8Array> {
  const salt = readSalt(parameters)
  const iterations = parameters.smallInteger()
  const attempts = password === '' ? [bmpPassword(''), new Uint8Array(0)] : [bmpPassword(password)]
  let failure: unknown
  for (const attempt of attempts) {
    budget.spend(2 * iterations)
    const asked = { digest: 'sha1', salt, iterations } as const
    const key = await derivePkcs12(attempt, { ...asked, bytes: 24, what: 'key' })
    const iv = await derivePkcs12(attempt, { ...asked, bytes: 8, what: 'iv' })
    try {
      return decipher(ciphertext, { cipher: 'des-ede3-cbc', key, iv })
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

function decipher(
  ciphertext: Uint8Array,
  { cipher, key, iv }: { cipher: string; key: Uint8Array; iv: Uint8Array },
): Uint8Array {
  const blockBytes = cipher === 'des-ede3-cbc' ? 8 : 16
  if (iv.byteLength !== blockBytes) throw unsupported('an IV of another length than a block')
  const work = createDecipheriv(cipher, key, iv)
  try {
    return concat([work.update(ciphertext), work.final()])
  } catch (cause) {
    throw new HubError('passphrase.wrong', 'the passphrase does not open this', { cause })
  }
}

/** Salt of PBKDF2 and of the old schemes. */
export function readSalt(reader: Asn1Reader): Uint8Array {
  const salt = reader.octetString()
  if (salt.byteLength > MAX_SALT_BYTES) throw unsupported('a salt of more than 1,024 octets')
  return salt
}

function readIterations(reader: Asn1Reader, budget: IterationBudget): number {
  const iterations = reader.smallInteger()
  if (iterations === 0) throw unsupported('no rounds of key derivation')
  budget.spend(iterations)
  return iterations
}

function unsupported(what: string): HubError {
  return new HubError('key.unsupported', `encryption with a password by ${what} is not supported`, {
    detail: { what },
  })
}
