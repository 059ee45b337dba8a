/** Verifying a signature whose certificate was seen before: against digest and public key operation. */

import { hash, verify } from 'node:crypto'
import { signDetached } from '../src/formats/cms/sign.ts'
import { parseSignedData } from '../src/formats/cms/signed-data.ts'
import { digestsOf, verifySigner } from '../src/formats/cms/verify.ts'
import { KnownCertificates } from '../src/formats/x509/known-certificates.ts'
import { type Row, compare } from './measure.ts'
import * as pkijs from './pkijs-peer.ts'
import { AT, ENTITY, signerOf, subject } from './subjects.ts'

export const verifyRows: readonly Row[] = [
  verifyRow('verify 4 KB, RSA-2048, known certificate', { kind: 'rsa-2048', pkijs: 70 }),
  // The public key operation alone is about 50 times as fast as PKI.js is with all.
  verifyRow('verify 4 KB, P-256, known certificate', { kind: 'p-256', pkijs: 40 }),
]

function verifyRow(work: string, options: { kind: 'rsa-2048' | 'p-256'; pkijs: number }): Row {
  const { kind } = options
  return compare(work, async () => {
    const identity = subject(kind)
    const signer = signerOf(identity, kind === 'p-256' ? 'ecdsa-sha256' : 'rsa-sha256')
    const message = await signDetached(ENTITY, signer, { at: AT })
    const known = new KnownCertificates()
    const [info] = parseSignedData(message).signerInfos
    if (info?.signedAttributes === undefined) throw new Error('not signed')
    const { signedAttributes, signature } = info
    const key = identity.certificate.publicKey.keyObject
    return {
      ours: () => verifyMessage(message, known),
      peers: [
        {
          against: 'node:crypto',
          atLeast: 0.88,
          operation: () => {
            hash('sha256', ENTITY, 'buffer')
            verify('sha256', signedAttributes, key, signature)
          },
        },
        {
          against: 'PKI.js',
          atLeast: options.pkijs,
          operation: () => pkijs.verify(message, ENTITY),
        },
      ],
    }
  })
}

function verifyMessage(message: Uint8Array, known: KnownCertificates): void {
  const { signerInfos, certificates, contentType } = parseSignedData(message)
  for (const info of signerInfos) {
    const result = verifySigner(info, {
      contentType,
      digest: digestsOf(ENTITY),
      certificates: known.readAll(certificates),
    })
    if (result.is !== 'valid') throw new Error(result.because)
  }
}
