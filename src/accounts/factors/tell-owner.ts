import type { Transaction } from '../../db/connection.ts'

/** What the owner of an account should know, whoever did it. */
export type MethodChange =
  | 'second-factor-added'
  | 'second-factor-removed'
  | 'recovery-codes-made'
  | 'recovery-code-used'
  | 'sign-in-linked'

/** Sees to it, in the transaction of the change, that the account's owner will be told of it. */
export type TellOwner = (
  tx: Transaction,
  change: { accountId: string; what: MethodChange; at: Date },
) => Promise<void>
