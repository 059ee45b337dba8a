import type { Transaction } from '../../db/connection.ts'
import type { PolicyKey } from '../policy-kind.ts'

/** Others may read the policy meanwhile; who changes it waits. */
export async function keepPolicy(tx: Transaction, { kind, name }: PolicyKey): Promise<void> {
  await tx
    .selectFrom('policy')
    .select('id')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('isTemplate', '=', false)
    .where('state', '<>', 'destroyed')
    .forShare()
    .execute()
}
