/** Encrypting: against one public key operation per recipient and the cipher. */

import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { encryptContent } from '../src/formats/cms/encrypt.ts'
import { type Row, compare } from './measure.ts'
import * as pkijs from './pkijs-peer.ts'
import { ENTITY, subject } from './subjects.ts'

export const encryptRows: readonly Row[] = [
  encryptRow('encrypt 4 KB, 1 recipient', { recipients: 1, raw: 0.88, pkijs: 20 }),
  encryptRow('encrypt 4 KB, 100 recipients', { recipients: 100, raw: 0.92, pkijs: 30 }),
]

function encryptRow(
  work: string,
  options: { recipients: number; raw: number; pkijs: number },
): Row {
  return compare(work, () => {
    const identity = subject('rsa-2048')
    const { certificate } = identity
    const recipients = Array.from({ length: options.recipients }, () => ({ certificate }))
    const theirs = recipients.map(() => pkijs.parseCertificate(identity))
    const input = { key: certificate.publicKey.keyObject, padding: constants.RSA_PKCS1_PADDING }
    return {
      ours: () => encryptContent(ENTITY, recipients, { cipher: 'aes-256-cbc' }),
      peers: [
        {
          against: 'node:crypto',
          atLeast: options.raw,
          operation: () => {
            const key = randomBytes(32)
            for (let left = options.recipients; left > 0; left -= 1) publicEncrypt(input, key)
            const cipher = createCipheriv('aes-256-cbc', key, randomBytes(16))
            Buffer.concat([cipher.update(ENTITY), cipher.final()])
          },
        },
        {
          against: 'PKI.js',
          atLeast: options.pkijs,
          operation: () => pkijs.encrypt(ENTITY, theirs),
        },
      ],
    }
  })
}
