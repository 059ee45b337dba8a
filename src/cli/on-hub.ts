import type { Command } from 'commander'
import { withJson } from './commands.ts'

/** Adds what every command on a hub has. */
export function onHub(command: Command): Command {
  return withJson(command)
    .option('--data <folder>', 'the data folder of the hub (default ./data)')
    .option('--config <file>', 'the file with its settings (default sealpost.yaml)')
    .option('--database-url <url>', 'the PostgreSQL server that it uses, if not its own')
}
