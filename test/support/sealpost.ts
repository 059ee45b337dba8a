/** The `sealpost` command as users run it, in a process of its own. */

import { resolve } from 'node:path'
import { type Finished, run } from './peers.ts'

const PROGRAM = resolve(import.meta.dirname, '../../bin/sealpost.js')

/** Runs a command to its end, whatever its exit status. */
export function sealpost(
  args: readonly string[],
  options: { input?: Uint8Array | string; env?: Record<string, string> } = {},
): Finished {
  return run([process.execPath, PROGRAM, ...args], options)
}

/** Runs a command that must succeed, and gives its standard output. */
export function sealpostOk(...args: Parameters<typeof sealpost>): Buffer {
  const { status, stdout, stderr } = sealpost(...args)
  if (status !== 0) throw new Error(`sealpost ${args[0].join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}
