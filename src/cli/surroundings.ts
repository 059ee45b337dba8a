/** What a command sees of the world. Tests hand in their own. */

import type { Readable, Writable } from 'node:stream'
import { type Clock, systemClock } from '../base/clock.ts'

export interface Surroundings {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
}

/** The process's own. */
export function processSurroundings(): Surroundings {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    clock: systemClock,
  }
}
