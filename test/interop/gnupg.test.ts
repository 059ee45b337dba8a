import { afterAll, beforeAll, expect, test } from 'vitest'
import { GnuPg } from '../support/gnupg.ts'
import { needPrograms } from '../support/peers.ts'
import { sealpostOk } from '../support/sealpost.ts'
import { folderOfTheseTests } from '../support/test-pki.ts'
import { clearSigned, combinations, Exchange, FORMS, SECRET, SIGNATURES } from './exchange.ts'

/**
 * What this GnuPG (2.2) cannot do, and so is not asked: AES-GCM, OAEP and ECDH; and it imports no
 * private key on an elliptic curve.
 */
/** All identities have the same address, so one is named by its subject. */
const RSA_SUBJECT = '/CN=Ada rsa'

const folder = folderOfTheseTests()
let exchange: Exchange
let gnupg: GnuPg | undefined
beforeAll(() => {
  exchange = new Exchange(folder)
})
afterAll(() => gnupg?.stop())

function startGnuPg(context: { skip(reason: string): void }): GnuPg {
  needPrograms(context, 'gpgsm', 'gpg-agent')
  if (gnupg === undefined) {
    gnupg = new GnuPg(folder, `${exchange.root.path}.crt`)
    gnupg.importIdentity(exchange.identities.rsa.path)
  }
  return gnupg
}

test.for(combinations({ signature: SIGNATURES, form: FORMS }))(
  'M12: GnuPG verifies our $form.name signature by $signature.name',
  ({ signature, form }, context) => {
    const peer = startGnuPg(context)
    const { path } = exchange.identities[signature.identity]
    const signed = sealpostOk(['smime', 'sign', exchange.message(), '--key', `${path}.key`,
      '--cert', `${path}.crt`, ...signature.sealpost, ...form.sealpost]) // prettier-ignore
    const { cms, content } = exchange.partsOf(signed)
    const { stderr, status } = peer.run([
      '--verify',
      cms,
      ...(content === undefined ? [] : [content]),
    ])
    expect({ stderr, status }).toMatchObject({
      stderr: expect.stringContaining('Good signature from') as string,
      status: 0,
    })
  },
)

test('M12: we verify the opaque signature of GnuPG by RSA v1.5', (context) => {
  const peer = startGnuPg(context)
  const signed = peer.ok(['-u', RSA_SUBJECT, '--sign', exchange.message()])
  sealpostOk(['smime', 'verify', exchange.opaqueMessage('signed-data', signed),
    '--trust', `${exchange.root.path}.crt`]) // prettier-ignore
})

test('M12: we verify the clear signature of GnuPG by RSA v1.5', (context) => {
  const peer = startGnuPg(context)
  const entity = 'Content-Type: text/plain\r\n\r\nhello\r\n'
  const signature = peer.ok(['-u', RSA_SUBJECT, '--detach-sign', exchange.file('entity', entity)])
  const message = exchange.file('signed.eml', clearSigned(entity, signature))
  sealpostOk(['smime', 'verify', message, '--trust', `${exchange.root.path}.crt`])
})

test('M12: GnuPG decrypts what we encrypted by RSA v1.5 with AES-CBC', (context) => {
  const peer = startGnuPg(context)
  const sealed = sealpostOk(['smime', 'encrypt', exchange.message(), '--cipher', 'aes-256-cbc',
    '--to', `${exchange.identities.rsa.path}.crt`]) // prettier-ignore
  expect(peer.ok(['--decrypt', exchange.partsOf(sealed).cms]).toString()).toContain(SECRET)
})

test.for(['AES', 'AES192', 'AES256'])(
  'M12: we decrypt what GnuPG encrypted by RSA v1.5 with %s in CBC',
  (cipher, context) => {
    const peer = startGnuPg(context)
    const { path } = exchange.identities.rsa
    const sealed = peer.ok([
      '--cipher-algo',
      cipher,
      '-r',
      RSA_SUBJECT,
      '--encrypt',
      exchange.message(),
    ])
    const content = sealpostOk(['smime', 'decrypt', exchange.opaqueMessage('enveloped-data', sealed),
      '--key', `${path}.key`, '--cert', `${path}.crt`]) // prettier-ignore
    expect(content.toString()).toContain(SECRET)
  },
)
