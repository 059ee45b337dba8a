/** Keys, certificates and lists that commands are given as files. */

import type { KeyObject } from 'node:crypto'
import { decodeUtf8 } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { type CmsDecrypter, decrypterFor } from '../formats/cms/decrypt.ts'
import type { CmsRecipient } from '../formats/cms/recipient.ts'
import type { SignatureScheme } from '../formats/cms/signature-schemes.ts'
import type { CmsSigner } from '../formats/cms/signing-template.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import { readCertificates, readContainer } from '../formats/x509/containers.ts'
import { weaknessOf } from '../formats/x509/key-strength.ts'
import { isKeyOf } from '../formats/x509/private-key.ts'
import { keyFor, readKeyFile } from '../keys/key-file.ts'
import { signerFor } from '../keys/signing.ts'
import type { Trust } from '../smime/signatures.ts'
import { usageError } from './commands.ts'
import { readFile } from './files.ts'
import { parseMoment } from './moments.ts'

/** Where private keys and their certificates are. */
export interface KeyOptions {
  readonly key?: readonly string[]
  readonly cert?: readonly string[]
  readonly pfx?: readonly string[]
  readonly passphraseFile?: string
}

/** Whom to trust. */
export interface TrustOptions {
  readonly trust?: readonly string[]
  readonly chain?: readonly string[]
  readonly crl?: readonly string[]
  readonly at?: string
  readonly legacy?: boolean
}

/**
 * Reads trust anchors, intermediates and lists. Files may hold several objects, or none.
 *
 * @throws HubError `file.unreadable`, `container.unreadable`, `certificate.malformed`,
 *   `crl.malformed`, `usage.invalid`
 */
export function loadTrust(options: TrustOptions, now: Date): Trust {
  return {
    anchors: certificatesOf(options.trust),
    others: certificatesOf(options.chain),
    crls: (options.crl ?? []).flatMap((path) => {
      const { crls, unreadable } = about(path, () => readContainer(readFile(path)))
      if (unreadable[0] !== undefined) throw unreadable[0]
      return crls
    }),
    at: parseMoment(options.at ?? 'now', now),
    legacy: options.legacy === true,
  }
}

/** All certificates of the files, in order. */
export function certificatesOf(paths: readonly string[] = []): readonly Certificate[] {
  return paths.flatMap((path) => about(path, () => readCertificates(readFile(path))))
}

/**
 * Everyone whose private key is at hand.
 *
 * @throws HubError `usage.invalid`: none is given; `key.*`, `passphrase.*`, `pkcs12.*`
 */
export async function loadDecrypters(options: KeyOptions): Promise<readonly CmsDecrypter[]> {
  const { keys, certificates } = await loadKeys(options)
  const decrypters = certificates.flatMap((certificate) => {
    const key = keys.find((each) => isKeyOf(each, certificate))
    return key === undefined ? [] : [decrypterFor(certificate, key)]
  })
  if (decrypters.length > 0) return decrypters
  throw new HubError('key.mismatch', 'no private key belongs to any of the certificates')
}

/**
 * Who signs: the first certificate, with its key. What else stands beside it travels as its chain.
 *
 * @throws HubError as `loadDecrypters`, `key.mismatch`, `key.unsupported`
 */
export async function loadSigner(
  options: KeyOptions & { readonly chain?: readonly string[]; readonly scheme?: SignatureScheme },
): Promise<CmsSigner> {
  const { keys, certificates } = await loadKeys(options)
  const certificate = certificates.find((each) => keys.some((key) => isKeyOf(key, each)))
  const [first] = certificates
  if (first === undefined) throw usageError('a certificate is missing: --cert F')
  const own = certificate ?? first
  const key = keyFor(own, keys)
  const chain = [...certificates, ...certificatesOf(options.chain)].filter((each) => each !== own)
  return signerFor(key, { certificate: own, chain, scheme: options.scheme })
}

/**
 * Everyone a message is encrypted to: every certificate of the files. The authorities of a chain that
 * stands beside someone's certificate are nobody who reads mail.
 *
 * @throws HubError `certificate.unfit`: it is expired, its key is weak, or not for encrypting
 */
export function loadRecipients(
  paths: readonly string[],
  { at, isOaep }: { at: Date; isOaep: boolean },
): readonly CmsRecipient[] {
  const certificates = paths.flatMap((path) => readersOf(certificatesOf([path])))
  if (certificates.length === 0) throw usageError('no certificate to encrypt to: --to CERT')
  return certificates.map((certificate) => {
    const reason = whyUnfit(certificate, at)
    if (reason !== undefined) {
      throw new HubError(
        'certificate.unfit',
        `a message is not encrypted to ${certificate.subject.text}: ${reason}`,
      )
    }
    return { certificate, rsaPadding: isOaep ? 'oaep-sha256' : 'pkcs1' }
  })
}

function readersOf(certificates: readonly Certificate[]): readonly Certificate[] {
  const people = certificates.filter(({ basicConstraints }) => basicConstraints?.isCa !== true)
  return people.length > 0 ? people : certificates
}

function whyUnfit(certificate: Certificate, at: Date): string | undefined {
  const { notBefore, notAfter, publicKey, keyUsage } = certificate
  if (at < notBefore) return `its certificate is not valid before ${notBefore.toISOString()}`
  if (at > notAfter) return `its certificate expired at ${notAfter.toISOString()}`
  if (weaknessOf(publicKey) !== undefined) return 'its key is too weak or of an unknown kind'
  const needed = publicKey.kind === 'rsa' ? 'keyEncipherment' : 'keyAgreement'
  // H-06: a certificate without key usage is for everything.
  const isForThis = keyUsage === undefined || keyUsage.has(needed)
  return isForThis ? undefined : `the key usage of its certificate lacks ${needed}`
}

interface Keys {
  readonly keys: readonly KeyObject[]
  readonly certificates: readonly Certificate[]
}

async function loadKeys(options: KeyOptions): Promise<Keys> {
  const paths = [...(options.key ?? []), ...(options.pfx ?? [])]
  if (paths.length === 0) throw usageError('a private key is missing: --key F --cert F, or --pfx F')
  const passphrase =
    options.passphraseFile === undefined ? undefined : readPassphrase(options.passphraseFile)
  const keys: KeyObject[] = []
  const beside: Certificate[] = []
  for (const path of paths) {
    const file = await about(path, () => readKeyFile(readFile(path), passphrase))
    keys.push(...file.privateKeys)
    beside.push(...file.certificates)
  }
  const certificates = [...certificatesOf(options.cert), ...beside]
  if (certificates.length === 0) throw usageError('a certificate is missing: --cert F')
  return { keys, certificates }
}

/** The passphrase of a file, which may be empty; one line end at the end is not part of it. */
function readPassphrase(path: string): string {
  return decodeUtf8(readFile(path)).replace(/\r?\n$/, '')
}

/** Says in which file it was that something could not be read. */
function about<T>(path: string, read: () => T): T {
  try {
    const result = read()
    if (result instanceof Promise) return result.catch((error) => rethrow(path, error)) as T
    return result
  } catch (error) {
    return rethrow(path, error)
  }
}

function rethrow(path: string, error: unknown): never {
  if (!(error instanceof HubError) || error.code === 'file.unreadable') throw error
  throw new HubError(error.code, `file ${path}: ${error.message}`, {
    detail: error.detail,
    cause: error,
  })
}
