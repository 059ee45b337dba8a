/** A whole hub in a process of its own, database included, as tests start, use and kill it. */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

/** What `serve --json` says once it serves. */
const Addresses = z.object({
  webAddress: z.string().optional(),
  submissionAddress: z.string().optional(),
  relayAddress: z.string().optional(),
  setupLink: z.string().optional(),
})

export interface HubProcess {
  readonly child: ChildProcess
  readonly addresses: z.infer<typeof Addresses>
  /** What it logged so far, one JSON object a line. */
  readonly log: readonly string[]
  /** SIGTERM, and its exit status. */
  stop(): Promise<number | null>
  /** SIGKILL to the hub and to every process of its database, at once. */
  kill(): Promise<void>
}

/** Settings of a hub under test: any free ports, nothing asked of the machine. */
export interface HubSettings {
  readonly data: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command of the hub to its end, and gives its JSON answer. Throws when it fails. */
export async function hubCommand<T = Record<string, unknown>>(
  { data, env = {} }: HubSettings,
  ...args: readonly string[]
): Promise<T> {
  const { status, stdout, stderr } = await runHubCommand({ data, env }, ...args)
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stdout}${stderr}`)
  return JSON.parse(stdout) as T
}

/** Runs a command of the hub to its end, whatever its exit status. */
async function runHubCommand(
  { data, env = {} }: HubSettings,
  ...args: readonly string[]
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args, '--data', data, '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, stdout, stderr }
}

/** Starts a hub and resolves when it serves. */
export async function startHubProcess({ data, env = {} }: HubSettings): Promise<HubProcess> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--data', data, '--json'], {
    env: {
      ...process.env,
      SEALPOST_HTTP: '127.0.0.1:0',
      SEALPOST_SMTP: '127.0.0.1:0',
      SEALPOST_HOSTNAME: 'hub.example.org',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const lines = createInterface({ input: child.stdout })
  const exited = once(child, 'exit') as Promise<[number | null]>
  const first = await Promise.race([
    once(lines, 'line') as Promise<[string]>,
    exited.then(([status]) => {
      throw new Error(`the hub ended with ${status} before it served: ${log.join('\n')}`)
    }),
  ])
  if (first[0].startsWith('{"error"')) throw new Error(`the hub did not start: ${first[0]}`)
  return {
    child,
    log,
    addresses: Addresses.parse(JSON.parse(first[0])),
    async stop() {
      child.kill('SIGTERM')
      const [status] = await exited
      return status
    },
    async kill() {
      for (const pid of familyOf(child.pid ?? 0)) killIfThere(pid)
      await exited
    },
  }
}

/** A process and all that descend from it, the database's too. */
export function familyOf(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = parentOf(Number(name))
    if (parent !== undefined) parents.set(Number(name), parent)
  }
  const family = [root]
  for (const pid of family) {
    for (const [child, parent] of parents) if (parent === pid) family.push(child)
  }
  return family
}

function parentOf(pid: number): number | undefined {
  try {
    // `pid (name) state ppid …`; the name may hold anything, also parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    // It ended while we looked.
    return undefined
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended while we looked.
  }
}
