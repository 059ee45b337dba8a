/** What a command sees of the world. Tests hand in their own. */

import type { Readable, Writable } from 'node:stream'
import { type Clock, systemClock } from '../base/clock.ts'
import type { HubAccess } from './hub-access.ts'

export interface Surroundings {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** The way to hubs, loaded when a command needs one. */
  readonly hubs: () => Promise<HubAccess>
}

/** The process's own. */
export function processSurroundings(hubs: Surroundings['hubs']): Surroundings {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    clock: systemClock,
    hubs,
  }
}
