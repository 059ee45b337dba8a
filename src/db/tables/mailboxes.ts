/** Rows of mailboxes of Graph: how many requests are under way is counted over all processes. */

import type { Generated } from 'kysely'

/** A mailbox that was sent from. */
export interface MailboxTable {
  /** Graph, application and mailbox. */
  key: string
  /** Until then Graph asked to be left alone; by the database's clock. */
  pausedUntil: Generated<Date>
}

/** A place in the queue at a mailbox: the first ones have their turn. */
export interface MailboxTurnTable {
  ticket: Generated<number>
  mailbox: string
  /** Whose it is. It counts no longer once that process is gone. */
  processId: string
}

export interface MailboxTables {
  mailbox: MailboxTable
  mailboxTurn: MailboxTurnTable
}
