/** The commands that work on a hub: `setup`, `serve`, `user`, `account`, `cert`, `credential`, `send`, `message`, `settings`, `demo`. */

import type { Command } from 'commander'
import { type CommandGroup, withJson } from './commands.ts'
import type { ResetLinkOptions } from './hub-accounts.ts'
import type { ShowOptions } from './hub-certificate-show.ts'
import type { AddUserOptions, ImportOptions } from './hub-certificates.ts'
import type { DemoOptions } from './hub-demo.ts'
import type { HubOptions } from './hub-access.ts'
import type { ListOptions } from './hub-messages.ts'
import type { SendOptions } from './hub-send.ts'
import type { ServeOptions } from './hub-serve.ts'
import { SERVE_OPTIONS } from './serve-options.ts'
import type { SettingsOptions } from './hub-settings.ts'
import type { SetupOptions } from './hub-setup.ts'

export const addHubCommands: CommandGroup = (program, run) => {
  addSetup(program, run)
  addServe(program, run)
  addUser(program, run)
  addCert(program, run)
  addAccount(program, run)
  addCredential(program, run)
  addSend(program, run)
  addMessage(program, run)
  addSettings(program, run)
  addDemo(program, run)
}

/** Adds what every command on a hub has. */
function onHub(command: Command): Command {
  return withJson(command)
    .option('--data <folder>', 'the data folder of the hub (default ./data)')
    .option('--config <file>', 'the file with its settings (default sealpost.yaml)')
    .option('--database-url <url>', 'the PostgreSQL server that it uses, if not its own')
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

const addUser: CommandGroup = (program, run) => {
  const user = program
    .command('user')
    .description('people of the organisation and their certificates')
    .helpCommand(false)
  onHub(user.command('add'))
    .description('issue a certificate for signing and one for encryption to a person')
    .argument('<address>', 'their mail address')
    .option('--name <name>', 'their name (default: what stands before the @)')
    .option('--key-type <type>', 'rsa-2048 (default), rsa-3072 or p-256')
    .action(
      run.action<AddUserOptions>(async (order, surroundings) => {
        const { addUserCommand } = await import('./hub-certificates.ts')
        return addUserCommand(order, surroundings)
      }),
    )
  onHub(user.command('list'))
    .description('list them')
    .action(
      run.action<HubOptions>(async (order, surroundings) => {
        const { listUsersCommand } = await import('./hub-certificates.ts')
        return listUsersCommand(order, surroundings)
      }),
    )
}

const addCert: CommandGroup = (program, run) => {
  const cert = program
    .command('cert')
    .description('certificates of people, partners and authorities')
    .helpCommand(false)
  onHub(cert.command('import'))
    .description("take partners' certificates: PEM, DER or P7B, told apart by content")
    .argument('<file...>', 'files; each may hold several')
    .option('--trust-authorities', 'believe everything that authorities in these files issue')
    .action(
      run.action<ImportOptions>(async (order, surroundings) => {
        const { importCertificatesCommand } = await import('./hub-certificates.ts')
        return importCertificatesCommand(order, surroundings)
      }),
    )
  onHub(cert.command('list'))
    .description('list them')
    .action(
      run.action<HubOptions>(async (order, surroundings) => {
        const { listCertificatesCommand } = await import('./hub-certificates.ts')
        return listCertificatesCommand(order, surroundings)
      }),
    )
  onHub(cert.command('show'))
    .description('show what one says, and whether it is used, and why')
    .argument(
      '[which]',
      "the beginning of its fingerprint, a mail address for all of it, or the root of the hub's own authority",
    )
    .option('--pem', 'print it as PEM')
    .action(
      run.action<ShowOptions>(async (order, surroundings) => {
        const { showCertificateCommand } = await import('./hub-certificate-show.ts')
        return showCertificateCommand(order, surroundings)
      }),
    )
}

const addAccount: CommandGroup = (program, run) => {
  const account = program
    .command('account')
    .description('people who sign in to the web interface')
    .helpCommand(false)
  onHub(account.command('reset-link'))
    .description('print a link to a new password, for whoever cannot sign in any more')
    .argument('<address>', 'whose account')
    .option(
      '--remove-second-factors',
      'take one-time codes, passkeys and recovery codes away, for whoever lost them all',
    )
    .action(
      run.action<ResetLinkOptions>(async (order, surroundings) => {
        const { resetLinkCommand } = await import('./hub-accounts.ts')
        return resetLinkCommand(order, surroundings)
      }),
    )
}

const addCredential: CommandGroup = (program, run) => {
  const credential = program
    .command('credential')
    .description('user names and secrets of programs that submit mail, by SMTP and HTTP')
    .helpCommand(false)
  onHub(credential.command('add'))
    .description('make one; user name and secret are printed this once')
    .argument('<name>', 'what it is for')
    .action(
      run.action<HubOptions>(async (order, surroundings) => {
        const { addCredentialCommand } = await import('./hub-credentials.ts')
        return addCredentialCommand(order, surroundings)
      }),
    )
  onHub(credential.command('list'))
    .description('list them, without secrets')
    .action(
      run.action<HubOptions>(async (order, surroundings) => {
        const { listCredentialsCommand } = await import('./hub-credentials.ts')
        return listCredentialsCommand(order, surroundings)
      }),
    )
  onHub(credential.command('revoke'))
    .description('let one be of no more use')
    .argument('<name>', 'as it was added')
    .action(
      run.action<HubOptions>(async (order, surroundings) => {
        const { revokeCredentialCommand } = await import('./hub-credentials.ts')
        return revokeCredentialCommand(order, surroundings)
      }),
    )
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
