import { beforeAll, expect, test } from 'vitest'
import { Nss } from '../support/nss.ts'
import { needPrograms } from '../support/peers.ts'
import { sealpostOk } from '../support/sealpost.ts'
import { folderOfTheseTests } from '../support/test-pki.ts'
import { clearSigned, combinations, Exchange, FORMS, SECRET, SIGNATURES } from './exchange.ts'

/** What cmsutil of this NSS (3.87) cannot do, and so is not asked: AES-GCM, OAEP, ECDH, making PSS. */
const folder = folderOfTheseTests()
let exchange: Exchange
let nss: Nss | undefined
beforeAll(() => {
  exchange = new Exchange(folder)
})

function startNss(context: { skip(reason: string): void }): Nss {
  needPrograms(context, 'cmsutil', 'certutil', 'pk12util')
  if (nss === undefined) {
    nss = new Nss(folder, `${exchange.root.path}.crt`)
    for (const [name, { path }] of Object.entries(exchange.identities))
      nss.importIdentity(path, name)
  }
  return nss
}

const ownSignatures = SIGNATURES.filter(({ name }) => name !== 'RSASSA-PSS')

test.for(combinations({ signature: SIGNATURES, form: FORMS }))(
  'M12: NSS verifies our $form.name signature by $signature.name',
  ({ signature, form }, context) => {
    const peer = startNss(context)
    const { path } = exchange.identities[signature.identity]
    const signed = sealpostOk(['smime', 'sign', exchange.message(), '--key', `${path}.key`,
      '--cert', `${path}.crt`, ...signature.sealpost, ...form.sealpost]) // prettier-ignore
    const { cms, content } = exchange.partsOf(signed)
    const detached = content === undefined ? [] : ['-c', content]
    const report = peer.ok('-D', ['-i', cms, ...detached, '-n', '-h', '1'])
    expect(report.toString()).toContain('signer0.status=GoodSignature')
  },
)

test.for(ownSignatures)(
  'M12: we verify the opaque signature of NSS by $name',
  ({ identity }, context) => {
    const peer = startNss(context)
    const signed = peer.ok('-S', [
      '-N',
      identity,
      '-i',
      exchange.message(),
      '-G',
      '-P',
      '-H',
      'SHA256',
    ])
    sealpostOk(['smime', 'verify', exchange.opaqueMessage('signed-data', signed),
    '--trust', `${exchange.root.path}.crt`]) // prettier-ignore
  },
)

test.for(ownSignatures)(
  'M12: we verify the clear signature of NSS by $name',
  ({ identity }, context) => {
    const peer = startNss(context)
    const entity = 'Content-Type: text/plain\r\n\r\nhello\r\n'
    const signature = peer.ok('-S', ['-T', '-N', identity, '-i', exchange.file('entity', entity), '-G',
    '-H', 'SHA256']) // prettier-ignore
    const message = exchange.file('signed.eml', clearSigned(entity, signature))
    sealpostOk(['smime', 'verify', message, '--trust', `${exchange.root.path}.crt`])
  },
)

test('M12: NSS decrypts what we encrypted by RSA v1.5 with AES-CBC', (context) => {
  const peer = startNss(context)
  const sealed = sealpostOk(['smime', 'encrypt', exchange.message(), '--cipher', 'aes-256-cbc',
    '--to', `${exchange.identities.rsa.path}.crt`]) // prettier-ignore
  expect(peer.ok('-D', ['-i', exchange.partsOf(sealed).cms]).toString()).toContain(SECRET)
})

test('M12: we decrypt what NSS encrypted by RSA v1.5', (context) => {
  const peer = startNss(context)
  const { path } = exchange.identities.rsa
  const sealed = peer.ok('-E', ['-r', 'rsa', '-i', exchange.message()])
  const content = sealpostOk(['smime', 'decrypt', exchange.opaqueMessage('enveloped-data', sealed),
    '--key', `${path}.key`, '--cert', `${path}.crt`]) // prettier-ignore
  expect(content.toString()).toContain(SECRET)
})
