/**
 * The folder of a private cluster: made once, whole or not at all, and reached through a
 * descriptor.
 *
 * The unprivileged user of PostgreSQL may not be able to walk to the folder (below root's home, say)
 * and a socket's path may have at most 107 bytes. Both end here: PostgreSQL inherits the open folder
 * and gets it as `/proc/self/fd/3`, which the kernel resolves without a walk; it changes into it
 * and uses relative names from there. The hub reaches the socket in the same manner.
 */

import { spawnSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { HubError, hasNodeCode } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { type Binaries, type BinarySources, findBinaries, identity } from './cluster-binaries.ts'
import { type SystemUser, clusterUser, currentUser, userOfId } from './cluster-user.ts'

/** Role and database of the hub. The role may make databases, for restoring into, and no more. */
export const HUB_ROLE = 'sealpost'

/** The superuser of PostgreSQL. No line of `pg_hba.conf` lets it in. */
const SUPERUSER = 'postgres'

/** The folder that a child process inherits as descriptor 3. */
export const INHERITED_FOLDER = '/proc/self/fd/3'

/** Where children run whose user may not enter the hub's own working directory. */
export const CHILD_PLACE = { cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } }

/** A cluster that stands, with the programs and the user that belong to it. */
export interface ClusterFolder {
  readonly path: string
  readonly binaries: Binaries
  readonly user: SystemUser
}

/** How a cluster is made. */
export interface ClusterOptions {
  readonly dataFolder: string
  readonly log: Log
  readonly sources: BinarySources
  /** Name of the unprivileged user, when the hub is root. */
  readonly user?: string | undefined
  /** For tests: nothing is forced to the disk, and a power cut may destroy the cluster. */
  readonly unsafeNoSync?: boolean | undefined
}

/** Where the cluster of a data folder is. */
export function clusterPath(dataFolder: string): string {
  return join(dataFolder, 'postgres')
}

/**
 * Finds the cluster of a data folder, or makes one.
 *
 * @throws HubError `database.other_major`, `database.no_server`, `database.no_user`,
 *   `database.folder_unusable`, `database.start_failed`
 */
export function prepareClusterFolder(options: ClusterOptions): ClusterFolder {
  const path = clusterPath(options.dataFolder)
  const isThere = existsSync(path) && readdirSync(path).length > 0
  return isThere ? openCluster(path, options) : makeCluster(path, options)
}

function openCluster(path: string, { sources }: ClusterOptions): ClusterFolder {
  const own = currentUser()
  const { uid } = statSync(path)
  if (uid === 0 || (own.uid !== 0 && own.uid !== uid)) {
    throw new HubError(
      'database.folder_unusable',
      `${path} belongs to user id ${uid}: start the hub as that user, or as root for a folder of another user`,
    )
  }
  const user = userOfId(uid)
  const major = readMajor(path)
  const binaries = findBinaries(sources, { user, major })
  if (binaries === undefined) {
    const have = findBinaries(sources, { user })
    throw new HubError(
      'database.other_major',
      `${path} was made by PostgreSQL ${major}, and here is ${have === undefined ? 'none' : `PostgreSQL ${have.major}`}: ` +
        `install PostgreSQL ${major} (Debian: apt install postgresql-${major}) or name the folder of its programs in SEALPOST_POSTGRES_BIN; ` +
        'to move to another version, back up with the old one and restore into a new data folder',
      { detail: { folder: path, major, available: have?.major } },
    )
  }
  return { path, binaries, user }
}

function readMajor(path: string): number {
  try {
    const major = Number(readFileSync(join(path, 'PG_VERSION'), 'utf8').trim())
    if (Number.isInteger(major)) return major
  } catch (error) {
    if (!hasNodeCode(error, 'ENOENT')) throw error
  }
  throw new HubError('database.folder_unusable', `${path} is no cluster of PostgreSQL (PG_VERSION)`)
}

/** Made beside its place and moved there when finished, so that a kill leaves no half cluster. */
function makeCluster(path: string, options: ClusterOptions): ClusterFolder {
  const user = clusterUser(options.user)
  const binaries = findBinaries(options.sources, { user })
  if (binaries === undefined) {
    throw new HubError(
      'database.no_server',
      'no programs of PostgreSQL can be run here: install postgresql, or set DATABASE_URL to a server',
      { detail: { packaged: options.sources.packaged, user: user.name } },
    )
  }
  const unfinished = `${path}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  chownSync(unfinished, user.uid, user.gid)
  const sync = options.unsafeNoSync === true ? ['--no-sync'] : []
  withFolder(unfinished, (fd) => {
    runIn(fd, { binaries, user }, 'initdb', [
      ...['-D', INHERITED_FOLDER, '-U', SUPERUSER, '--auth=peer', '--data-checksums'],
      // Sorting by bytes never changes with a library, so it never breaks an index.
      ...['--encoding=UTF8', '--no-locale', ...sync],
    ])
    // The server on its own, without connections, is the only way in for the superuser.
    const statements = [
      `create role ${HUB_ROLE} login createdb;`,
      `create database ${HUB_ROLE} owner ${HUB_ROLE};`,
    ]
    const single = ['--single', '-c', 'exit_on_error=on', '-D', INHERITED_FOLDER, 'postgres']
    runIn(fd, { binaries, user }, 'postgres', single, `${statements.join('\n')}\n`)
    fsyncSync(fd)
  })
  if (existsSync(path)) rmSync(path, { recursive: true })
  renameSync(unfinished, path)
  withFolder(options.dataFolder, fsyncSync)
  options.log.info('database.created', { folder: path, major: binaries.major, user: user.name })
  return { path, binaries, user }
}

/** Runs a program of PostgreSQL to its end in the folder of this descriptor. */
function runIn(
  folderFd: number,
  { binaries, user }: Pick<ClusterFolder, 'binaries' | 'user'>,
  program: string,
  args: string[],
  input = '',
): void {
  const { status, stderr, error } = spawnSync(join(binaries.folder, program), args, {
    ...CHILD_PLACE,
    ...identity(user),
    input,
    stdio: ['pipe', 'ignore', 'pipe', folderFd],
    encoding: 'utf8',
  })
  if (status === 0) return
  throw new HubError('database.start_failed', `${program} failed: ${stderr.trim()}`, {
    cause: error,
  })
}

/**
 * Writes who may connect: the hub's own user and root, as the hub's role, and nobody else. The
 * kernel says who is at the other end of a unix socket, so there is no password to keep, lose or
 * guess; whoever can act as that user could read a password file too. Other programs of the
 * unprivileged user (`nobody` may have some) are turned away.
 */
export function writeAccessFiles(folderFd: number, user: SystemUser): void {
  const names = new Set([currentUser().name, 'root'])
  const ident = [...names].map((name) => `hub "${name}" ${HUB_ROLE}\n`).join('')
  writeOwned(folderFd, 'pg_hba.conf', `local all ${HUB_ROLE} peer map=hub\n`, user)
  writeOwned(folderFd, 'pg_ident.conf', ident, user)
}

/** The folder is another user's: what stands there under the name is replaced, never followed. */
function writeOwned(folderFd: number, name: string, text: string, user: SystemUser): void {
  const path = `/proc/self/fd/${folderFd}/${name}`
  rmSync(path, { force: true })
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    writeSync(fd, text)
    fchmodSync(fd, 0o600)
    fchownSync(fd, user.uid, user.gid)
  } finally {
    closeSync(fd)
  }
}

/** Opens a folder for others to inherit. */
export function openFolder(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
}

function withFolder(path: string, use: (fd: number) => void): void {
  const fd = openFolder(path)
  try {
    use(fd)
  } finally {
    closeSync(fd)
  }
}
