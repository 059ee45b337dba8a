/**
 * A process of a hub that sends by Graph, to be run beside a test and killed by it. Its argument is
 * JSON: the database, the way out, and how many messages; it says what became of each.
 */

import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import type { ConnectionSettings } from '../../src/db/connection.ts'
import { GraphTransport } from '../../src/delivery/graph/graph-transport.ts'
import type { GraphMailRoute } from '../../src/delivery/mail-route.ts'
import { TokenCache } from '../../src/delivery/oauth/token-cache.ts'
import { startTurns } from './mailbox-turns.ts'

const { connection, route, count } = JSON.parse(process.argv[2] ?? '') as {
  connection: ConnectionSettings
  route: GraphMailRoute
  count: number
}
const clock = systemClock
const { turns, stop } = await startTurns(connection, clock)
const tokens = new TokenCache({ clock })
const transport = new GraphTransport(route, { clock, log: silentLog, tokens, turns })
const reports = await Promise.all(
  Array.from({ length: count }, () =>
    transport.deliver({
      from: 'hub@example.org',
      recipients: ['ada@example.org'],
      content: new TextEncoder().encode(
        'From: hub@example.org\r\nTo: ada@example.org\r\n\r\nhello\r\n',
      ),
      smtpUtf8: false,
      eightBit: false,
    }),
  ),
)
await stop()
process.stdout.write(JSON.stringify(reports.map(({ recipients }) => recipients[0]?.is)))
