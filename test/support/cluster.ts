/** Private clusters for tests of the cluster itself: whole, forced to the disk, in folders of their own. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { binarySources } from '../../src/db/cluster-binaries.ts'
import { clusterPath } from '../../src/db/cluster-folder.ts'
import { findProcesses } from '../../src/db/cluster-processes.ts'
import { type Database, openDatabase } from '../../src/db/connection.ts'
import { PrivateCluster } from '../../src/db/private-cluster.ts'

/** A data folder that goes with the test, and with it whatever processes are left in it. */
export function givenDataFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'sealpost-cluster-'))
  onTestFinished(() => {
    const path = clusterPath(folder)
    if (existsSync(path)) for (const pid of findProcesses(path)) process.kill(pid, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Starts the cluster of a folder, and stops it with the test. */
export async function startCluster(
  folder: string,
  more: { user?: string; configured?: string } = {},
): Promise<PrivateCluster> {
  const cluster = await PrivateCluster.start({
    dataFolder: folder,
    log: silentLog,
    sources: binarySources(more.configured),
    user: more.user,
  })
  onTestFinished(() => cluster.stop())
  return cluster
}

/** Opens a pool to it, and closes it with the test. */
export async function openCluster(cluster: PrivateCluster): Promise<Database> {
  const db = await openDatabase(cluster.connection, { log: silentLog })
  onTestFinished(() => db.destroy())
  return db
}

/** Runs a hub's cluster from another process, to be killed with it. */
export async function startClusterElsewhere(
  folder: string,
  user: { uid?: number; gid?: number } = {},
) {
  const src = join(import.meta.dirname, '../../src')
  const source = `
    import { PrivateCluster } from '${src}/db/private-cluster.ts'
    import { binarySources } from '${src}/db/cluster-binaries.ts'
    import { silentLog } from '${src}/base/log.ts'
    const cluster = await PrivateCluster.start({
      dataFolder: process.argv[1], log: silentLog, sources: binarySources(),
    })
    console.log(cluster.pid)`
  const hub = spawn(process.execPath, ['--input-type=module-typescript', '-e', source, folder], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void hub.kill('SIGKILL'))
  const [line] = (await once(createInterface({ input: hub.stdout }), 'line')) as [string]
  const kill = async () => {
    hub.kill('SIGKILL')
    await once(hub, 'exit')
  }
  return { pid: hub.pid, postmaster: Number(line), kill }
}
