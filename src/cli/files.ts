/** The files a command is given: `-` is standard input or output. */

import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HubError } from '../base/errors.ts'
import type { ByteSource } from '../formats/mime/source.ts'
import { SealedSpool } from '../smime/sealed-spool.ts'
import type { WriteBytes } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

/** Keys, certificates and lists: the largest CRLs known have some 30 MB. */
const MAX_WHOLE_FILE_BYTES = 64 * 1024 * 1024

/** A source that has to be closed. */
export interface OpenSource extends ByteSource {
  close(): void
}

/**
 * Reads a file whole.
 *
 * @throws HubError `file.unreadable`: not there, not allowed, a folder, over 64 MB
 */
export function readFile(path: string): Uint8Array {
  return reading(path, () => {
    const file = openSync(path, 'r')
    try {
      if (fstatSync(file).size > MAX_WHOLE_FILE_BYTES) {
        throw new HubError('file.unreadable', `file ${path} is larger than 64 MB`)
      }
      return readFileSync(file)
    } finally {
      closeSync(file)
    }
  })
}

/**
 * Opens a message. What comes from standard input, or from anything else that cannot be read
 * anywhere, waits in a sealed spool.
 *
 * @throws HubError `file.unreadable`, `spool.failed`
 */
export async function openMessage(
  path: string,
  { stdin }: Pick<Surroundings, 'stdin'>,
): Promise<OpenSource> {
  if (path !== '-') return reading(path, () => openFile(path))
  const spool = new SealedSpool()
  for await (const chunk of stdin) spool.write(chunk as Uint8Array)
  spool.finish()
  return spool
}

function openFile(path: string): OpenSource {
  const file = openSync(path, 'r')
  const about = fstatSync(file)
  if (about.isFile()) return new FileSource(file, { path, sizeBytes: about.size })
  if (about.isDirectory()) throw new HubError('file.unreadable', `${path} is a folder`)
  const spool = new SealedSpool()
  const piece = Buffer.alloc(64 * 1024)
  for (let count = 1; count > 0;) {
    count = readSync(file, piece)
    spool.write(piece.subarray(0, count))
  }
  spool.finish()
  closeSync(file)
  return spool
}

/** A file that is read where and when it is needed. What it gives is valid until the next call. */
class FileSource implements OpenSource {
  readonly sizeBytes: number
  readonly #file: number
  readonly #path: string
  #room = Buffer.alloc(0)

  constructor(file: number, { path, sizeBytes }: { path: string; sizeBytes: number }) {
    this.#file = file
    this.#path = path
    this.sizeBytes = sizeBytes
  }

  read(start: number, end: number): Uint8Array {
    const length = end - start
    if (this.#room.byteLength < length) this.#room = Buffer.allocUnsafeSlow(length)
    const into = this.#room.subarray(0, length)
    reading(this.#path, () => {
      for (let done = 0; done < length;) {
        const count = readSync(this.#file, into, done, length - done, start + done)
        if (count === 0) throw new HubError('file.unreadable', `file ${this.#path} became shorter`)
        done += count
      }
    })
    return into
  }

  close(): void {
    closeSync(this.#file)
  }
}

/**
 * Writes a file whole or not at all: it appears, or is replaced, when all of it is written. Nothing is
 * left of it when its content ends in an error. What is no file, such as `/dev/stdout`, is written to
 * as it is.
 *
 * @param isPrivate true when only its owner may read it
 * @throws HubError `file.unwritable`; what the content throws
 */
export async function writeFile(
  path: string,
  content: (write: WriteBytes) => Promise<void> | void,
  { isPrivate }: { isPrivate: boolean },
): Promise<void> {
  const target = targetOf(path)
  if (target.isDevice) {
    await fill(path, { file: writing(path, () => openSync(path, 'w')), content })
    return
  }
  const random = randomBytes(6).toString('hex')
  const beside = join(dirname(target.path), `.${basename(target.path)}.${random}`)
  const mode = isPrivate ? 0o600 : 0o666
  try {
    await fill(path, { file: writing(path, () => openSync(beside, 'wx', mode)), content })
    writing(path, () => renameSync(beside, target.path))
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** Where a path leads, through symbolic links; the path itself when there is nothing yet. */
function targetOf(path: string): { path: string; isDevice: boolean } {
  const about = writing(path, () => statSync(path, { throwIfNoEntry: false }))
  if (about === undefined) return { path, isDevice: false }
  if (about.isDirectory()) throw new HubError('file.unwritable', `${path} is a folder`)
  return about.isFile()
    ? { path: writing(path, () => realpathSync(path)), isDevice: false }
    : { path, isDevice: true }
}

async function fill(
  path: string,
  { file, content }: { file: number; content: (write: WriteBytes) => Promise<void> | void },
): Promise<void> {
  try {
    await content((bytes) => writeAll(file, bytes, path))
  } finally {
    closeSync(file)
  }
}

function writeAll(file: number, bytes: Uint8Array, path: string): void {
  for (let done = 0; done < bytes.byteLength;) {
    done += writing(path, () => writeSync(file, bytes, done, bytes.byteLength - done))
  }
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof HubError) throw cause
    throw new HubError('file.unreadable', `file ${path} cannot be read: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

function writing<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (cause) {
    throw new HubError('file.unwritable', `file ${path} cannot be written: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

/** What Node's errors mean, for people. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is no folder',
  EROFS: 'the file system is read-only',
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return REASONS[code ?? ''] ?? message
}
