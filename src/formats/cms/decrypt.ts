/**
 * Opens EnvelopedData and AuthEnvelopedData. Whatever goes wrong with a key or a content, there is
 * one error, `cms.cannot_decrypt`, thrown in one place after the same work (attacks ).
 */

import { type KeyObject, createPublicKey, diffieHellman } from 'node:crypto'
import { concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { bitString, sequence } from '../asn1/writer.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG } from '../asn1/tags.ts'
import type { Certificate } from '../x509/certificate.ts'
import { ContentKey, cannotDecrypt } from './content-key.ts'
import type { EnvelopeHeader, EnvelopedData } from './enveloped-data.ts'
import { deriveWrappingKey, readAgreementScheme, sharedInfo, unwrapKey } from './key-agreement.ts'
import { type EncryptedKey, findEncryptedKey } from './recipient-info.ts'
import { type RsaPadding, decryptRsa, readRsaPadding } from './rsa-padding.ts'

/** Whoever can open messages to a certificate: the use of its private key. */
export interface CmsDecrypter {
  readonly certificate: Certificate
  /**
   * Decrypts an encrypted content key; for certificates with an RSA key. See `decryptRsa`. May
   * throw whatever it likes: it comes out as `cms.cannot_decrypt`.
   */
  decryptRsa(padding: RsaPadding, encryptedKey: Uint8Array): Uint8Array
  /**
   * The shared secret of ECDH with a public key of the other side, the octets of a point on the
   * certificate's curve. See `agreeOnSecret`. May throw likewise.
   */
  agree(point: Uint8Array): Uint8Array
}

/** A decrypter over a private key that is at hand. */
export function decrypterFor(certificate: Certificate, key: KeyObject): CmsDecrypter {
  return {
    certificate,
    decryptRsa: (padding, encryptedKey) => decryptRsa(key, padding, encryptedKey),
    agree: (point) => agreeOnSecret(key, { certificate, point }),
  }
}

/** ECDH with a point on the curve of a certificate; OpenSSL checks that it is on it. */
function agreeOnSecret(
  privateKey: KeyObject,
  { certificate, point }: { certificate: Certificate; point: Uint8Array },
): Uint8Array {
  const algorithm = Asn1Reader.der(certificate.publicKey.spki).sequence().element(TAG.sequence)
  const spki = sequence(algorithm.encoded, bitString(point))
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  return diffieHellman({ privateKey, publicKey })
}

/** Who of several can open a message: the first whose certificate it was encrypted to. */
export function findDecrypter(
  header: EnvelopeHeader,
  decrypters: readonly CmsDecrypter[],
): CmsDecrypter | undefined {
  return decrypters.find(
    ({ certificate }) => findEncryptedKey(header.recipientInfos, certificate) !== undefined,
  )
}

/**
 * Opens the content key of a message. Never says whether that succeeded: a key that could not be
 * opened is replaced by one with which the content will not open.
 *
 * @throws HubError `cms.not_a_recipient`: no RecipientInfo names the certificate;
 *   `cms.unsupported_cipher`: the content is encrypted with an algorithm that is not known here, or
 *   with parameters or in an envelope that its standard forbids
 */
export function openContentKey(header: EnvelopeHeader, decrypter: CmsDecrypter): ContentKey {
  if (header.encryption.is !== 'known') {
    const { oid } = header.encryption
    throw new HubError('cms.unsupported_cipher', `content is encrypted with ${oid}`, {
      detail: { oid },
    })
  }
  const encryptedKey = findEncryptedKey(header.recipientInfos, decrypter.certificate)
  if (encryptedKey === undefined) {
    throw new HubError('cms.not_a_recipient', 'the message is not encrypted to the certificate')
  }
  const { cipher } = header.encryption
  try {
    const bytes = decryptKey(encryptedKey, decrypter)
    return ContentKey.opened(cipher, bytes, { isKnownWrong: false })
  } catch {
    // Bad padding, a bad wrap, a point off its curve, a key of another kind: all the same outside.
    return ContentKey.opened(cipher, new Uint8Array(0), { isKnownWrong: true })
  }
}

function decryptKey(key: EncryptedKey, decrypter: CmsDecrypter): Uint8Array {
  if (key.kind === 'key-transport') {
    const padding = readRsaPadding(key.algorithm)
    if (padding === undefined) throw cannotDecrypt()
    return decrypter.decryptRsa(padding, key.encryptedKey)
  }
  const scheme = readAgreementScheme(key.algorithm)
  if (scheme === undefined || key.ephemeral === undefined) throw cannotDecrypt()
  const secret = decrypter.agree(key.ephemeral.bits)
  const wrappingKey = deriveWrappingKey(secret, scheme, sharedInfo(scheme, key.ukm))
  return unwrapKey(wrappingKey, key.encryptedKey)
}

/**
 * Decrypts a message in memory. Plaintext of AES-GCM is given out only when its tag was right.
 *
 * @throws HubError `cms.cannot_decrypt`; `cms.not_a_recipient`, `cms.unsupported_cipher`
 */
export function decryptContent(data: EnvelopedData, decrypter: CmsDecrypter): Uint8Array {
  return openWithContentKey(data, openContentKey(data, decrypter))
}

/**
 * Decrypts a message of which the content key is known: it was just made here.
 *
 * @throws HubError `cms.cannot_decrypt`
 */
export function openWithContentKey(data: EnvelopedData, contentKey: ContentKey): Uint8Array {
  const { encryption, encryptedContent, contentType, authenticatedAttributes } = data
  if (encryption.is !== 'known' || encryptedContent === undefined) throw cannotDecrypt()
  const decryptor = contentKey.decrypt(encryption, {
    contentType,
    attributes: authenticatedAttributes,
  })
  const plaintext = decryptor.update(encryptedContent)
  const rest = decryptor.finish(data)
  return rest.byteLength === 0 ? plaintext : concat([plaintext, rest])
}
