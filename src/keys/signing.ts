/** A signer of messages over a private key that is at hand. */

import type { KeyObject } from 'node:crypto'
import { HubError } from '../base/errors.ts'
import {
  SIGNATURE_SCHEMES,
  type SignatureScheme,
  fitsScheme,
  schemeForKey,
  signNow,
  signSoon,
} from '../formats/cms/signature-schemes.ts'
import type { CmsSigner } from '../formats/cms/signing-template.ts'
import type { Certificate } from '../formats/x509/certificate.ts'

/**
 * A signer by the scheme that is given, or else by the one that suits the key. RSA works on the
 * thread pool; elliptic curves work at once, since handing them over costs more than they do.
 *
 * That the key belongs to the certificate is not checked: see `keyFor`.
 *
 * @throws HubError `key.unsupported`: the key cannot sign at all, or not by this scheme
 */
export function signerFor(
  privateKey: KeyObject,
  {
    certificate,
    chain = [],
    scheme = schemeForKey(certificate.publicKey),
  }: {
    certificate: Certificate
    chain?: readonly Certificate[]
    scheme?: SignatureScheme | undefined
  },
): CmsSigner {
  if (scheme === undefined || !fitsScheme(certificate.publicKey, scheme)) {
    const asked = scheme === undefined ? 'sign' : `sign by ${scheme}`
    throw new HubError('key.unsupported', `the key of ${certificate.subject.text} cannot ${asked}`)
  }
  const { family } = SIGNATURE_SCHEMES[scheme]
  const isSlow = family === 'rsa' || family === 'rsa-pss'
  return {
    certificate,
    chain,
    scheme,
    sign: (bytes) =>
      isSlow ? signSoon(privateKey, scheme, bytes) : signNow(privateKey, scheme, bytes),
  }
}
