import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type HubSettings, hubCommand, startHubProcess } from '../support/hub-process.ts'
import { needPrograms, needRoot, runOk, temporaryFolder } from '../support/peers.ts'
import { startPostfix } from '../support/postfix.ts'
import {
  CA_EXTENSIONS,
  type MadeCertificate,
  makeCertificate,
  personExtensions,
} from '../support/test-pki.ts'

const MESSAGES = 5

test('M12: smtp-source hands mail over in clear, Postfix gets it signed and encrypted over verified TLS, OpenSSL reads it', async (context) => {
  needRoot(context)
  needPrograms(context, 'postfix', 'smtp-source', 'openssl')
  const folder = temporaryFolder()
  const { partnerRoot, bob, mailServer } = makePki(folder)
  const postfix = await startPostfix({
    tls: { keyFile: `${mailServer.path}.key`, certificateFile: `${mailServer.path}.crt` },
  })
  onTestFinished(() => postfix.stop())
  const hub: HubSettings = {
    data: join(folder, 'data'),
    env: { SEALPOST_LOG_LEVEL: 'error', SEALPOST_SMTP_RELAY: '127.0.0.1:0' },
  }
  writeFileSync(join(folder, 'password'), 'correct horse battery staple\n')
  await hubCommand(
    hub,
    ...['setup', '--organization', 'Example', '--domain', 'example.org'],
    ...['--admin', 'admin@example.org', '--password-file', join(folder, 'password')],
    ...['--relay', `smtp://127.0.0.1:${postfix.port}?tls=required`],
    ...['--relay-roots', `${partnerRoot.path}.crt`],
  )
  await hubCommand(hub, 'settings', 'set', '--known-relay', '127.0.0.1')
  await hubCommand(hub, 'user', 'add', 'ada@example.org')
  await hubCommand(hub, 'cert', 'import', `${bob.path}.crt`)
  const running = await startHubProcess(hub)
  onTestFinished(async () => void (await running.stop()))

  runOk(['/usr/sbin/smtp-source', '-m', `${MESSAGES}`, '-f', 'ada@example.org', '-t',
    'bob@partner.test', '-F', entityFile(folder), running.addresses.relayAddress?.replace('smtp://', '') ?? '']) // prettier-ignore

  await expect.poll(() => postfix.messages().length, { timeout: 20_000 }).toBe(MESSAGES)
  const root = await hubRoot(hub, folder)
  for (const message of postfix.messages()) {
    expect(message.toString('latin1')).toMatch(/using TLSv1\.[23]/)
    expect(message.toString('latin1')).not.toContain('at nine')
    const signed = runOk(['openssl', 'cms', '-decrypt', '-recip', `${bob.path}.crt`, '-inkey',
      `${bob.path}.key`], { input: message }) // prettier-ignore
    const content = runOk(['openssl', 'cms', '-verify', '-CAfile', root, '-purpose', 'smimesign'], {
      input: signed,
    })
    expect(content.toString()).toContain('at nine')
  }
})

/** A partner with a CA, a certificate for mail and one for the mail server. */
function makePki(folder: string): Record<'partnerRoot' | 'bob' | 'mailServer', MadeCertificate> {
  const partnerRoot = makeCertificate(folder, {
    name: 'partner-root',
    subject: '/CN=Partner Root',
    extensions: CA_EXTENSIONS,
  })
  const bob = makeCertificate(folder, {
    name: 'bob',
    subject: '/CN=Bob',
    issuer: partnerRoot,
    extensions: personExtensions('bob@partner.test'),
  })
  const mailServer = makeCertificate(folder, {
    name: 'mail-server',
    subject: '/CN=127.0.0.1',
    issuer: partnerRoot,
    extensions: ['subjectAltName=IP:127.0.0.1', 'extendedKeyUsage=serverAuth'],
  })
  return { partnerRoot, bob, mailServer }
}

/** The message that smtp-source sends again and again: whole, with its header. */
function entityFile(folder: string): string {
  const path = join(folder, 'message.eml')
  writeFileSync(
    path,
    'From: Ada <ada@example.org>\nTo: Bob <bob@partner.test>\nSubject: Friday\n\nThe board meets at nine.\n',
  )
  return path
}

/** The root of the hub's own authority, as a file. */
async function hubRoot(hub: HubSettings, folder: string): Promise<string> {
  const path = join(folder, 'hub-root.pem')
  const { certificate } = await hubCommand<{ certificate: { pem: string } }>(hub, 'cert', 'show')
  writeFileSync(path, certificate.pem)
  return path
}
