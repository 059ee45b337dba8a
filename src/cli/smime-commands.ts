/** `sealpost smime …`: works on files alone, with no hub and no database. */

import type { Command } from 'commander'
import { type CommandGroup, withBatch } from './commands.ts'
import type { DecryptOptions, OpenOptions, VerifyOptions } from './smime-open.ts'
import type { EncryptOptions, SignOptions } from './smime-protect.ts'

export const addSmimeCommands: CommandGroup = (program, run) => {
  const smime = program
    .command('smime')
    .description('sign, encrypt, verify and decrypt messages in files')
    .helpCommand(false)

  withBatch(withOut(withKeys(smime.command('sign'))))
    .description('sign a MIME message')
    .argument('<file>', 'the message, or - for standard input')
    .option('--chain <file...>', 'CA certificates that travel with the signature')
    .option('--opaque', 'put the content inside of the signature')
    .option('--scheme <name>', 'rsa-sha256, rsa-pss-sha256, ecdsa-sha384…; by the key if not given')
    .action(
      run.action<SignOptions>(async (order, surroundings) => {
        const { signCommand } = await import('./smime-protect.ts')
        return signCommand(order, surroundings)
      }),
    )

  withBatch(withOut(smime.command('encrypt')))
    .description('encrypt a MIME message to certificates')
    .argument('<file>', 'the message, or - for standard input')
    .option('--to <cert...>', 'certificates of those who can read it')
    .option('--cipher <name>', 'aes-128, aes-192 or aes-256, with -gcm or -cbc', 'aes-256-gcm')
    .option('--oaep', 'encrypt keys to RSA certificates with OAEP')
    .action(
      run.action<EncryptOptions>(async (order, surroundings) => {
        const { encryptCommand } = await import('./smime-protect.ts')
        return encryptCommand(order, surroundings)
      }),
    )

  withBatch(withTrust(smime.command('verify')))
    .description('exit 0 only if the whole message is validly signed by the address in its From')
    .argument('<file>', 'the message, or - for standard input')
    .action(
      run.action<VerifyOptions>(async (order, surroundings) => {
        const { verifyCommand } = await import('./smime-open.ts')
        return verifyCommand(order, surroundings)
      }),
    )

  withBatch(withOut(withKeys(smime.command('decrypt'))))
    .description('decrypt the outermost layer of encryption')
    .argument('<file>', 'the message, or - for standard input')
    .option('--all', 'decrypt every layer')
    .option('--legacy', 'accept old algorithms where they can be read at all')
    .action(
      run.action<DecryptOptions>(async (order, surroundings) => {
        const { decryptCommand } = await import('./smime-open.ts')
        return decryptCommand(order, surroundings)
      }),
    )

  withBatch(withOut(withTrust(withKeys(smime.command('open')))))
    .description('decrypt all layers, then verify')
    .argument('<file>', 'the message, or - for standard input')
    .option('--all', 'is what open does anyway')
    .action(
      run.action<OpenOptions>(async (order, surroundings) => {
        const { openCommand } = await import('./smime-open.ts')
        return openCommand(order, surroundings)
      }),
    )

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

function withKeys(command: Command): Command {
  return command
    .option('--key <file...>', 'private keys: PEM or DER')
    .option('--cert <file...>', 'their certificates')
    .option('--pfx <file...>', 'private keys with certificates: PKCS#12')
    .option('--passphrase-file <file>', 'holds the passphrase of the keys')
}

function withTrust(command: Command): Command {
  return command
    .option('--trust <file...>', 'certificates that are trusted: PEM, DER or P7B')
    .option('--chain <file...>', 'further certificates that paths may go through')
    .option('--crl <file...>', 'revocation lists')
    .option('--at <time>', 'the moment to judge at: ISO 8601, or now', 'now')
    .option('--no-address-binding', 'whoever signed may have signed it, whatever From says')
    .option('--legacy', 'accept SHA-1, short RSA keys and other old algorithms')
}

function withOut(command: Command): Command {
  return command.option('--out <file>', 'where the result goes; standard output if not given')
}
