import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { hasNodeCode } from './errors.ts'

/**
 * Makes a folder, and those above it that are missing, for their owner alone. One that is there stays
 * as it is.
 *
 * Not by `mkdirSync` with `recursive`: where a file system answers ENOENT to mkdir itself, as /proc
 * does, that tries for ever (Node 24).
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (hasNodeCode(error, 'EEXIST') && statSync(path).isDirectory()) return
    if (!hasNodeCode(error, 'ENOENT') || existsSync(dirname(path))) throw error
    makeFolder(dirname(path))
    makeFolder(path)
  }
}
