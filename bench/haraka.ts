/**
 * Haraka as a relay, when it is installed: `haraka` on the PATH. It is a peer for comparison and never
 * a dependency; `npm i -g Haraka` installs it. One process, which answers 250 when the next server
 * has: it keeps no queue.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answering, freePort } from '../test/support/ports.ts'
import { run, runOk } from '../test/support/peers.ts'

export interface Haraka {
  readonly child: ChildProcess
  readonly port: number
  stop(): Promise<void>
}

/** Starts it and waits until it answers; undefined where it is not installed. */
export async function startHaraka({
  relayTo,
}: {
  relayTo: { host: string; port: number }
}): Promise<Haraka | undefined> {
  if (run(['which', 'haraka']).status !== 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-haraka-'))
  const instance = join(folder, 'instance')
  const port = await freePort()
  // It does not start without the files that this makes.
  runOk(['haraka', '-i', instance])
  const files = {
    'smtp.ini': `listen=127.0.0.1:${port}\nnodes=0\n`,
    plugins: 'relay\nqueue/smtp_forward\n',
    'relay.ini': '[relay]\nacl=true\n',
    relay_acl_allow: '127.0.0.1/32\n',
    'smtp_forward.ini': `host=${relayTo.host}\nport=${relayTo.port}\nenable_outbound=true\n`,
    loglevel: 'LOGCRIT\n',
    me: 'haraka.test\n',
  }
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(instance, 'config', name), text)
  const child = spawn('haraka', ['-c', instance], { stdio: 'ignore' })
  await answering(port, () => `exit status ${child.exitCode}`)
  return {
    child,
    port,
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
