import { type DatabaseConnection, PostgresDriver } from 'kysely'
import { asDatabaseError } from './failures.ts'

type Execute = DatabaseConnection['executeQuery']

/** Kysely's driver, whose failures that are not the query's own carry the hub's names. */
export class TranslatingDriver extends PostgresDriver {
  readonly #translating = new WeakSet<DatabaseConnection>()

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection().catch(rethrow)
    if (!this.#translating.has(connection)) {
      const execute = connection.executeQuery.bind<Execute>(connection)
      connection.executeQuery = <Row>(...query: Parameters<Execute>) =>
        execute<Row>(...query).catch(rethrow)
      this.#translating.add(connection)
    }
    return connection
  }
}

function rethrow(error: unknown): never {
  throw asDatabaseError(error)
}
