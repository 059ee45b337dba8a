/** Turns at mailboxes as one process of a hub has them, with its presence among the others. */

import type { Clock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { type ConnectionSettings, openDatabase } from '../../src/db/connection.ts'
import { Signals } from '../../src/db/signals.ts'
import { MailboxTurns } from '../../src/delivery/graph/mailbox-turns.ts'
import { Presence } from '../../src/delivery/queue/presence.ts'

export interface TurnsOfProcess {
  readonly turns: MailboxTurns
  readonly stop: () => Promise<void>
}

export async function startTurns(
  connection: ConnectionSettings,
  clock: Clock,
): Promise<TurnsOfProcess> {
  const db = await openDatabase(connection, { log: silentLog })
  const signals = new Signals({ connection, log: silentLog })
  await signals.start()
  const presence = new Presence({ db, clock, log: silentLog })
  await presence.start({ alone: false })
  const processId = presence.id
  const turns = new MailboxTurns({ db, signals, clock, log: silentLog, processId })
  return {
    turns,
    async stop() {
      await turns.stop()
      await presence.stop()
      await signals.stop()
      await db.destroy()
    },
  }
}
