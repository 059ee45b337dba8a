import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../../test/support/command.ts'
import { needCorpus, temporaryFolder } from '../../test/support/peers.ts'

test.for([
  { from: 'alice', to: 'bob' },
  { from: 'bob', to: 'alice' },
])('RFC 9216: $from signs and encrypts to $to, who reads it', async ({ from, to }, context) => {
  const corpus = needCorpus(context, 'rfc9216')
  const folder = temporaryFolder()
  const ofCorpus = (name: string) => join(corpus, name)
  const [message, signed, encrypted, opened, passphrase] = [
    'message.eml',
    'signed.eml',
    'encrypted.eml',
    'opened.eml',
    'passphrase',
  ].map((name) => join(folder, name)) as [string, string, string, string, string]
  writeFileSync(
    message,
    `From: ${from}@smime.example\r\nContent-Type: text/plain\r\n\r\nHello.\r\n`,
  )
  writeFileSync(passphrase, to)

  const run = async (...args: string[]) => {
    const ran = await runCommand(['smime', ...args])
    expect(ran.err).toBe('')
    expect(ran.status).toBe(0)
  }
  const key = ['--key', ofCorpus(`${from}.sign.key`), '--cert', ofCorpus(`${from}.sign.crt`)]
  await run('sign', message, ...key, '--out', signed)
  await run('encrypt', signed, '--to', ofCorpus(`${to}.encrypt.crt`), '--out', encrypted)
  const trust = ['--trust', ofCorpus('ca.rsa.crt')]
  const pfx = ['--pfx', ofCorpus(`${to}.p12`), '--passphrase-file', passphrase]
  await run('open', encrypted, ...pfx, ...trust, '--out', opened)
  expect(readFileSync(opened, 'utf8')).toContain('\r\n\r\nHello.\r\n')
})
