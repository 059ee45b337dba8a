/** Messages, the queue and the overview in a real browser, with a mail server that first will not. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { axeViolations, openPage, overflows, startBrowser } from './support/browser.ts'
import { setUp, signIn, startInterfaceHub } from './support/hub.ts'

const LATER = '451 4.7.1 Greylisted, come back later'

let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
})

afterAll(() => browser.close())

/** Hands a message over as whoever is signed in. */
function send(page: Page, to: readonly string[]): Promise<number> {
  return page.evaluate(async (recipients) => {
    const session = (await (await fetch('/api/v1/session')).json()) as { csrfToken: string }
    const reply = await fetch('/api/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken },
      body: JSON.stringify({
        from: 'ada@example.org',
        to: recipients,
        subject: 'plans',
        text: 'noon',
      }),
    })
    return reply.status
  }, to)
}

async function mustBeSound(page: Page) {
  expect(await axeViolations(page)).toEqual([])
  expect(await overflows(page)).toEqual([])
}

test('M3: a message that waits is found, held, released and delivered, on its pages alone', async () => {
  const hub = await startInterfaceHub()
  onTestFinished(() => hub.close())
  await setUp(hub)
  hub.sink.setFaults({ reply: { rcpt: (line) => (line.includes('ben@') ? LATER : undefined) } })
  const page = await openPage(browser)
  await signIn(page, hub)
  expect(await send(page, ['ben@partner.example'])).toBe(202)
  expect(await send(page, ['carol@elsewhere.example'])).toBe(202)

  await page.goto(`${hub.url}/messages`)
  const rows = page.getByRole('table', { name: 'Messages' }).locator('tbody tr')
  await page.getByLabel('State', { exact: true }).selectOption('waiting')
  await rows.filter({ hasText: 'ben@partner.example' }).getByText('Waiting').waitFor()
  expect(new URL(page.url()).search).toBe('?state=waiting')
  await page.getByLabel('Address, domain or Message-ID').fill('partner.example')
  await page.waitForURL(/search=partner\.example/)
  await expect.poll(() => rows.count()).toBe(1)
  await mustBeSound(page)

  await rows.first().getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: 'Message from ada@example.org' }).waitFor()
  await page.getByText('Greylisted, come back later').first().waitFor({ timeout: 20_000 })
  await mustBeSound(page)
  await page.getByRole('button', { name: 'Hold', exact: true }).click()
  await page.getByText('Held for 1 recipient.').waitFor()

  await page.goto(`${hub.url}/overview`)
  await page.getByRole('link', { name: '1 message is held' }).click()
  await page.waitForURL(/state=held/)
  await rows.first().getByRole('link').click()
  hub.sink.setFaults({})
  await page.getByRole('button', { name: 'Release', exact: true }).click()
  await page
    .getByRole('list', { name: 'Timeline' })
    .getByText('Delivered to ben@partner.example')
    .waitFor({ timeout: 30_000 })
  expect(hub.sink.messages.map(({ recipients }) => recipients.join())).toContain(
    'ben@partner.example',
  )
})

test('M3: the queue says what servers answered, and all of it is tried again at once', async () => {
  const hub = await startInterfaceHub()
  onTestFinished(() => hub.close())
  await setUp(hub)
  hub.sink.setFaults({ reply: { rcpt: LATER } })
  const page = await openPage(browser, { width: 360 })
  await signIn(page, hub)
  expect(await send(page, ['ben@partner.example', 'bo@partner.example'])).toBe(202)
  await page.goto(`${hub.url}/queue`)
  const answers = page.getByRole('table', { name: 'Last answers' })
  await answers.getByText('Greylisted, come back later').waitFor({ timeout: 30_000 })
  expect(await answers.locator('tbody tr').count()).toBe(1)
  await mustBeSound(page)
  hub.sink.setFaults({})
  await page.getByRole('button', { name: 'Retry all now' }).click()
  await page.getByText('2 deliveries are tried now.').waitFor()
  await page.getByText('Nothing waits and nothing is held').waitFor({ timeout: 30_000 })
})
