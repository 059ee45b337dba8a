/** Decrypting: against one private key operation and the cipher. */

import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import { decryptContent, decrypterFor } from '../src/formats/cms/decrypt.ts'
import { encryptContent } from '../src/formats/cms/encrypt.ts'
import { parseEnvelopedData } from '../src/formats/cms/enveloped-data.ts'
import { type Row, compare } from './measure.ts'
import * as pkijs from './pkijs-peer.ts'
import { ENTITY, subject } from './subjects.ts'

export const decryptRows: readonly Row[] = [
  compare('decrypt 4 KB, RSA-2048', async () => {
    const identity = subject('rsa-2048')
    const { certificate, privateKey } = identity
    const decrypter = decrypterFor(certificate, privateKey)
    const recipients = [{ certificate, rsaPadding: 'oaep-sha256' }] as const
    const { bytes } = encryptContent(ENTITY, recipients, { cipher: 'aes-256-cbc' })
    const data = parseEnvelopedData(bytes)
    const [info] = data.recipientInfos
    const { encryption, encryptedContent } = data
    if (info?.kind !== 'key-transport' || encryption.is !== 'known' || !encryptedContent) {
      throw new Error('not encrypted as expected')
    }
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const input = { key: privateKey, padding, oaepHash: 'sha256' }
    const pkcs8 = Uint8Array.from(privateKey.export({ type: 'pkcs8', format: 'der' })).buffer
    const theirs = { certificate: pkijs.parseCertificate(identity), key: pkcs8 }
    await pkijs.decrypt(bytes, theirs)
    return {
      ours: () => decryptContent(parseEnvelopedData(bytes), decrypter),
      peers: [
        {
          against: 'node:crypto',
          atLeast: 0.88,
          operation: () => {
            const key = privateDecrypt(input, info.encryptedKey)
            const cipher = createDecipheriv('aes-256-cbc', key, encryption.nonce)
            Buffer.concat([cipher.update(encryptedContent), cipher.final()])
          },
        },
        { against: 'PKI.js', atLeast: 7, operation: () => pkijs.decrypt(bytes, theirs) },
      ],
    }
  }),
]
