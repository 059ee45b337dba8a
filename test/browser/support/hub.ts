/** A whole hub with its own database, a mail server to deliver to, and people who use its pages. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import PostalMime from 'postal-mime'
import { expect } from 'vitest'
import { type HubProcess, startHubProcess } from '../../support/hub-process.ts'
import { type SinkOptions, type SmtpSink, startSmtpSink } from '../../support/smtp-sink.ts'
import { makeTlsIdentity, type TlsIdentity } from '../../support/tls-identity.ts'

/** The first administrator, once the hub is set up. */
export const ADMIN = {
  address: 'ada@example.org',
  name: 'Ada Lovelace',
  password: 'correct horse battery staple',
} as const

export interface InterfaceHub {
  readonly process: HubProcess
  /** Where it keeps everything; commands join it there. */
  readonly data: string
  /** Where its pages are. */
  readonly url: string
  /** One-time link of a hub that is not set up. */
  readonly setupLink: string
  /** Takes mail on a port with STARTTLS, from user `hub` with password `geheim`. */
  readonly sink: SmtpSink
  readonly tls: TlsIdentity
  /** The text of the newest mail to an address, once there are `count` of them. */
  mailTo(address: string, count?: number): Promise<{ subject: string; text: string }>
  close(): Promise<void>
}

/** Starts a hub that nobody has set up yet. */
export async function startInterfaceHub({
  sink: sinkOptions = {},
  env = {},
}: { sink?: SinkOptions; env?: Readonly<Record<string, string>> } = {}): Promise<InterfaceHub> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-interface-'))
  const tls = makeTlsIdentity()
  const sink = await startSmtpSink({ tls, users: { hub: 'geheim' }, ...sinkOptions })
  const data = join(folder, 'data')
  const hub = await startHubProcess({ data, env })
  const { setupLink = '', webAddress = '' } = hub.addresses
  return {
    process: hub,
    data,
    url: setupLink === '' ? webAddress : new URL(setupLink).origin,
    setupLink,
    sink,
    tls,
    async mailTo(address, count = 1) {
      const toThem = () => sink.messages.filter(({ recipients }) => recipients.includes(address))
      await expect.poll(() => toThem().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count)
      const { subject = '', text = '' } = await PostalMime.parse(
        Buffer.from(toThem().at(-1)?.content ?? new Uint8Array()),
      )
      return { subject, text }
    },
    async close() {
      await hub.stop()
      await sink.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Sets the hub up by its API, as the page does; for tests that are about something else. */
export async function setUp(hub: InterfaceHub): Promise<void> {
  const token = new URL(hub.setupLink).searchParams.get('token')
  const reply = await fetch(`${hub.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token,
      organization: 'Example',
      domain: 'example.org',
      adminAddress: ADMIN.address,
      adminName: ADMIN.name,
      adminPassword: ADMIN.password,
      relay: `smtp://127.0.0.1:${hub.sink.port}?tls=none`,
    }),
  })
  expect(reply.status, await reply.text()).toBe(200)
}

/** Signs somebody in by the page; leaves it where they come to. */
export async function signIn(
  page: Page,
  hub: InterfaceHub,
  { address, password }: { address: string; password: string } = ADMIN,
): Promise<void> {
  await page.goto(`${hub.url}/sign-in`)
  await page.locator('input[name=address]').fill(address)
  await page.locator('input[name=password]').fill(password)
  await page.locator('form button[type=submit]').click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

/** The first link of a mail that leads to the hub. */
export function linkIn(text: string, hub: InterfaceHub): string {
  const link = text.split(/\s+/).find((word) => word.startsWith(hub.url))
  if (link === undefined) throw new Error(`the mail has no link to ${hub.url}: ${text}`)
  return link
}
