/** The commands about who takes part: `user`, `cert`, `account`, `credential`. */

import type { CommandGroup } from './commands.ts'
import type { HubOptions } from './hub-access.ts'
import type { ResetLinkOptions } from './hub-accounts.ts'
import type { ShowOptions } from './hub-certificate-show.ts'
import type { AddUserOptions, ImportOptions } from './hub-certificates.ts'
import { onHub } from './on-hub.ts'

export const addPeopleCommands: CommandGroup = (program, run) => {
  addUser(program, run)
  addCert(program, run)
  addAccount(program, run)
  addCredential(program, run)
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
