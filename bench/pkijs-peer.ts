/** The same work with PKI.js 4, the library a JavaScript program would otherwise use. */

import { type KeyObject, webcrypto } from 'node:crypto'
import * as asn1 from 'asn1js'
import * as pkijs from 'pkijs'
import type { Identity } from '../test/support/identities.ts'

pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto }))

const DATA = '1.2.840.113549.1.7.1'

/** Bytes in a buffer of their own, as PKI.js wants them. */
function alone(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}

/** A private key for WebCrypto. */
export async function importKey(
  key: KeyObject,
  use: 'sign' | 'decrypt',
): Promise<webcrypto.CryptoKey> {
  const algorithm =
    key.asymmetricKeyType === 'ec'
      ? { name: 'ECDSA', namedCurve: 'P-256' }
      : { name: use === 'sign' ? 'RSASSA-PKCS1-v1_5' : 'RSA-OAEP', hash: 'SHA-256' }
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, [use])
}

export function parseCertificate({ certificate }: Identity): pkijs.Certificate {
  return pkijs.Certificate.fromBER(alone(certificate.der))
}

/** A detached signature with content type, time and digest as signed attributes. */
export async function sign(
  content: Uint8Array,
  from: { certificate: pkijs.Certificate; key: webcrypto.CryptoKey; at: Date },
): Promise<ArrayBuffer> {
  const digest = await webcrypto.subtle.digest('SHA-256', content)
  const attribute = (type: string, value: unknown) => new pkijs.Attribute({ type, values: [value] })
  const attributes = [
    attribute('1.2.840.113549.1.9.3', new asn1.ObjectIdentifier({ value: DATA })),
    attribute('1.2.840.113549.1.9.5', new asn1.UTCTime({ valueDate: from.at })),
    attribute('1.2.840.113549.1.9.4', new asn1.OctetString({ valueHex: digest })),
  ]
  const signed = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: DATA }),
    signerInfos: [
      new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({
          issuer: from.certificate.issuer,
          serialNumber: from.certificate.serialNumber,
        }),
        signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes }),
      }),
    ],
    certificates: [from.certificate],
  })
  await signed.sign(from.key, 0, 'SHA-256', alone(content))
  return new pkijs.ContentInfo({
    contentType: '1.2.840.113549.1.7.2',
    content: signed.toSchema(true),
  })
    .toSchema()
    .toBER()
}

/** Verifies a detached signature, without its certificate's chain. */
export async function verify(bytes: Uint8Array, content: Uint8Array): Promise<boolean> {
  const info = pkijs.ContentInfo.fromBER(alone(bytes))
  const signed = new pkijs.SignedData({ schema: info.content as unknown })
  return signed.verify({ signer: 0, data: alone(content), checkChain: false })
}

/** Encrypts with AES-256-CBC to RSA certificates by RSA-OAEP: PKI.js does not write PKCS#1 v1.5. */
export async function encrypt(
  content: Uint8Array,
  certificates: readonly pkijs.Certificate[],
): Promise<ArrayBuffer> {
  const enveloped = new pkijs.EnvelopedData()
  for (const certificate of certificates) {
    enveloped.addRecipientByCertificate(certificate, { oaepHashAlgorithm: 'SHA-256' })
  }
  const aes256 = { name: 'AES-CBC', length: 256 }
  await enveloped.encrypt(aes256, alone(content))
  return new pkijs.ContentInfo({
    contentType: '1.2.840.113549.1.7.3',
    content: enveloped.toSchema(),
  })
    .toSchema()
    .toBER()
}

/** Decrypts for the first recipient. */
export async function decrypt(
  bytes: Uint8Array,
  from: { certificate: pkijs.Certificate; key: ArrayBuffer },
): Promise<ArrayBuffer> {
  const info = pkijs.ContentInfo.fromBER(alone(bytes))
  const enveloped = new pkijs.EnvelopedData({ schema: info.content as unknown })
  return enveloped.decrypt(0, {
    recipientCertificate: from.certificate,
    recipientPrivateKey: from.key,
  })
}
