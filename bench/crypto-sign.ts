/** Signing: against SHA-256 of the content and one private key operation over the same attributes. */

import { hash, sign } from 'node:crypto'
import { signDetached } from '../src/formats/cms/sign.ts'
import { parseSignedData } from '../src/formats/cms/signed-data.ts'
import { type Row, compare } from './measure.ts'
import * as pkijs from './pkijs-peer.ts'
import { AT, ENTITY, signerOf, subject } from './subjects.ts'

export const signRows: readonly Row[] = [
  signRow('sign 4 KB, RSA-2048', { key: 'rsa-2048', raw: 0.95, pkijs: 3 }),
  signRow('sign 4 KB, P-256', { key: 'p-256', raw: 0.88, pkijs: 18 }),
]

function signRow(
  work: string,
  options: { key: 'rsa-2048' | 'p-256'; raw: number; pkijs: number },
): Row {
  return compare(work, async () => {
    const identity = subject(options.key)
    const scheme = options.key === 'p-256' ? 'ecdsa-sha256' : 'rsa-sha256'
    const signer = signerOf(identity, scheme)
    const key = identity.privateKey
    const [info] = parseSignedData(await signDetached(ENTITY, signer, { at: AT })).signerInfos
    const attributes = info?.signedAttributes ?? new Uint8Array(0)
    const theirs = {
      certificate: pkijs.parseCertificate(identity),
      key: await pkijs.importKey(key, 'sign'),
      at: AT,
    }
    return {
      ours: () => signDetached(ENTITY, signer, { at: AT }),
      peers: [
        {
          against: 'node:crypto',
          atLeast: options.raw,
          operation: () => {
            hash('sha256', ENTITY, 'buffer')
            sign('sha256', attributes, key)
          },
        },
        {
          against: 'PKI.js',
          atLeast: options.pkijs,
          operation: () => pkijs.sign(ENTITY, theirs),
        },
      ],
    }
  })
}
