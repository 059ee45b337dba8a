/** A new hub: started with nothing, set up by its link, serving without another start. */

import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hubCommand, startHubProcess } from '../support/hub-process.ts'
import { parseAddress } from '../support/smtp-client.ts'

/** What the listener offers. */
function greetingOf(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(parseAddress(address))
    let said = ''
    socket.on('error', reject)
    socket.on('close', () => resolve(said))
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()))
    socket.write('EHLO client.test\r\nQUIT\r\n')
  })
}

test('the printed link sets a hub up once, and from then on it takes mail with STARTTLS', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-setup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const settings = { data: join(folder, 'data') }
  const hub = await startHubProcess(settings)
  onTestFinished(async () => expect(await hub.stop()).toBe(0))
  const { setupLink = '', webAddress = '', submissionAddress = '' } = hub.addresses
  expect(await greetingOf(submissionAddress)).not.toContain('STARTTLS')

  const token = new URL(setupLink).searchParams.get('token')
  const setUp = () =>
    fetch(`${webAddress}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        token,
        organization: 'Example',
        domain: 'example.org',
        adminAddress: 'admin@example.org',
        adminPassword: 'correct horse battery staple',
      }),
    })
  expect((await fetch(setupLink, { headers: { accept: 'text/html' } })).status).toBe(200)
  expect((await setUp()).status).toBe(200)
  expect((await setUp()).status).toBeGreaterThanOrEqual(400)
  expect((await fetch(`${webAddress}/readyz`)).status).toBe(200)

  const { settings: shown } = await hubCommand<{ settings: { domains: string[] } }>(
    settings,
    ...['settings', 'show'],
  )
  expect(shown.domains).toEqual(['example.org'])
  await vi.waitFor(async () => expect(await greetingOf(submissionAddress)).toContain('STARTTLS'), {
    timeout: 5_000,
    interval: 200,
  })

  await expect(startHubProcess(settings)).rejects.toThrow('hub.already_running')
})
