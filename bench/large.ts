/**
 * 500 MB from file to file: signed and encrypted, then opened. Processor time of whole processes,
 * start included; the memory is the peak of the process, and is compared with 100 MB.
 *
 * OpenSSL needs two commands and a file between them for what is one pass here. It has no streaming
 * way to verify or decrypt, so nothing is compared there but memory.
 */

import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeBase64Lines } from '../src/formats/mime/base64.ts'
import type { Figure, Row } from './measure.ts'

const MESSAGE_BYTES = 500_000_000
const MEMORY_MB = 100

interface Cost {
  readonly cpuMs: number
  readonly peakMb: number
}

export const rows: readonly Row[] = [
  {
    work: 'sign and encrypt 500 MB, then open it',
    measure: () => Promise.resolve(inFolder(measure)),
  },
]

function measure(folder: string): readonly Figure[] {
  const path = (name: string) => join(folder, name)
  makeIdentity(path)
  writeMessage(path('message.eml'))
  const theirs = openssl(path)
  const protect = job('protect', path('message.eml'), path('protected.eml'), path)
  const open = job('open', path('protected.eml'), path('opened.eml'), path)
  return [
    {
      against: 'openssl cms -stream, processor time',
      ratio: protect.cpuMs / theirs,
      goal: { atMost: 0.5 },
      ours: `${(protect.cpuMs / 1000).toFixed(2)} s`,
      theirs: `${(theirs / 1000).toFixed(2)} s`,
    },
    memory('sign and encrypt', protect),
    memory('decrypt and verify', open),
  ]
}

function memory(what: string, { peakMb }: Cost): Figure {
  return {
    against: `100 MB of memory, ${what}`,
    ratio: peakMb / MEMORY_MB,
    goal: { atMost: 1 },
    ours: `${Math.round(peakMb)} MB`,
    theirs: `${MEMORY_MB} MB`,
  }
}

function job(
  name: 'protect' | 'open',
  input: string,
  output: string,
  path: (name: string) => string,
): Cost {
  const script = join(import.meta.dirname, 'large-job.ts')
  const args = [script, name, input, output, path('key.pem'), path('certificate.pem')]
  const environment = { ...process.env, NODE_COMPILE_CACHE: path('compiled') }
  // The first start compiles, as the first command after an installation does; the second counts.
  const small = [script, 'protect', path('small.eml'), path('small.out'), ...args.slice(4)]
  run(process.execPath, small, environment)
  return JSON.parse(run(process.execPath, args, environment)) as Cost
}

/** Processor time of both commands, told by the shell that ran them. */
function openssl(path: (name: string) => string): number {
  const sign =
    `openssl cms -sign -stream -in "${path('message.eml')}" -signer "${path('certificate.pem')}"` +
    ` -inkey "${path('key.pem')}" -out "${path('signed.eml')}"`
  const encrypt =
    `openssl cms -encrypt -stream -aes-256-cbc -in "${path('signed.eml')}"` +
    ` -out "${path('encrypted.eml')}" "${path('certificate.pem')}"`
  const times =
    run('sh', ['-c', `${sign} && ${encrypt} && times`])
      .trim()
      .split('\n')
      .at(-1) ?? ''
  const parts = [...times.matchAll(/(\d+)m([\d.]+)s/g)]
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  )
}

function makeIdentity(path: (name: string) => string): void {
  run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=a',
    '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'subjectAltName=email:a@bench.example',
    '-keyout', path('key.pem'), '-out', path('certificate.pem')]) // prettier-ignore
}

const HEADER =
  'From: a@bench.example\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n' +
  'Content-Transfer-Encoding: base64\r\n\r\n'

function writeMessage(path: string): void {
  const small = openSync(path.replace('message', 'small'), 'w')
  writeSync(small, `${HEADER}aGVsbG8=\r\n`)
  closeSync(small)
  const file = openSync(path, 'w')
  let written = writeSync(file, HEADER)
  const block = encodeBase64Lines(randomBytes(57 * 20_000))
  while (written < MESSAGE_BYTES) written += writeSync(file, block)
  closeSync(file)
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-bench-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string {
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`)
  return stdout
}
