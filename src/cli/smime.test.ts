import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../../test/support/command.ts'
import { makeAuthority } from '../../test/support/people.ts'
import { runOk } from '../../test/support/peers.ts'
import { folderOfTheseTests } from '../../test/support/test-pki.ts'

const folder = folderOfTheseTests()
const authority = makeAuthority(folder)
const alice = authority.person({ name: 'alice' })
const bob = authority.person({ name: 'bob' })
const carol = authority.person({ name: 'carol', key: 'p256' })
const trust = `${authority.made.path}.crt`

// A minute ahead: certificates and lists made below are valid from now on.
const now = new Date(Date.now() + 60_000).toISOString()
const run = (...args: string[]) => runCommand(['smime', ...args], { now })
const inFolder = (name: string) => join(folder, name)
const keysOf = ({ path }: { path: string }) => ['--key', `${path}.key`, '--cert', `${path}.crt`]

const message = inFolder('message.eml')
writeFileSync(
  message,
  'From: Alice <alice@smime.example>\nTo: bob@smime.example\nSubject: Board\n' +
    'Content-Type: text/plain; charset=utf-8\n\nOn Friday.\n',
)
const plain =
  'From: Alice <alice@smime.example>\r\nTo: bob@smime.example\r\nSubject: Board\r\n' +
  'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nOn Friday.\r\n'

async function made(name: string, ...args: string[]): Promise<string> {
  const out = inFolder(name)
  const ran = await run(...args, '--out', out)
  expect(ran).toMatchObject({ status: 0 })
  return out
}

const signed = await made('signed.eml', 'sign', message, ...keysOf(alice))
const opaque = await made('opaque.eml', 'sign', message, ...keysOf(alice), '--opaque')
const encrypted = await made('encrypted.eml', 'encrypt', signed, '--to', `${bob.path}.crt`)
const twice = await made('twice.eml', 'encrypt', encrypted, '--to', `${carol.path}.crt`)

const changed = (file: string, from: string, to: string) => {
  const text = readFileSync(file, 'latin1')
  expect(text).toContain(from)
  const out = inFolder(`changed-${crypto.randomUUID()}.eml`)
  writeFileSync(out, text.replace(from, to), 'latin1')
  return out
}

describe('smime sign', () => {
  test('OpenSSL accepts what is signed in the clear, and gets the content', () => {
    const out = runOk(['openssl', 'cms', '-verify', '-in', signed, '-CAfile', trust])
    expect(out.toString()).toBe('Content-Type: text/plain; charset=utf-8\r\n\r\nOn Friday.\r\n')
  })

  test('OpenSSL accepts what is signed opaquely', () => {
    const out = runOk(['openssl', 'cms', '-verify', '-in', opaque, '-CAfile', trust])
    expect(out.toString()).toContain('On Friday.')
  })

  test('without --out the message is on standard output and nothing else', async () => {
    const ran = await run('sign', message, ...keysOf(alice))
    expect(ran.status).toBe(0)
    expect(ran.out.toString()).toMatch(/^From: Alice/)
    expect(ran.err).toBe('')
  })

  test('--json holds the message when it goes nowhere else', async () => {
    const ran = await run('sign', message, ...keysOf(alice), '--json')
    const { contentBase64, ...rest } = ran.json<{ contentBase64: string }>()
    expect(Buffer.from(contentBase64, 'base64').toString()).toMatch(/^From: Alice/)
    expect(rest).toMatchObject({ scheme: 'rsa-sha256', form: 'clear' })
  })

  test.for([
    {
      name: 'the key of another',
      args: ['--key', `${bob.path}.key`, '--cert', `${alice.path}.crt`],
      status: 2,
    },
    { name: 'no key', args: ['--cert', `${alice.path}.crt`], status: 2 },
    { name: 'no certificate', args: ['--key', `${alice.path}.key`], status: 2 },
    {
      name: 'a scheme for other keys',
      args: [...keysOf(alice), '--scheme', 'ecdsa-sha256'],
      status: 2,
    },
    { name: 'an unknown scheme', args: [...keysOf(alice), '--scheme', 'rot13'], status: 2 },
  ])('$name is status $status, and no file', async ({ args, status }) => {
    const out = inFolder('never.eml')
    const ran = await run('sign', message, ...args, '--out', out)
    expect(ran.status).toBe(status)
    expect(existsSync(out)).toBe(false)
  })
})

describe('smime encrypt', () => {
  test.for([
    { cipher: 'aes-256-cbc', to: bob },
    { cipher: 'aes-128-cbc', to: carol },
  ])('OpenSSL opens $cipher', async ({ cipher, to }) => {
    const out = await made(
      `${cipher}.eml`,
      'encrypt',
      message,
      '--to',
      `${to.path}.crt`,
      '--cipher',
      cipher,
    )
    const text = runOk([
      'openssl',
      'cms',
      '-decrypt',
      '-in',
      out,
      '-inkey',
      `${to.path}.key`,
      '-recip',
      `${to.path}.crt`,
    ])
    expect(text.toString()).toContain('On Friday.')
  })

  test('OpenSSL opens AES-GCM to several, with OAEP', async () => {
    const to = ['--to', `${carol.path}.crt`, `${bob.path}.crt`]
    const out = await made('gcm.eml', 'encrypt', message, ...to, '--oaep')
    const text = runOk([
      'openssl',
      'cms',
      '-decrypt',
      '-in',
      out,
      '-inkey',
      `${bob.path}.key`,
      '-recip',
      `${bob.path}.crt`,
    ])
    expect(text.toString()).toContain('On Friday.')
  })

  test('--to may stand before the message', async () => {
    const ran = await run('encrypt', '--to', `${bob.path}.crt`, message)
    expect(ran.status).toBe(0)
  })

  test('a chain beside a certificate does not read along', async () => {
    const chain = inFolder('chain.pem')
    writeFileSync(chain, readFileSync(`${bob.path}.crt`, 'utf8') + readFileSync(trust, 'utf8'))
    const ran = await run('encrypt', message, '--to', chain, '--json')
    expect(ran.json()).toMatchObject({ recipients: [{ subject: 'CN=bob' }] })
  })

  test('to nobody, or with an unknown cipher, is wrong usage', async () => {
    expect((await run('encrypt', message)).status).toBe(2)
    const to = ['--to', `${bob.path}.crt`]
    expect((await run('encrypt', message, ...to, '--cipher', 'rc4')).status).toBe(2)
  })

  test('H-06: to a certificate that has expired, or is not for encrypting, is refused', async () => {
    const signOnly = authority.person({
      name: 'sign-only',
      extensions: ['subjectAltName=email:s@smime.example', 'keyUsage=critical,digitalSignature'],
    })
    const ran = await run('encrypt', message, '--to', `${signOnly.path}.crt`)
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('lacks keyEncipherment')
    const later = await runCommand(['smime', 'encrypt', message, '--to', `${bob.path}.crt`], {
      now: '2100-01-01T00:00:00Z',
    })
    expect(later.status).toBe(3)
    expect(later.err).toContain('expired')
  })
})

describe('smime verify', () => {
  test.for([
    { name: 'a clear signature', file: () => signed, status: 0, is: 'valid' },
    { name: 'an opaque signature', file: () => opaque, status: 0, is: 'valid' },
    { name: 'an unsigned message', file: () => message, status: 1, is: 'unsigned' },
    { name: 'an encrypted message', file: () => encrypted, status: 1, is: 'closed' },
    {
      name: 'changed content',
      file: () => changed(signed, 'Friday', 'Monday'),
      status: 1,
      is: 'broken',
    },
    {
      name: 'another From',
      file: () => changed(signed, 'alice@', 'mallory@'),
      status: 1,
      is: 'unbound',
    },
  ])('$name: status $status', async ({ file, status, is }) => {
    const ran = await run('verify', file(), '--trust', trust, '--json')
    expect(ran.status).toBe(status)
    expect(ran.json()).toMatchObject({ valid: status === 0, verdict: { is } })
  })

  test.for([
    { name: 'no trust at all', args: [], because: 'unknown_issuer' },
    {
      name: 'a moment before',
      args: ['--trust', trust, '--at', '2020-01-01'],
      because: 'not_yet_valid',
    },
    {
      name: 'a moment after',
      args: ['--trust', trust, '--at', '2100-01-01T00:00:00+02:00'],
      because: 'expired',
    },
  ])('$name is untrusted: status 1', async ({ args, because }) => {
    const ran = await run('verify', signed, ...args, '--json')
    expect(ran.status).toBe(1)
    expect(ran.json()).toMatchObject({ verdict: { is: 'untrusted', because } })
  })

  test('--no-address-binding takes any signer', async () => {
    const file = changed(signed, 'alice@', 'mallory@')
    const ran = await run('verify', file, '--trust', trust, '--no-address-binding')
    expect(ran.status).toBe(0)
    expect(ran.out.toString()).toContain(
      'valid: the whole message is signed by alice@smime.example',
    )
  })

  test('a revoked certificate is status 1', async () => {
    const crl = inFolder('list.crl')
    const database = inFolder('index.txt')
    const serial = alice.certificate.serialHex.toUpperCase()
    writeFileSync(database, `R\t400101000000Z\t250101000000Z\t${serial}\tunknown\t/CN=alice\n`)
    const config = inFolder('ca.cnf')
    writeFileSync(config, `[ca]\ndefault_ca=d\n[d]\ndatabase=${database}\ndefault_md=sha256\n`)
    runOk(['openssl', 'ca', '-gencrl', '-config', config, '-keyfile', `${authority.made.path}.key`,
      '-cert', trust, '-crldays', '30', '-out', crl]) // prettier-ignore
    const ran = await run('verify', signed, '--trust', trust, '--crl', crl, '--json')
    expect(ran.status).toBe(1)
    expect(ran.json()).toMatchObject({ verdict: { is: 'untrusted', because: 'revoked' } })
  })

  test('a message from standard input, and one that is no message', async () => {
    const stdin = readFileSync(signed)
    const ran = await runCommand(['smime', 'verify', '-', '--trust', trust], { stdin, now })
    expect(ran.status).toBe(0)
    const none = await runCommand(['smime', 'verify', '-', '--trust', trust], { stdin: 'x', now })
    expect(none.status).toBe(1)
  })

  test.for([
    { name: 'a trust file that is none', args: ['--trust', message] },
    { name: 'a time that is none', args: ['--trust', trust, '--at', 'yesterday'] },
    { name: 'a list that is not there', args: ['--trust', trust, '--crl', '/none'] },
  ])('$name is status 2', async ({ args }) => {
    expect((await run('verify', signed, ...args)).status).toBe(2)
  })

  test('a bare CMS object, DER or PEM, is verified without address binding', async () => {
    for (const form of ['DER', 'PEM']) {
      const file = inFolder(`bare.${form}`)
      runOk(['openssl', 'cms', '-sign', '-nodetach', '-in', message, '-signer', `${alice.path}.crt`,
        '-inkey', `${alice.path}.key`, '-outform', form, '-out', file]) // prettier-ignore
      const args = ['verify', file, '--trust', trust]
      expect((await run(...args, '--json')).json()).toMatchObject({
        verdict: { is: 'unbound', because: 'from_missing' },
      })
      expect((await run(...args, '--no-address-binding')).status).toBe(0)
    }
  })
})

describe('smime decrypt', () => {
  test('gives the message that was encrypted, its signature intact', async () => {
    const out = await made('decrypted.eml', 'decrypt', encrypted, ...keysOf(bob))
    expect((await run('verify', out, '--trust', trust)).status).toBe(0)
    const header = readFileSync(out, 'utf8').split('\r\n\r\n')[0] ?? ''
    expect(header.match(/^(From|Subject|Content-Type):/gm)).toEqual([
      'From:',
      'Subject:',
      'Content-Type:',
    ])
  })

  test('one layer, or all with several keys', async () => {
    const keys = [...keysOf(bob), ...keysOf(carol)]
    const one = await run('decrypt', twice, ...keys)
    expect(one.out.toString()).toContain('smime-type=authEnveloped-data')
    const all = await run('decrypt', twice, ...keys, '--all')
    expect(all.out.toString()).toContain('multipart/signed')
    const half = await run('decrypt', twice, ...keysOf(carol), '--all')
    expect(half.status).toBe(1)
  })

  test('what OpenSSL encrypted, also as a stream', async () => {
    for (const [name, more] of [
      ['plain', []],
      ['stream', ['-stream']],
    ] as const) {
      const file = inFolder(`openssl-${name}.eml`)
      runOk([
        'openssl',
        'cms',
        '-encrypt',
        '-in',
        message,
        '-aes-256-cbc',
        ...more,
        '-out',
        file,
        `${bob.path}.crt`,
      ])
      const ran = await run('decrypt', file, ...keysOf(bob))
      expect(ran.status).toBe(0)
      expect(ran.out.toString()).toContain('On Friday.')
    }
  })

  test('a PFX with an empty passphrase and one with a line end after it', async () => {
    for (const passphrase of ['', 'secret']) {
      const pfx = inFolder('bob.pfx')
      const file = inFolder('passphrase')
      writeFileSync(file, `${passphrase}\n`)
      runOk(['openssl', 'pkcs12', '-export', '-inkey', `${bob.path}.key`, '-in', `${bob.path}.crt`,
        '-passout', `pass:${passphrase}`, '-out', pfx]) // prettier-ignore
      const ran = await run('decrypt', encrypted, '--pfx', pfx, '--passphrase-file', file)
      expect(ran.status).toBe(0)
    }
  })

  test.for([
    { name: 'the key of someone else', args: keysOf(alice), because: 'no_key' },
    {
      name: 'a message that is not encrypted',
      args: keysOf(bob),
      file: signed,
      because: undefined,
    },
    { name: 'a changed message', args: keysOf(bob), file: 'tampered', because: 'cannot_decrypt' },
  ])('$name is status 1, and no file', async ({ args, file = encrypted, because }) => {
    const input = file === 'tampered' ? tampered() : file
    const out = inFolder('never.eml')
    const ran = await run('decrypt', input, ...args, '--out', out, '--json')
    expect(ran.status).toBe(1)
    expect(existsSync(out)).toBe(false)
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
    if (because === undefined) return
    expect(ran.json()).toMatchObject({
      decrypted: false,
      layers: [{ outcome: { is: 'closed', because } }],
    })
  })

  test('promise 7: not one byte of plaintext is written before the tag is verified (A-03)', async () => {
    const ran = await run('decrypt', tampered(), ...keysOf(bob))
    expect(ran).toMatchObject({ status: 1 })
    expect(ran.out.toString()).not.toContain('Friday')
    expect(ran.err).toBe('')
  })

  function tampered(): string {
    const text = readFileSync(encrypted, 'latin1')
    const at = text.length - 200
    const other = text[at] === 'A' ? 'B' : 'A'
    const out = inFolder('tampered.eml')
    writeFileSync(out, text.slice(0, at) + other + text.slice(at + 1), 'latin1')
    return out
  }
})

describe('smime open', () => {
  test('decrypts all layers, verifies, and gives what is displayed', async () => {
    const keys = [...keysOf(bob), ...keysOf(carol)]
    const ran = await run('open', twice, ...keys, '--trust', trust)
    expect(ran.status).toBe(0)
    expect(ran.out.toString()).toBe(plain)
    expect(ran.err).toContain('valid: the whole message is signed by alice@smime.example')
  })

  test('gives the content of a message that is not validly signed, with status 1', async () => {
    const out = inFolder('opened.eml')
    const ran = await run('open', encrypted, ...keysOf(bob), '--out', out, '--json')
    expect(ran.status).toBe(1)
    expect(ran.json()).toMatchObject({ valid: false, verdict: { is: 'untrusted' } })
    expect(readFileSync(out, 'utf8')).toBe(plain)
  })
})

describe('smime inspect', () => {
  test('shows parts, signers and certificates', async () => {
    const ran = await run('inspect', signed, '--json')
    expect(ran.json()).toMatchObject({
      message: {
        type: 'multipart/signed',
        parts: [
          { type: 'text/plain' },
          {
            fileName: 'smime.p7s',
            cms: {
              is: 'signed',
              hasContent: false,
              signers: [{ digest: 'sha256', algorithm: 'RSA PKCS#1 v1.5' }],
              certificates: [{ subject: 'CN=alice' }],
            },
          },
        ],
      },
    })
  })

  test('shows cipher and recipients', async () => {
    const ran = await run('inspect', twice)
    expect(ran.out.toString()).toContain('encrypted with aes-256-gcm')
    expect(ran.out.toString()).toContain('to CN=ca serial')
  })

  test('looks into signed content, and names what is no CMS', async () => {
    expect((await run('inspect', opaque)).out.toString()).toContain('message: text/plain')
    const broken = changed(encrypted, '\r\n\r\nMI', '\r\n\r\nAA')
    const ran = await run('inspect', broken)
    expect(ran.status).toBe(0)
    expect(ran.out.toString()).toContain('no readable CMS')
  })
})

test('--batch runs each command with what all share', async () => {
  const lines = [
    { id: 1, file: signed },
    { id: 2, file: changed(signed, 'Friday', 'Monday') },
    { id: 3, file: changed(signed, 'alice@', 'mallory@'), addressBinding: false },
    { id: 4, file: signed, at: '2100-01-01', 'no-address-binding': true },
    { id: 5, file: '/none' },
  ]
  const stdin = lines.map((line) => JSON.stringify(line)).join('\n')
  const ran = await runCommand(['smime', 'verify', '--batch', '--trust', trust], { stdin, now })
  const answers = ran.out.toString().trim().split('\n')
  expect(answers.map((line) => JSON.parse(line) as object)).toMatchObject([
    { id: 1, status: 0, valid: true },
    { id: 2, status: 1, verdict: { is: 'broken' } },
    { id: 3, status: 0 },
    { id: 4, status: 1, verdict: { because: 'expired' } },
    { id: 5, status: 2, error: { code: 'file.unreadable' } },
  ])
})
