/** GnuPG's S/MIME tool `gpgsm` in a home of its own, as a peer of tests. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, runOk, type Finished } from './peers.ts'

const PASSPHRASE = 'secret'

export class GnuPg {
  readonly #home: string

  /** A home that trusts this root and asks nobody anything. */
  constructor(folder: string, rootCertificatePath: string) {
    this.#home = join(folder, 'gnupg')
    mkdirSync(this.#home, { mode: 0o700 })
    const fingerprint = runOk(
      ['openssl', 'x509', '-in', rootCertificatePath, '-noout', '-fingerprint', '-sha1'],
      {},
    )
    const trusted = fingerprint.toString().trim().split('=')[1] ?? ''
    writeFileSync(join(this.#home, 'trustlist.txt'), `${trusted} S relax\n`)
    writeFileSync(
      join(this.#home, 'gpgsm.conf'),
      'disable-crl-checks\nbatch\npinentry-mode loopback\n',
    )
    writeFileSync(join(this.#home, 'gpg-agent.conf'), 'allow-loopback-pinentry\n')
    this.ok(['--import', rootCertificatePath])
  }

  /** Takes in the key and certificate of `<path>.key` and `<path>.crt`. */
  importIdentity(path: string): void {
    // The oldest encoding: this gpgsm reads no PBES2.
    runOk(['openssl', 'pkcs12', '-export', '-legacy', '-inkey', `${path}.key`, '-in', `${path}.crt`,
      '-passout', `pass:${PASSPHRASE}`, '-out', `${path}.legacy.p12`]) // prettier-ignore
    this.ok(['--import', `${path}.legacy.p12`])
  }

  importCertificate(path: string): void {
    this.ok(['--import', `${path}.crt`])
  }

  /** Runs `gpgsm` to its end; the passphrase of its keys comes on standard input. */
  run(args: readonly string[]): Finished {
    return run(['gpgsm', '--homedir', this.#home, '--passphrase-fd', '0', ...args], {
      input: PASSPHRASE,
    })
  }

  ok(args: readonly string[]): Buffer {
    const { status, stdout, stderr } = this.run(args)
    if (status !== 0) throw new Error(`gpgsm ${args.join(' ')} ended with ${status}: ${stderr}`)
    return stdout
  }

  /** Ends the agent that gpgsm has started. */
  stop(): void {
    run(['gpgconf', '--homedir', this.#home, '--kill', 'all'])
  }
}
