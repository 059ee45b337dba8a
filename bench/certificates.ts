/** The group `certificates`: issuing against one signature, reading against other readers. */

import { sign } from 'node:crypto'
import { personProfile } from '../src/authority/profiles.ts'
import { buildCertificate } from '../src/formats/x509/build.ts'
import { parseCertificate } from '../src/formats/x509/certificate.ts'
import { makeCa, makeIdentity } from '../test/support/identities.ts'
import { type Row, compare } from './measure.ts'
import * as pkijs from './pkijs-peer.ts'
import { AT } from './subjects.ts'

export const rows: readonly Row[] = [
  compare('issue a certificate, CA on RSA-2048', async () => {
    const { certificate: issuer, privateKey } = makeCa({ key: 'rsa-2048' })
    const publicKey = makeIdentity({ key: 'rsa-2048' }).certificate.publicKey.spki
    const order = { address: 'ada@example.com', use: 'signing', publicKey, issuer, at: AT } as const
    const signNow = (tbs: Uint8Array) => sign('sha256', tbs, privateKey)
    const signer = { signature: 'rsa-sha256', sign: signNow } as const
    const tbs = Buffer.alloc(700, 1)
    // Signing is so slow that the engine would not have compiled the rest before it is measured.
    const noSigner = { ...signer, sign: () => tbs }
    for (let n = 0; n < 20_000; n += 1) await buildCertificate(personProfile(order), noSigner)
    return {
      ours: () => buildCertificate(personProfile(order), signer),
      peers: [{ against: 'node:crypto', atLeast: 0.88, operation: () => signNow(tbs) }],
    }
  }),
  compare('read a certificate', () => {
    const identity = makeIdentity({ issuer: makeCa() })
    return {
      ours: () => parseCertificate(identity.certificate.der),
      peers: [{ against: 'PKI.js', atLeast: 5, operation: () => pkijs.parseCertificate(identity) }],
    }
  }),
]
