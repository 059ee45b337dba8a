/** `sealpost serve`: runs a hub until it is told to stop. */

import type { Order } from './commands.ts'
import { startOf } from './hub-access.ts'
import { type Reply, write } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

export type ServeOptions = Readonly<Record<string, string | undefined>>

/** Says where it can be reached, and ends by SIGTERM or SIGINT, with what is under way finished. */
export async function serveCommand(
  { options: { json: _, ...options }, isJson }: Order<ServeOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const start = startOf(options, surroundings)
  for (const variable of start.config.unknownVariables) {
    start.log.warn('config.unknown_variable', { variable })
  }
  const told = untilTold()
  const { startHub } = await surroundings.hubs()
  const hub = await startHub(start)
  const { webAddress, submissionAddress, relayAddress, setupLink } = hub
  const said = isJson
    ? [JSON.stringify({ webAddress, submissionAddress, relayAddress, setupLink })]
    : [
        ...(webAddress === undefined ? [] : [`web and API    ${webAddress}`]),
        ...(submissionAddress === undefined ? [] : [`submission     ${submissionAddress}`]),
        ...(relayAddress === undefined ? [] : [`relay          ${relayAddress}`]),
        ...(setupLink === undefined
          ? []
          : ['', 'This hub is not set up yet. Open this link, once, within a day:', setupLink]),
      ]
  await write(surroundings.stdout, `${said.join('\n')}\n`)
  const signal = await told
  start.log.info('hub.stopping', { signal })
  await hub.stop()
  return { isYes: true, json: {}, lines: [] }
}

/** The signal that ends it. A second one ends it at once. */
function untilTold(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => resolve(signal))
    }
  })
}
