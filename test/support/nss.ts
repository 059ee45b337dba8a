/** The S/MIME tool of Mozilla's NSS, `cmsutil`, with a database of its own, as a peer of tests. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { run, runOk, type Finished } from './peers.ts'

export class Nss {
  readonly #database: string

  /** A database that trusts this root for mail. */
  constructor(folder: string, rootCertificatePath: string) {
    const path = join(folder, 'nss')
    mkdirSync(path)
    this.#database = `sql:${path}`
    runOk(['certutil', '-N', '-d', this.#database, '--empty-password'])
    runOk(['certutil', '-A', '-d', this.#database, '-n', 'root', '-t', ',C,',
      '-i', rootCertificatePath]) // prettier-ignore
  }

  /** Takes in the key and certificate of `<path>.key` and `<path>.crt` under this name. */
  importIdentity(path: string, name: string): void {
    runOk(['openssl', 'pkcs12', '-export', '-inkey', `${path}.key`, '-in', `${path}.crt`,
      '-name', name, '-passout', 'pass:secret', '-out', `${path}.nss.p12`]) // prettier-ignore
    runOk(['pk12util', '-i', `${path}.nss.p12`, '-d', this.#database, '-W', 'secret', '-K', ''])
  }

  /** Runs `cmsutil` with this verb, such as `-D`, to its end. */
  run(verb: string, args: readonly string[]): Finished {
    return run(['cmsutil', verb, '-d', this.#database, ...args])
  }

  ok(verb: string, args: readonly string[]): Buffer {
    const { status, stdout, stderr } = this.run(verb, args)
    if (status !== 0) throw new Error(`cmsutil ${verb} ended with ${status}: ${stderr}`)
    return stdout
  }
}
