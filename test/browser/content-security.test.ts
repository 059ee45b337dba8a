/** The web interface as it is built, under the content security policy that the hub sends. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { WEB_FOLDER } from '../../src/servers/api/web-app.ts'
import { openPage, startBrowser } from './support/browser.ts'
import { startInterfaceHub } from './support/hub.ts'

test('the page shows itself under the policy, which stops what is not the hub’s', async () => {
  expect(existsSync(join(WEB_FOLDER, 'index.html')), 'npm ci builds the web interface').toBe(true)
  const hub = await startInterfaceHub()
  onTestFinished(() => hub.close())
  const browser = await startBrowser()
  onTestFinished(() => browser.close())
  const page = await openPage(browser)
  const reply = await page.goto(hub.url)
  expect(reply?.headers()['content-security-policy']).toContain("default-src 'none'")
  await page.locator('#root :not(style)').first().waitFor()
  expect(await page.evaluate(() => document.querySelectorAll('style').length)).toBeGreaterThan(0)

  const other = await browser.newPage()
  await other.goto(hub.url)
  const refused = await other.evaluate(async () => {
    const outcomes: string[] = []
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      outcomes.push(effectiveDirective)
    })
    try {
      const script = document.createElement('script')
      script.text = 'window.ran = true'
      document.body.append(script)
    } catch {
      outcomes.push('text is no script')
    }
    const image = document.createElement('img')
    await new Promise((resolve) => {
      image.addEventListener('error', resolve)
      image.src = 'https://evil.example/pixel'
      document.body.append(image)
    })
    return { outcomes, ran: 'ran' in window }
  })
  expect(refused.ran).toBe(false)
  expect(refused.outcomes).toEqual(expect.arrayContaining(['text is no script', 'img-src']))
})
