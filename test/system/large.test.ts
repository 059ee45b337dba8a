import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodeBase64Lines } from '../../src/formats/mime/base64.ts'
import { makeAuthority } from '../support/people.ts'
import { folderOfTheseTests } from '../support/test-pki.ts'
import { sealpostOk } from '../support/sealpost.ts'

const folder = folderOfTheseTests()
const inFolder = (name: string) => join(folder, name)
const authority = makeAuthority(folder)
const alice = authority.person({ name: 'alice' })
const keys = ['--key', `${alice.path}.key`, '--cert', `${alice.path}.crt`]

/** Far above what one command needs for itself, far below what 60 MB in memory would need. */
const MESSAGE_BYTES = 60_000_000
const LIMIT_MB = 100

/**
 * Makes the process write down its own status when it ends. `maxRSS` would not do: it begins with what
 * the process was as a copy of the one that started it.
 */
const REPORT =
  'const fs=require("fs");process.on("exit",()=>fs.writeFileSync(process.env.STATUS_FILE,fs.readFileSync("/proc/self/status")))'

function peakOf(args: readonly string[]): number {
  const status = inFolder('status')
  const preload = inFolder('report.cjs')
  writeFileSync(preload, REPORT)
  sealpostOk(args, { env: { NODE_OPTIONS: `--require=${preload}`, STATUS_FILE: status } })
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8')) ?? []
  return (Number(kilobytes) * 1024) / 1e6
}

function writeMessage(name: string, sizeBytes: number): string {
  const file = openSync(inFolder(name), 'w')
  let written = writeSync(
    file,
    'From: alice@smime.example\r\nContent-Type: application/octet-stream\r\n' +
      'Content-Transfer-Encoding: base64\r\n\r\n',
  )
  const block = encodeBase64Lines(Buffer.alloc(57 * 1000, 'no two lines are quite the same: '))
  while (written < sizeBytes) written += writeSync(file, block)
  closeSync(file)
  return inFolder(name)
}

test.for([
  { name: 'the usual way', sign: [], encrypt: [] },
  { name: 'opaque, AES-CBC', sign: ['--opaque'], encrypt: ['--cipher', 'aes-256-cbc'] },
])('60 MB are signed, encrypted, decrypted and verified in 100 MB: $name', ({ sign, encrypt }) => {
  const trust = ['--trust', `${authority.made.path}.crt`]
  const way = (input: string, at: string) => {
    const [signed, encrypted, opened] = ['signed', 'encrypted', 'opened'].map((name) =>
      inFolder(`${name}-${at}`),
    ) as [string, string, string]
    return [
      peakOf(['smime', 'sign', input, ...keys, ...sign, '--out', signed]),
      peakOf([
        'smime',
        'encrypt',
        signed,
        '--to',
        `${alice.path}.crt`,
        ...encrypt,
        '--out',
        encrypted,
      ]),
      peakOf(['smime', 'open', encrypted, ...keys, ...trust, '--out', opened]),
    ]
  }
  // The first start after an installation compiles, which takes memory of its own.
  way(writeMessage('small.eml', 1_000), 'small')
  const message = writeMessage('large.eml', MESSAGE_BYTES)
  for (const peakMb of way(message, 'large')) expect(peakMb).toBeLessThan(LIMIT_MB)
  const body = (path: string) => {
    const bytes = readFileSync(path)
    return bytes.subarray(bytes.indexOf('\r\n\r\n'))
  }
  expect(Buffer.compare(body(inFolder('opened-large')), body(message))).toBe(0)
})
