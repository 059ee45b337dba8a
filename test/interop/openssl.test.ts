import { beforeAll, expect, test } from 'vitest'
import { needPrograms, run, runOk } from '../support/peers.ts'
import { sealpost, sealpostOk } from '../support/sealpost.ts'
import { folderOfTheseTests } from '../support/test-pki.ts'
import {
  CIPHERS,
  combinations,
  ENCRYPTIONS,
  Exchange,
  FORMS,
  SECRET,
  SENDER,
  SIGNATURES,
} from './exchange.ts'

const folder = folderOfTheseTests()
let exchange: Exchange
beforeAll(() => {
  exchange = new Exchange(folder)
})

const signatures = { signature: SIGNATURES, form: FORMS }
const encryptions = { encryption: ENCRYPTIONS, cipher: CIPHERS }
/** OpenSSL writes definite lengths, and with `-stream` indefinite ones in pieces. */
const lengths = [
  { name: 'definite', openssl: [] },
  { name: 'indefinite', openssl: ['-stream'] },
] as const

test.for(combinations(signatures))(
  'M12: OpenSSL verifies our $form.name signature by $signature.name',
  ({ signature, form }, context) => {
    needPrograms(context, 'openssl')
    const { path } = exchange.identities[signature.identity]
    sealpostOk(['smime', 'sign', exchange.message(), '--key', `${path}.key`, '--cert', `${path}.crt`,
      ...signature.sealpost, ...form.sealpost, '--out', exchange.path('signed.eml')]) // prettier-ignore
    const content = runOk(['openssl', 'cms', '-verify', '-in', exchange.path('signed.eml'),
      '-CAfile', `${exchange.root.path}.crt`, '-purpose', 'smimesign']) // prettier-ignore
    expect(content.toString()).toContain(SECRET)
  },
)

/** OpenSSL 3.0 fails to write an opaque PSS signature as a stream ("illegal zero content"). */
const writable = combinations({ ...signatures, length: lengths }).filter(
  ({ signature, form, length }) =>
    `${signature.name} ${form.name} ${length.name}` !== 'RSASSA-PSS opaque indefinite',
)

test.for(writable)(
  'M12: we verify the $form.name signature of OpenSSL by $signature.name, $length.name lengths',
  ({ signature, form, length }, context) => {
    needPrograms(context, 'openssl')
    const { path } = exchange.identities[signature.identity]
    runOk(['openssl', 'cms', '-sign', '-in', exchange.message(), '-signer', `${path}.crt`,
      '-inkey', `${path}.key`, '-md', 'sha256', ...signature.openssl, ...form.openssl,
      ...length.openssl, '-from', SENDER, '-to', 'bob@example.org',
      '-out', exchange.path('signed.eml')]) // prettier-ignore
    const trust = ['--trust', `${exchange.root.path}.crt`]
    sealpostOk(['smime', 'verify', exchange.path('signed.eml'), ...trust])
    const stranger = exchange
      .read('signed.eml')
      .toString('latin1')
      .replaceAll(SENDER, 'eve@evil.test')
    expect(
      sealpost(['smime', 'verify', exchange.file('stranger.eml', stranger), ...trust]).status,
    ).toBe(1)
  },
)

test.for(combinations(encryptions))(
  'M12: OpenSSL decrypts what we encrypted by $encryption.name with $cipher',
  ({ encryption, cipher }, context) => {
    needPrograms(context, 'openssl')
    const { path } = exchange.identities[encryption.identity]
    sealpostOk(['smime', 'encrypt', exchange.message(), '--to', `${path}.crt`, '--cipher', cipher,
      ...encryption.sealpost, '--out', exchange.path('sealed.eml')]) // prettier-ignore
    expect(exchange.read('sealed.eml').toString()).not.toContain(SECRET)
    const content = runOk(['openssl', 'cms', '-decrypt', '-in', exchange.path('sealed.eml'),
      '-recip', `${path}.crt`, '-inkey', `${path}.key`]) // prettier-ignore
    expect(content.toString()).toContain(SECRET)
  },
)

test.for(combinations({ ...encryptions, length: lengths }))(
  'M12: we decrypt what OpenSSL encrypted by $encryption.name with $cipher, $length.name lengths',
  ({ encryption, cipher, length }, context) => {
    needPrograms(context, 'openssl')
    const { path } = exchange.identities[encryption.identity]
    runOk(['openssl', 'cms', '-encrypt', '-in', exchange.message(), `-${cipher}`, ...length.openssl,
      '-recip', `${path}.crt`, ...encryption.openssl, '-out', exchange.path('sealed.eml')]) // prettier-ignore
    const content = sealpostOk(['smime', 'decrypt', exchange.path('sealed.eml'),
      '--key', `${path}.key`, '--cert', `${path}.crt`]) // prettier-ignore
    expect(content.toString()).toContain(SECRET)
  },
)

test('OpenSSL does not verify a message of ours with one byte changed', (context) => {
  needPrograms(context, 'openssl')
  const { path } = exchange.identities.rsa
  const signed = sealpostOk(['smime', 'sign', exchange.message(), '--key', `${path}.key`,
    '--cert', `${path}.crt`]) // prettier-ignore
  const changed = exchange.file('changed.eml', signed.toString('latin1').replace('nine', 'ten!'))
  const { status } = run(['openssl', 'cms', '-verify', '-in', changed,
    '-CAfile', `${exchange.root.path}.crt`]) // prettier-ignore
  expect(status).not.toBe(0)
})
