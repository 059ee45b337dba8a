/** `sealpost registry …`: works on files alone, with no hub and no database. */

import { type CommandGroup, withBatch } from './commands.ts'
import type { ConvertOptions } from './registry-convert.ts'

export const addRegistryCommands: CommandGroup = (program, run) => {
  const registry = program
    .command('registry')
    .description('convert files of registry settings')
    .helpCommand(false)

  withBatch(registry.command('convert'))
    .description('make Registry.xml, registry.pol or a .reg file from another, by their extensions')
    .argument('<in>', 'a file that ends in .xml, .pol or .reg')
    .argument('<out>', 'the file to write, with another of these ends')
    .option(
      '--hive <name>',
      'HKLM or HKCU, of registry.pol; by a folder Machine or User in its path if not given',
    )
    .action(
      run.action<ConvertOptions>(async (order, surroundings) => {
        const { convertCommand } = await import('./registry-convert.ts')
        return convertCommand(order, surroundings)
      }),
    )
}
