/** The two certificates of a mailbox, one to sign with and one to be encrypted to, with their keys. */

import { HubError } from '../base/errors.ts'
import { validatePath } from '../certificates/validate.ts'
import type { KeyType } from '../db/tables/certificates.ts'
import { type CertificateSigner, buildCertificate } from '../formats/x509/build.ts'
import { type Certificate, parseCertificate } from '../formats/x509/certificate.ts'
import { DEFAULT_KEY_TYPE, type Keys, type NewKey } from '../keys/keys.ts'
import { type PersonalUse, personProfile } from './profiles.ts'

/** What was issued for one mailbox. */
export interface IssuedPair {
  readonly signing: Certificate
  readonly encryption: Certificate
}

/** For whom a pair is made, and by which authority. */
export interface PairOrder {
  readonly address: string
  readonly issuing: Certificate
  readonly root: Certificate
  readonly signer: CertificateSigner
  readonly at: Date
  readonly keyType?: KeyType
  readonly crlUrl?: string
}

/** Makes keys and certificates of a mailbox; they are the caller's to keep. */
export async function issuePair(keys: Keys, order: PairOrder) {
  const [signing, encryption] = await Promise.all([
    issueOne(keys, order, 'signing'),
    issueOne(keys, order, 'encryption'),
  ])
  return {
    pair: { signing: signing.certificate, encryption: encryption.certificate },
    keys: [signing.key, encryption.key],
    certificates: [signing, encryption].map(({ certificate, key }) => ({
      certificate,
      keyId: key.id,
    })),
  }
}

async function issueOne(
  keys: Keys,
  order: PairOrder,
  use: PersonalUse,
): Promise<{ key: NewKey; certificate: Certificate }> {
  const key = await keys.make(order.keyType ?? DEFAULT_KEY_TYPE)
  const { address, issuing: issuer, at, crlUrl } = order
  const { publicKey } = key
  const template = personProfile({
    address,
    use,
    publicKey,
    issuer,
    at,
    ...(crlUrl === undefined ? {} : { crlUrl }),
  })
  const certificate = parseCertificate(await buildCertificate(template, order.signer))
  readBack(certificate, { ...order, use })
  return { key, certificate }
}

/** What was made is validated as a recipient would before it is stored: a fault shows here. */
function readBack(
  certificate: Certificate,
  { use, root, issuing, at }: PairOrder & { use: PersonalUse },
) {
  const purpose = use === 'signing' ? 'email-sign' : 'email-encrypt'
  const verdict = validatePath({ certificate, others: [issuing], anchors: [root], at, purpose })
  if (verdict.is === 'valid') return
  throw new HubError(
    'internal.unexpected',
    `an issued certificate is not valid: ${verdict.because}`,
  )
}
