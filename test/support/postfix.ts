/**
 * A real Postfix in a folder of its own: takes mail for `partner.test` on loopback and puts it into a
 * Maildir, or relays everything to another server. Needs root, as Postfix does.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runOk } from './peers.ts'
import { answering, freePort } from './ports.ts'

const NOBODY = 65534

export interface PostfixOptions {
  /** Offers STARTTLS with this key and certificate, both PEM files. */
  tls?: { keyFile: string; certificateFile: string }
  /** Hands everything on to this server instead of keeping it. */
  relayTo?: { host: string; port: number }
}

export interface Postfix {
  readonly port: number
  /** What has arrived, whole messages, in no order. */
  messages(): Buffer[]
  /** The log so far. */
  log(): string
  stop(): Promise<void>
}

/** Starts Postfix and waits until it answers. */
export async function startPostfix(options: PostfixOptions = {}): Promise<Postfix> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-postfix-'))
  chmodSync(folder, 0o755)
  for (const name of ['conf', 'queue', 'data', 'mail']) mkdirSync(join(folder, name))
  chownSync(join(folder, 'mail'), NOBODY, NOBODY)
  chownSync(join(folder, 'data'), Number(runOk(['id', '-u', 'postfix']).toString()), NOBODY)
  const port = await freePort()
  writeFileSync(join(folder, 'conf/main.cf'), mainCf(folder, options))
  writeFileSync(join(folder, 'conf/master.cf'), masterCf(port))
  // Makes the folders of the queue with the rights that Postfix wants.
  runOk(['/usr/sbin/postfix', '-c', join(folder, 'conf'), 'check'])
  const master = spawn('/usr/lib/postfix/sbin/master', ['-d', '-c', join(folder, 'conf')], {
    env: { ...process.env, MAIL_CONFIG: join(folder, 'conf'), MAIL_LOGTAG: 'postfix' },
    stdio: 'ignore',
  })
  const log = () => {
    const path = join(folder, 'postfix.log')
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  await answering(port, log)
  return {
    port,
    log,
    messages: () => mailIn(join(folder, 'mail/inbox/new')),
    async stop() {
      await ended(master)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function mainCf(folder: string, { tls, relayTo }: PostfixOptions): string {
  const lines = [
    'compatibility_level = 3.6',
    `queue_directory = ${folder}/queue`,
    `data_directory = ${folder}/data`,
    `maillog_file = ${folder}/postfix.log`,
    `maillog_file_prefixes = ${folder}`,
    'myhostname = mx.partner.test',
    'mydestination =',
    'alias_maps =',
    'local_recipient_maps =',
    'inet_interfaces = 127.0.0.1',
    'inet_protocols = ipv4',
    'smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination',
    'default_process_limit = 100',
    // The default answers a burst of one client with delays, and this client is a burst.
    'smtpd_client_connection_count_limit = 0',
  ]
  if (relayTo === undefined) {
    lines.push(
      'virtual_mailbox_domains = partner.test',
      `virtual_mailbox_base = ${folder}/mail`,
      'virtual_mailbox_maps = static:inbox/',
      `virtual_uid_maps = static:${NOBODY}`,
      `virtual_gid_maps = static:${NOBODY}`,
      'message_size_limit = 200000000',
      'virtual_mailbox_limit = 0',
    )
  } else {
    lines.push(`relayhost = [${relayTo.host}]:${relayTo.port}`)
  }
  if (tls !== undefined) {
    lines.push(
      'smtpd_tls_security_level = may',
      `smtpd_tls_key_file = ${tls.keyFile}`,
      `smtpd_tls_cert_file = ${tls.certificateFile}`,
      'smtpd_tls_loglevel = 1',
      'smtpd_tls_received_header = yes',
    )
  }
  return `${lines.join('\n')}\n`
}

function masterCf(port: number): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000 1 tlsmgr
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`
}

function mailIn(folder: string): Buffer[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).map((name) => readFileSync(join(folder, name)))
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  await exit
}
