/** Runs a command in this process, with what it reads and writes in memory. */

import { Readable, Writable } from 'node:stream'
import { runProgram } from '../../src/cli/program.ts'
import type { Surroundings } from '../../src/cli/surroundings.ts'

/** What a command did. */
export interface Ran {
  readonly status: number
  readonly out: Buffer
  readonly err: string
  /** Standard output as JSON; throws when it is none. */
  json<T = Record<string, unknown>>(): T
}

/** Runs `sealpost ARGS…`. */
export async function runCommand(
  args: readonly string[],
  given: {
    stdin?: string | Uint8Array
    now?: string
    environment?: Readonly<Record<string, string>>
  } = {},
): Promise<Ran> {
  const out = new Collector()
  const err = new Collector()
  const surroundings: Surroundings = {
    stdin: Readable.from([Buffer.from(given.stdin ?? '')]),
    stdout: out,
    stderr: err,
    environment: given.environment ?? {},
    clock: { now: () => new Date(given.now ?? '2026-06-01T00:00:00Z') },
    hubs: () => import('../../src/hub.ts'),
  }
  const status = await runProgram(args, surroundings)
  return {
    status,
    out: out.bytes(),
    err: err.bytes().toString(),
    json: <T>() => JSON.parse(out.bytes().toString()) as T,
  }
}

class Collector extends Writable {
  readonly #pieces: Buffer[] = []

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    this.#pieces.push(Buffer.from(piece))
    done()
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pieces)
  }
}
