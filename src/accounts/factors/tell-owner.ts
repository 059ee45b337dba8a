import type { Transaction } from '../../db/connection.ts'
import type { AccountChange } from '../notices.ts'

/** Sees to it, in the transaction of the change, that the account's owner will be told of it. */
export type TellOwner = (
  tx: Transaction,
  change: { accountId: string; what: AccountChange; at: Date },
) => Promise<void>
