/**
 * Other people's programs, as tests use them.
 *
 * `scripts/install-peers.sh` installs them. Where one is absent a test is skipped and says which;
 * under `CI=true` it fails instead, so that nothing goes untested unnoticed.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** What a test gets to skip itself. */
interface Skippable {
  skip(reason: string): void
}

/** Goes on only when every one of these programs is there. */
export function needPrograms(context: Skippable, ...programs: readonly string[]): void {
  for (const program of programs) {
    if (!isInstalled(program)) skipUnlessCi(context, `${program} is not installed`)
  }
}

/** A folder of the test data that is not part of the project; see `corpora` in CONTRIBUTING.md. */
export function needCorpus(context: Skippable, name: string): string {
  const folder = join(process.env['SEALPOST_CORPORA'] ?? '', name)
  if (process.env['SEALPOST_CORPORA'] === undefined || !existsSync(folder)) {
    skipUnlessCi(context, `SEALPOST_CORPORA does not lead to the test data ${name}`)
  }
  return folder
}

/** Goes on only as root: for what starts other people's servers or mounts file systems. */
export function needRoot(context: Skippable): void {
  if (process.getuid?.() !== 0) context.skip('only root can do this')
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What a finished program left. */
export interface Finished {
  status: number | null
  stdout: Buffer
  stderr: string
}

/** Runs a program to its end and gives what it left, whatever its exit status. */
export function run(
  command: readonly string[],
  options: { input?: Uint8Array | string; cwd?: string; env?: Record<string, string> } = {},
): Finished {
  const [program, ...args] = command
  if (program === undefined) throw new Error('a command has at least a program')
  const result = spawnSync(program, args, {
    input: options.input,
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
  })
  if (result.error !== undefined) throw result.error
  return { status: result.status, stdout: result.stdout, stderr: result.stderr.toString('utf8') }
}

/** Runs a program that must succeed, and gives its standard output. */
export function runOk(...args: Parameters<typeof run>): Buffer {
  const result = run(...args)
  if (result.status !== 0) {
    throw new Error(`${args[0].join(' ')} ended with ${result.status}: ${result.stderr}`)
  }
  return result.stdout
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(':')
    .concat('/usr/sbin', '/sbin')
    .some((folder) => existsSync(join(folder, program)))
}

function skipUnlessCi(context: Skippable, reason: string): void {
  if (process.env['CI'] === 'true') throw new Error(`under CI=true this is a failure: ${reason}`)
  context.skip(reason)
}
