/** Everything is reached by keyboard, and the focus is where it belongs. */

import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Look, openPage, startBrowser } from './support/browser.ts'
import { type InterfaceHub, setUp, signIn, startInterfaceHub } from './support/hub.ts'

let browser: Browser
let hub: InterfaceHub

beforeAll(async () => {
  ;[browser, hub] = await Promise.all([startBrowser(), startInterfaceHub()])
  await setUp(hub)
})

afterAll(async () => {
  await browser.close()
  await hub.close()
})

/** The first time its code is still to be loaded. */
const TIMES = [{ time: 'first' }, { time: 'second' }]

async function openPeople(look: Look = {}): Promise<Page> {
  const page = await openPage(browser, look)
  await signIn(page, hub)
  await page.goto(`${hub.url}/people`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

/** Whether the focus is on it or inside; waits, for dialogs take and give it with a delay. */
async function hasFocus(place: Locator): Promise<boolean> {
  const handle = await place.elementHandle()
  const isThere = place
    .page()
    .waitForFunction((element) => element?.contains(document.activeElement) === true, handle, {
      timeout: 5_000,
    })
  return isThere.then(
    () => true,
    () => false,
  )
}

test('the first key leads past the menu to what the page is about', async () => {
  const page = await openPeople()
  await page.keyboard.press('Tab')
  const skip = page.locator('a[href="#main"]')
  expect(await hasFocus(skip)).toBe(true)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await hasFocus(page.locator('#main'))).toBe(true)
})

test('M1: a dialog takes the focus, keeps it, and gives it back', async () => {
  const page = await openPeople()
  const button = page.getByRole('button', { name: 'Add person' })
  const dialog = page.getByRole('dialog', { name: 'Add person' })
  for (const { time } of TIMES) {
    await button.focus()
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    expect(await hasFocus(dialog), time).toBe(true)
    // Around it more than once.
    for (let tabs = 0; tabs < 30; tabs += 1) {
      await page.keyboard.press('Tab')
      expect(await hasFocus(dialog), `${time}, after ${tabs + 1}`).toBe(true)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await hasFocus(button), time).toBe(true)
  }
})

test('a menu is opened, gone through and left by keyboard', async () => {
  const page = await openPeople()
  const button = page.getByRole('button', { name: 'Your account' })
  const menu = page.getByRole('menu')
  for (const { time } of TIMES) {
    await button.focus()
    expect(await button.getAttribute('aria-haspopup'), time).toBe('menu')
    expect(await button.getAttribute('aria-expanded'), time).toBe('false')
    await page.keyboard.press('Enter')
    await menu.waitFor()
    expect(await button.getAttribute('aria-expanded'), time).toBe('true')
    expect(await hasFocus(menu), time).toBe(true)
    await page.keyboard.press('End')
    expect(await hasFocus(page.getByRole('menuitem', { name: 'Sign out' })), time).toBe(true)
    await page.keyboard.press('Escape')
    await menu.waitFor({ state: 'detached' })
    expect(await hasFocus(button), time).toBe(true)
  }
  await page.keyboard.press('Enter')
  await menu.waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${hub.url}/profile`)
})

test('the search over everything, and the menu of a phone, give the focus back', async () => {
  const page = await openPeople()
  const search = page.getByLabel('Name or address')
  await search.focus()
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog')
  await palette.getByRole('combobox').waitFor()
  expect(await hasFocus(palette)).toBe(true)
  await page.keyboard.press('Escape')
  await palette.waitFor({ state: 'detached' })
  expect(await hasFocus(search)).toBe(true)

  const phone = await openPeople({ width: 360 })
  const burger = phone.locator('header button[aria-expanded]').first()
  await burger.focus()
  await phone.keyboard.press('Enter')
  await phone.getByRole('dialog').waitFor()
  await phone.keyboard.press('Escape')
  await phone.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await hasFocus(burger)).toBe(true)
})
