/** The layers of S/MIME around a message, as they were found when it was processed. */

import { z } from 'zod'

const moment = z.iso.datetime()

export const SIGNATURE_FAMILIES = ['rsa', 'rsa-pss', 'ecdsa', 'ed25519'] as const

export const RECIPIENT_KINDS = [
  'rsa-pkcs1',
  'rsa-oaep',
  'ecdh',
  'shared-key',
  'password',
  'other',
] as const

export const RecipientCounts = z.array(
  z.strictObject({ kind: z.enum(RECIPIENT_KINDS), count: z.int() }),
)

const algorithm = z.string().meta({ description: 'a name such as sha256 or rsa-pss, or an OID' })

const SignerView = z.strictObject({
  is: z.enum(['valid', 'untrusted', 'broken']),
  because: z.string().nullable().meta({ description: 'code: unknown_issuer, digest_mismatch…' }),
  name: z.string().nullable().meta({ description: 'null when its certificate is not there' }),
  certificate: z.string().nullable().meta({ description: 'SHA-256, 64 hex digits' }),
  notBefore: moment.nullable(),
  notAfter: moment.nullable(),
  signedAt: moment.nullable().meta({ description: 'as the signer says' }),
  digest: algorithm,
  algorithm,
})

/** One layer. Certificates alone are signed-data without a signature. */
export const LayerView = z
  .discriminatedUnion('is', [
    z.strictObject({
      is: z.literal('signed-data'),
      form: z.enum(['clear', 'opaque']),
      verdict: z.enum(['valid', 'untrusted', 'broken', 'unsigned']),
      because: z.string().nullable(),
      signers: z.array(SignerView).meta({ description: 'the first 20' }),
    }),
    z.strictObject({
      is: z.literal('certs-only'),
      names: z.array(z.string()).meta({ description: 'subjects, the first 20' }),
      count: z.int(),
    }),
    z.strictObject({
      is: z.enum(['enveloped-data', 'auth-enveloped-data']),
      cipher: algorithm,
      recipients: RecipientCounts,
      openedWith: z.string().nullable().meta({
        description: 'fingerprint of our certificate whose key opened it; null: it stayed closed',
      }),
    }),
    z.strictObject({ is: z.literal('compressed') }),
    z.strictObject({ is: z.literal('unreadable') }),
  ])
  .meta({ id: 'MessageLayer' })

export type LayerView = z.infer<typeof LayerView>
