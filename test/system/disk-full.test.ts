/** A disk that fills up: mail is put off before the database is in danger, and taken again later. */

import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hubCommand, startHubProcess } from '../support/hub-process.ts'
import { needRoot, run } from '../support/peers.ts'
import { connectSmtp } from '../support/smtp-client.ts'
import { startSmtpSink } from '../support/smtp-sink.ts'

/** Room for a database, its log, and what is kept free of it. */
const DISK_MB = 400

test('a full disk puts mail off with 452, and nothing is wrong when there is room again', async (context) => {
  needRoot(context)
  const disk = mkdtempSync(join(tmpdir(), 'sealpost-disk-'))
  const mounted = run(['mount', '-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'sealpost', disk])
  if (mounted.status !== 0) context.skip(`no file system can be mounted here: ${mounted.stderr}`)
  onTestFinished(() => {
    run(['umount', '-l', disk])
    rmSync(disk, { recursive: true, force: true })
  })
  const sink = await startSmtpSink()
  onTestFinished(() => sink.close())
  const settings = { data: join(disk, 'data') }
  mkdirSync(settings.data)
  writeFileSync(join(disk, 'password'), 'correct horse battery staple\n')
  await hubCommand(
    settings,
    ...['setup', '--organization', 'Example', '--domain', 'example.org'],
    ...['--admin', 'admin@example.org', '--password-file', join(disk, 'password')],
    ...['--relay', `smtp://${sink.host}:${sink.port}?tls=none`],
  )
  const { credential } = await hubCommand<{ credential: { user: string; secret: string } }>(
    settings,
    ...['credential', 'add', 'app'],
  )
  const hub = await startHubProcess(settings)
  const submit = async () => {
    const client = await connectSmtp(hub.addresses.submissionAddress ?? '', credential)
    const content = 'From: ada@example.org\r\nTo: ben@partner.example\r\n\r\nhello\r\n'
    try {
      return await client.send({
        from: 'ada@example.org',
        to: ['ben@partner.example'],
        content,
      })
    } finally {
      client.close()
    }
  }
  try {
    await submit()
    await sink.received(1)

    const ballast = join(disk, 'ballast')
    const { bavail, bsize } = statfsSync(disk)
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 8 * 1024 * 1024))
    await vi.waitFor(() => expect(submit()).rejects.toThrow(/^452/), { timeout: 10_000 })
    expect(sink.messages.length).toBeLessThanOrEqual(2)

    rmSync(ballast)
    await vi.waitFor(() => submit(), { timeout: 10_000 })
    await vi.waitFor(() => expect(sink.messages.at(-1)?.content).toBeDefined())
  } finally {
    expect(await hub.stop()).toBe(0)
  }
})
