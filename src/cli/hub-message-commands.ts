/** The commands about messages: `send`, `message`. */

import type { CommandGroup } from './commands.ts'
import type { HubOptions } from './hub-access.ts'
import type { ListOptions } from './hub-messages.ts'
import type { SendOptions } from './hub-send.ts'
import { onHub } from './on-hub.ts'

export const addMessageCommands: CommandGroup = (program, run) => {
  addSend(program, run)
  addMessage(program, run)
}

const addSend: CommandGroup = (program, run) => {
  onHub(program.command('send'))
    .description('hand a message over, to be signed, encrypted and delivered')
    .argument('<file>', 'the message, or - for standard input')
    .option('--from <address>', 'return path (default: the From field)')
    .option('--to <address...>', 'recipients (default: the To, Cc and Bcc fields)')
    .action(
      run.action<SendOptions>(async (order, surroundings) => {
        const { sendCommand } = await import('./hub-send.ts')
        return sendCommand(order, surroundings)
      }),
    )
}

const ORDERS = [
  { name: 'hold', about: 'keep what is not delivered yet from being tried' },
  { name: 'release', about: 'let go what is held; it is protected and checked anew' },
  { name: 'retry', about: 'try at once what waits or has failed' },
  { name: 'cancel', about: 'give up what is not delivered yet' },
] as const

const addMessage: CommandGroup = (program, run) => {
  const message = program
    .command('message')
    .description('messages: what became of them, and why')
    .helpCommand(false)
  onHub(message.command('list'))
    .description('list messages, newest first')
    .option(
      '--state <state>',
      'with a delivery that is waiting, held, delivered, failed or cancelled',
    )
    .option('--limit <number>', 'how many at most', '50')
    .option('--before <id>', 'older than this one')
    .action(
      run.action<ListOptions>(async (order, surroundings) => {
        const { listMessagesCommand } = await import('./hub-messages.ts')
        return listMessagesCommand(order, surroundings)
      }),
    )
  onHub(message.command('show'))
    .description('show one: its decision with reasons, each step, the dialogue with the server')
    .argument('<id>', 'as it was given when the message was taken')
    .action(
      run.action<HubOptions>(async (order, surroundings) => {
        const { showMessageCommand } = await import('./hub-messages.ts')
        return showMessageCommand(order, surroundings)
      }),
    )
  for (const { name, about } of ORDERS) {
    onHub(message.command(name))
      .description(about)
      .argument('<id>', 'the message')
      .action(
        run.action<HubOptions>(async (order, surroundings) => {
          const { orderMessageCommand } = await import('./hub-messages.ts')
          return orderMessageCommand(name, order, surroundings)
        }),
      )
  }
}
