import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeViolations, openPage, overflows, startBrowser } from './support/browser.ts'

let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
})

afterAll(() => browser.close())

test('axe finds what is wrong with a page', async () => {
  const page = await openPage(browser)
  await page.setContent(
    '<!doctype html><html lang="en"><title>T</title><main><h1>H</h1><img src="data:,"></main>',
  )
  expect(await axeViolations(page)).toEqual(['image-alt: Images must have alternative text: img'])
})

test('text that runs over its box, and a page that is too wide, are found', async () => {
  const page = await openPage(browser, { width: 360 })
  await page.setContent(
    '<!doctype html><main><p style="width: 60px">incomprehensibilities</p><p>short</p><div style="width: 400px; height: 1px"></div></main>',
  )
  expect(await overflows(page)).toEqual([
    'the page is 408 px wide in 360',
    'p “incomprehensibilities”',
  ])
})
