/** States of the e-mail configuration: a form for each type, a test at each point, versions. */

import type { Page } from 'playwright-core'
import { answering, type ShownState } from './shown-state.ts'

const PATH = '/api/v1/mail-configuration'

/** What is chosen of *Authentication type*, and of whose tokens; each option has a value of its own place. */
const WAYS: readonly {
  readonly state: string
  readonly type: string
  readonly provider?: number
}[] = [
  { state: 'edit', type: 'smtp' },
  { state: 'edit, Microsoft', type: 'microsoft' },
  { state: 'edit, XOAUTH2 of Microsoft', type: 'smtp-oauth', provider: 0 },
  { state: 'edit, Google service account', type: 'smtp-oauth', provider: 1 },
  { state: 'edit, Google refresh token', type: 'smtp-oauth', provider: 2 },
]

async function edit(page: Page): Promise<void> {
  await page.locator('main form button').first().click()
  await page.locator('main form [type=submit]').waitFor()
}

interface Answer {
  readonly values: object
  readonly lastTest: { readonly stages: readonly { readonly name: string }[] } | null
}

/** The last test, as it was when its third stage was running. */
function running({ lastTest, ...view }: Answer): object {
  if (lastTest === null) throw new Error('there was no test')
  return {
    ...view,
    lastTest: {
      ...lastTest,
      state: 'running',
      finishedAt: null,
      outcome: null,
      stages: lastTest.stages.map((stage, at) =>
        at < 2
          ? stage
          : { name: stage.name, state: at === 2 ? 'running' : 'waiting', transcript: [] },
      ),
    },
  }
}

export const MAIL_STATES: readonly ShownState[] = [
  ...WAYS.map(({ state, type, provider }) => ({
    page: '/settings/mail',
    state,
    address: () => '/settings/mail',
    async arrange(page: Page) {
      await edit(page)
      const group = page.locator('main form [role=radiogroup]')
      await group.first().locator(`input[value="${type}"]`).check()
      if (provider !== undefined) {
        await group.nth(1).locator('input[type=radio]').nth(provider).check()
      }
      await page.locator('main details').evaluateAll((folds) => {
        for (const fold of folds) (fold as HTMLDetailsElement).open = true
      })
    },
  })),
  {
    page: '/settings/mail',
    state: 'with mistakes',
    address: () => '/settings/mail',
    async arrange(page) {
      await edit(page)
      await page.locator('main [name=host]').fill('')
      await page.locator('main [name=senderAddress]').fill('nobody')
      await page.locator('main form [type=submit]').click()
      await page.locator('main form [aria-invalid=true]').first().waitFor()
    },
  },
  {
    page: '/settings/mail',
    state: 'test running',
    address: () => '/settings/mail',
    before: (page) => answering(page, PATH, running),
  },
  {
    page: '/settings/mail',
    state: 'test passed',
    address: () => '/settings/mail',
    async arrange(page) {
      const panel = page.locator('section[aria-labelledby=mail-test]')
      await panel.locator('button').first().click()
      await panel.locator('[role=status], [role=note]').first().waitFor()
      await page.waitForFunction(() => {
        const button = document.querySelector('section[aria-labelledby=mail-test] button')
        return button instanceof HTMLButtonElement && !button.disabled
      })
    },
  },
  {
    page: '/settings/mail',
    state: 'unchecked TLS',
    address: () => '/settings/mail',
    before: (page) =>
      answering<Answer>(page, PATH, ({ values, ...view }) => ({
        ...view,
        values: {
          ...values,
          ...{ encryption: 'starttls-required' },
          ...{ acceptInvalidCertificate: true, acceptWrongHostName: true },
        },
        warnings: ['accepts_invalid_certificate', 'accepts_wrong_host_name'].map((name) => ({
          ...{ path: name, code: `mail.${name}`, params: {} },
        })),
      })),
  },
  {
    page: '/settings/mail/history',
    state: 'roll back',
    address: () => '/settings/mail/history?version=1',
    async arrange(page) {
      await page
        .locator('main section section button, main section[aria-label] button')
        .last()
        .click()
      await page.locator('[role=dialog] table').waitFor()
    },
  },
]
