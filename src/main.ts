/**
 * The process: hands arguments and environment to the command line, and its answer back as exit
 * status. Runs when started directly (`node src/main.ts …`) and when `bin/sealpost.js` calls it.
 */

import { runProgram } from './cli/program.ts'
import { processSurroundings } from './cli/surroundings.ts'

/** Runs one command; the exit status is set when it is done. */
export async function main(args: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stopWhenNobodyReads)
  process.exitCode = await runProgram(
    args,
    processSurroundings(() => import('./hub.ts')),
  )
}

/** `sealpost … | head`: who read has read enough. */
function stopWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(3)
}

if (import.meta.main) await main(process.argv.slice(2))
