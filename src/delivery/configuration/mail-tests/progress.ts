import type { Log } from '../../../base/log.ts'
import type { MailStage } from '../../../contract/mail-stages.ts'
import type { Database } from '../../../db/connection.ts'
import { sendSignal } from '../../../db/signals.ts'
import * as store from './store.ts'

/**
 * Writes the stages of a test down and signals it, one time after the other: what changes while they
 * are written goes with the next. `tell` says that they changed; `end` waits for what is being written.
 */
export function progressOf(
  id: string,
  stages: readonly MailStage[],
  { db, log }: { db: Database; log: Log },
) {
  let isDue = false
  let writing: Promise<void> | undefined
  const write = async () => {
    while (isDue) {
      isDue = false
      await db.transaction().execute(async (tx) => {
        await store.updateStages(tx, { id, stages })
        await sendSignal(tx, 'mail_test', id)
      })
    }
  }
  const tell = () => {
    isDue = true
    writing ??= write()
      .catch((error: unknown) => log.warn('mail_test.not_written', { id, error }))
      .finally(() => {
        writing = undefined
      })
  }
  return { tell, end: async () => writing }
}
