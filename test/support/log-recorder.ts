/** Everything that is logged, at every level, as text. */

import type { Log, LogFields } from '../../src/base/log.ts'

export interface LogRecorder {
  readonly log: Log
  text(): string
}

export function openLogRecorder(): LogRecorder {
  const lines: string[] = []
  const note = (event: string, fields?: LogFields) => {
    const plain = JSON.stringify(fields, (_key, value: unknown) =>
      value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value,
    )
    lines.push(`${event} ${plain}`)
  }
  const log: Log = { error: note, warn: note, info: note, debug: note, with: () => log }
  return { log, text: () => lines.join('\n') }
}
