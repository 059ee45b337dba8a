/** `sealpost smime …`: works on files alone, with no hub and no database. */

import { type CommandGroup, withBatch } from './commands.ts'

export const addSmimeCommands: CommandGroup = (program, run) => {
  const smime = program
    .command('smime')
    .description('sign, encrypt, verify and decrypt messages in files')
    .helpCommand(false)

  withBatch(smime.command('inspect'))
    .description('show the structure of a message: parts, layers, algorithms, signers, recipients')
    .argument('<file>', 'the message, or - for standard input')
    .action(
      run.action(async (order, surroundings) => {
        const { inspectCommand } = await import('./smime-inspect.ts')
        return inspectCommand(order, surroundings)
      }),
    )
}
