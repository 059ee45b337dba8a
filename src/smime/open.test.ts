import { describe, expect, test } from 'vitest'
import { makeAuthority } from '../../test/support/people.ts'
import { folderOfTheseTests } from '../../test/support/test-pki.ts'
import { decodeLatin1, encodeLatin1 } from '../base/bytes.ts'
import type { ContentCipher } from '../formats/cms/content-ciphers.ts'
import type { SignatureScheme } from '../formats/cms/signature-schemes.ts'
import { sourceOf } from '../formats/mime/source.ts'
import { MAX_LAYERS, openMessage, type OpenOptions } from './open.ts'
import { protect, type Protection } from './protect.ts'

const authority = makeAuthority(folderOfTheseTests())
const alice = authority.person({ name: 'alice' })
const bob = authority.person({ name: 'bob' })
const curved = {
  p256: authority.person({ name: 'alice-p256', address: alice.address, key: 'p256' }),
  p384: authority.person({ name: 'alice-p384', address: alice.address, key: 'p384' }),
}

const at = new Date()
const options: OpenOptions = {
  anchors: [authority.certificate],
  decrypters: [bob.decrypter, curved.p256.decrypter],
  at,
}

const message = encodeLatin1(
  ['From: Alice <alice@smime.example>', 'Subject: x', 'Content-Type: text/plain', '', 'Hello.', '']
    .join('\r\n'), // prettier-ignore
)

async function protectAndOpen(protection: Partial<Protection>, more: Partial<OpenOptions> = {}) {
  const wish = { message, recipients: [], cipher: 'aes-256-gcm', at, ...protection } as const
  const { bytes } = await protect(wish)
  return open(bytes, more)
}

function open(bytes: Uint8Array, more: Partial<OpenOptions> = {}) {
  const opened = openMessage(sourceOf(bytes), { ...options, ...more })
  const { source, entity } = opened.content
  const body = decodeLatin1(source.read(entity.body.start, entity.body.end))
  opened.close()
  return { ...opened, body, kinds: opened.layers.map(({ kind }) => kind) }
}

describe('what protect makes, open reads', () => {
  const signers: readonly { name: string; signer: Protection['signer'] }[] = [
    ...(['rsa-sha256', 'rsa-pss-sha256'] as const satisfies readonly SignatureScheme[]).map(
      (scheme) => ({ name: scheme, signer: alice.signer(scheme) }),
    ),
    { name: 'P-256', signer: curved.p256.signer() },
    { name: 'P-384', signer: curved.p384.signer() },
  ]
  const recipients = [
    { name: 'RSA', recipient: bob.recipient },
    { name: 'OAEP', recipient: { ...bob.recipient, rsaPadding: 'oaep-sha256' as const } },
    { name: 'P-256', recipient: curved.p256.recipient },
  ]
  const ciphers: readonly ContentCipher[] = [
    'aes-128-cbc',
    'aes-256-cbc',
    'aes-128-gcm',
    'aes-256-gcm',
  ]

  test.for(signers.flatMap((each) => [false, true].map((isOpaque) => ({ ...each, isOpaque }))))(
    'M-20: a signature by $name, opaque: $isOpaque',
    async ({ signer, isOpaque }) => {
      const opened = await protectAndOpen({ signer: signer ?? alice.signer(), isOpaque })
      expect(opened.verdict).toMatchObject({ is: 'valid', signer: alice.address })
      expect(opened.body).toBe('Hello.\r\n')
    },
  )

  test.for(ciphers.flatMap((cipher) => recipients.map((each) => ({ ...each, cipher }))))(
    'M-08: $cipher to $name, signed inside',
    async ({ recipient, cipher }) => {
      const opened = await protectAndOpen({
        signer: alice.signer(),
        recipients: [recipient],
        cipher,
      })
      expect(opened.kinds).toEqual(['encrypted', 'signed'])
      expect(opened.verdict).toMatchObject({ is: 'valid', signer: alice.address })
      expect(opened.body).toBe('Hello.\r\n')
    },
  )
})

test('an encrypted message without a key for it stays closed', async () => {
  const wish = { signer: alice.signer(), recipients: [bob.recipient] }
  const opened = await protectAndOpen(wish, { decrypters: [] })
  expect(opened.verdict).toEqual({ is: 'closed', because: 'no_key' })
  expect(opened.kinds).toEqual(['encrypted'])
})

test('M-21: 20 layers are opened, more are smime.too_deep', async () => {
  const wish = { recipients: [bob.recipient], cipher: 'aes-128-cbc', at } as const
  let wrapped = message
  for (let depth = 0; depth < MAX_LAYERS; depth += 1) {
    wrapped = (await protect({ message: wrapped, ...wish })).bytes
  }
  expect(open(wrapped).body).toBe('Hello.\r\n')
  wrapped = (await protect({ message: wrapped, ...wish })).bytes
  expect(() => open(wrapped)).toThrow(expect.objectContaining({ code: 'smime.too_deep' }) as Error)
})
