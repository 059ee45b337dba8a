/**
 * The log: events with a fixed name (`thing.happened`) and fields, one JSON object a line.
 *
 * `error` means someone must act, `warn` someone should look, `info` one line per thing done.
 * Addresses may be logged; subjects, bodies, keys, tokens and passphrases never.
 */

import { pino } from 'pino'

/** What an event carries. */
export type LogFields = Record<string, unknown>

export interface Log {
  error(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  debug(event: string, fields?: LogFields): void
  /** A log that adds these fields to every event. */
  with(fields: LogFields): Log
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent'

/** A log that writes to standard error, so that standard output stays a command's own. */
export function openLog(level: LogLevel): Log {
  const out = pino.destination({ dest: 2, sync: false })
  return overPino(
    pino(
      {
        level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        messageKey: 'event',
        formatters: { level: (label) => ({ level: label }) },
        // An error's own words may hold what a stranger sent; the stack shows where.
        serializers: { error: pino.stdSerializers.err },
      },
      out,
    ),
  )
}

/** A log that keeps nothing. */
export const silentLog: Log = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  with() {
    return silentLog
  },
}

function overPino(logger: pino.Logger): Log {
  return {
    error: (event, fields) => logger.error(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    info: (event, fields) => logger.info(fields ?? {}, event),
    debug: (event, fields) => logger.debug(fields ?? {}, event),
    with: (fields) => overPino(logger.child(fields)),
  }
}
