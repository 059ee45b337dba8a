/** The commands that work on a hub: `setup`, `serve`, `user`, `account`, `cert`, `credential`, `send`, `message`, `settings`, `demo`. */

import { type CommandGroup, withJson } from './commands.ts'
import type { HubOptions } from './hub-access.ts'
import type { DemoOptions } from './hub-demo.ts'
import { addMessageCommands } from './hub-message-commands.ts'
import { addPeopleCommands } from './hub-people-commands.ts'
import type { ServeOptions } from './hub-serve.ts'
import type { SettingsOptions } from './hub-settings.ts'
import type { SetupOptions } from './hub-setup.ts'
import { onHub } from './on-hub.ts'
import { SERVE_OPTIONS } from './serve-options.ts'

export const addHubCommands: CommandGroup = (program, run) => {
  addSetup(program, run)
  addServe(program, run)
  addPeopleCommands(program, run)
  addMessageCommands(program, run)
  addSettings(program, run)
  addDemo(program, run)
}

const addSetup: CommandGroup = (program, run) => {
  onHub(program.command('setup'))
    .description('set a hub up: organisation, administrator, way out, certificate authority')
    .option('--organization <name>', 'name of the organisation')
    .option('--domain <domain...>', 'domains whose mail is its own')
    .option('--admin <address>', 'mail address of the first administrator')
    .option(
      '--password-file <file>',
      "file with the administrator's password, or - for standard input",
    )
    .option(
      '--relay <url>',
      'the mail server that takes all mail: smtp://HOST:PORT[?tls=none|opportunistic|required|implicit]; opportunistic when not said',
    )
    .option('--relay-user <user>', 'user name at that server')
    .option('--relay-password-file <file>', 'file with the password at that server')
    .option(
      '--relay-roots <file>',
      "roots (PEM) that its certificate is verified by, if not this machine's",
    )
    .action(
      run.action<SetupOptions>(async (order, surroundings) => {
        const { setupCommand } = await import('./hub-setup.ts')
        return setupCommand(order, surroundings)
      }),
    )
}

const addServe: CommandGroup = (program, run) => {
  const serve = withJson(program.command('serve')).description('run the hub')
  serve.option('--config <file>', 'the file with its settings (default sealpost.yaml)')
  for (const [flag, about] of SERVE_OPTIONS) serve.option(flag, about)
  serve.action(
    run.action<ServeOptions>(async (order, surroundings) => {
      const { serveCommand } = await import('./hub-serve.ts')
      return serveCommand(order, surroundings)
    }),
  )
}

const addSettings: CommandGroup = (program, run) => {
  const settings = program
    .command('settings')
    .description('settings of the organisation')
    .helpCommand(false)
  onHub(settings.command('show'))
    .description('show them')
    .action(
      run.action<HubOptions>(async (order, surroundings) => {
        const { showSettingsCommand } = await import('./hub-settings.ts')
        return showSettingsCommand(order, surroundings)
      }),
    )
  onHub(settings.command('set'))
    .description('change some of them; the others stay')
    .option('--organization <name>', 'name of the organisation')
    .option('--domain <domain...>', 'all domains whose mail is its own')
    .option('--relay <url>', 'the mail server that takes all mail: smtp://HOST:PORT[?tls=…]')
    .option('--relay-user <user>', 'user name at that server; empty for none')
    .option('--relay-password-file <file>', 'file with the password at that server')
    .option(
      '--relay-roots <file>',
      "roots (PEM) that its certificate is verified by; empty for this machine's",
    )
    .option(
      '--encryption <outcome>',
      'all-or-refuse, each-or-bounce, all-or-clear, each-or-clear or never',
    )
    .option('--retention-days <days>', 'how long contents are kept')
    .option('--known-relay <network...>', 'all networks of mail servers that need not log in')
    .option('--size-limit <bytes>', 'largest message that is taken, such as 50M')
    .action(
      run.action<SettingsOptions>(async (order, surroundings) => {
        const { setSettingsCommand } = await import('./hub-settings.ts')
        return setSettingsCommand(order, surroundings)
      }),
    )
}

const addDemo: CommandGroup = (program, run) => {
  withJson(program.command('demo'))
    .description('show a message on its way, with a hub in a temporary folder')
    .option('--once', 'end when it has arrived; exit status 0 when all was as it should be')
    .action(
      run.action<DemoOptions>(async (order, surroundings) => {
        const { demoCommand } = await import('./hub-demo.ts')
        return demoCommand(order, surroundings)
      }),
    )
}
