/** What stands behind the pages of a running hub: its parts, as commands use them, and its database. */

import { systemClock } from '../../../src/base/clock.ts'
import { readConfig } from '../../../src/base/config.ts'
import { silentLog } from '../../../src/base/log.ts'
import type { CommandHub } from '../../../src/cli/hub-access.ts'
import { type HubDatabase, openHubDatabase } from '../../../src/db/hub-database.ts'
import { encodePem } from '../../../src/formats/pem.ts'
import { openForCommand } from '../../../src/hub.ts'
import type { InterfaceHub } from './hub.ts'

export const configOf = ({ data }: InterfaceHub) =>
  readConfig({ env: { SEALPOST_DATA: data }, folder: data })

export function commandOn(hub: InterfaceHub): Promise<CommandHub> {
  return openForCommand({ config: configOf(hub), log: silentLog, clock: systemClock })
}

export function databaseOf(hub: InterfaceHub): Promise<HubDatabase> {
  return openHubDatabase(configOf(hub), { log: silentLog, role: 'command' })
}

/** The root of the hub's authority, as PEM. */
export async function rootOf(hub: InterfaceHub): Promise<string> {
  await using command = await commandOn(hub)
  const { root } = await command.authority.get()
  return encodePem('CERTIFICATE', root.der)
}
