/** Failures of the database that are not the fault of a query, under the hub's names. */

import { HubError, hasNodeCode } from '../base/errors.ts'

/**
 * SQLSTATEs and classes of a server that cannot serve just now (PostgreSQL manual, appendix A):
 * connection exceptions, too many connections or no memory, shutdown, crash, start-up, and a
 * standby that may not write.
 */
const UNAVAILABLE = /^(08...|53200|53300|57P0[1235]|25006)$/

/** Disk full; and I/O errors whose text says so, for want of a code of their own. */
const DISK_FULL = '53100'

/** What the driver says, without a code, of a connection that died or never came. */
const LOST = [
  'Connection terminated',
  'Client has encountered a connection error',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client was closed',
  'Postgres connection has been discarded',
]

const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]

/**
 * The error as `database.unavailable` (try again) or `storage.full` (someone must make room) when
 * it is one of these; any other comes back unchanged, such as a broken constraint, which the
 * caller knows how to name.
 */
export function asDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof HubError) return error
  const state = sqlState(error)
  if (state === DISK_FULL || /No space left on device/.test(error.message)) {
    return new HubError('storage.full', 'the disk of the database is full', { cause: error })
  }
  if (
    (state !== undefined && UNAVAILABLE.test(state)) ||
    hasNodeCode(error, ...NETWORK) ||
    LOST.some((start) => error.message.startsWith(start))
  ) {
    return new HubError('database.unavailable', 'the database does not answer just now', {
      cause: error,
    })
  }
  return error
}

function sqlState(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
    ? error.code
    : undefined
}
