/** States of pages that their address alone does not show, in any language. */

import type { Page } from 'playwright-core'
import type { FilledHub } from './filled-hub.ts'
import { MAIL_STATES } from './mail-states.ts'
import { answering, type ShownState } from './shown-state.ts'

const MESSAGE_STATES = ['delivered', 'failed', 'waiting', 'held', 'cancelled'] as const

/** Buttons are found by where they are: their words differ. */
const firstButton = (page: Page) => page.locator('main button').first().click()
const dialog = (page: Page) => page.locator('[role=dialog]').last().waitFor()

/** What the session of somebody who may see mail, and not how it is sent, says of an unchecked server. */
const unchecked =
  ({ mayChange }: { mayChange: boolean }) =>
  (page: Page) =>
    answering<{ notices: string[]; permissions: string[] }>(page, '/api/v1/session', (session) => ({
      ...session,
      notices: ['mail.accepts_invalid_certificate', 'mail.accepts_wrong_host_name'],
      permissions: session.permissions.filter(
        (each) => mayChange || !each.startsWith('mail-configuration.'),
      ),
    }))

export const STATES: readonly ShownState[] = [
  ...MESSAGE_STATES.map((state) => ({
    page: '/messages/$id',
    state,
    address: ({ messages }: FilledHub) => `/messages/${messages[state]}`,
    arrange: unfold,
  })),
  {
    page: '/messages/$id',
    state: 'erased',
    address: ({ erasedId }) => `/messages/${erasedId}`,
  },
  {
    page: '/messages/$id',
    state: 'alarm',
    address: ({ messages }) => `/messages/${messages.held}`,
    before: (page, { messages }) =>
      answering<{ timeline: object[] }>(page, `/api/v1/messages/${messages.held}`, (message) => ({
        ...message,
        timeline: [
          ...message.timeline,
          {
            at: new Date().toISOString(),
            step: 'alarm',
            copy: 0,
            because: 'the second opinion: not_encrypted',
          },
        ],
      })),
    arrange: unfold,
  },
  {
    page: '/messages/$id',
    state: 'cancel',
    address: ({ messages }) => `/messages/${messages.held}`,
    async arrange(page) {
      // *Release*, then *Cancel delivery*.
      await page.locator('main button').nth(1).click()
      await dialog(page)
    },
  },
  ...[true, false].map((mayChange) => ({
    page: '/messages',
    state: mayChange ? 'unchecked TLS' : 'unchecked TLS for an auditor',
    address: () => '/messages?state=held',
    before: unchecked({ mayChange }),
  })),
  {
    page: '/messages/$id',
    state: 'unchecked TLS for an auditor',
    address: ({ messages }) => `/messages/${messages.held}`,
    before: unchecked({ mayChange: false }),
  },
  {
    page: '/messages',
    state: 'selected',
    address: () => '/messages?state=held,waiting&via=api',
    arrange: (page) => page.locator('main tbody input[type=checkbox]').first().check(),
  },
  { page: '/messages', state: 'no match', address: () => '/messages?search=nobody.example' },
  {
    page: '/overview',
    state: 'tables',
    address: () => '/overview?hours=720',
    async arrange(page) {
      for (const button of await page.locator('main section button[aria-expanded]').all()) {
        await button.click()
      }
    },
  },
  {
    page: '/people',
    state: 'add',
    address: () => '/people',
    async arrange(page) {
      await firstButton(page)
      await dialog(page)
    },
  },
  {
    page: '/people/$id',
    state: 'edit',
    address: ({ personId }) => `/people/${personId}`,
    arrange: (page) => page.locator('main form button').first().click(),
  },
  {
    page: '/profile',
    state: 'password',
    address: () => '/profile',
    arrange: (page) => page.locator('main section button').last().click(),
  },
  ...['authenticator', 'token'].map((state) => ({
    page: '/profile/security',
    state,
    address: () => '/profile/security',
    async arrange(page: Page) {
      const buttons = page.locator('main section button')
      await (state === 'token' ? buttons.last() : buttons.first()).click()
      await dialog(page)
    },
  })),
  {
    page: '/settings/notifications',
    state: 'one',
    address: () => '/settings/notifications?name=password-reset',
  },
  {
    page: '/settings/sign-in',
    state: 'edit',
    address: () => '/settings/sign-in',
    arrange: (page) => page.locator('main form button').first().click(),
  },
  {
    page: '/system/audit',
    state: 'checked and unfolded',
    address: () => '/system/audit',
    async arrange(page) {
      await firstButton(page)
      await page.locator('main [role=note]').first().waitFor()
      await page.locator('main tbody summary').first().click()
    },
  },
  {
    page: '/overview',
    state: 'palette',
    address: () => '/overview',
    async arrange(page) {
      await page.keyboard.press('Control+k')
      await dialog(page)
    },
  },
  {
    page: '/sign-in',
    state: 'refused',
    isPublic: true,
    address: () => '/sign-in',
    async arrange(page) {
      await page.locator('input[name=address]').fill('nobody@example.org')
      await page.locator('input[name=password]').fill('not the password')
      await page.locator('form [type=submit]').click()
      await page.locator('[role=alert]').waitFor()
    },
  },
  {
    page: '/password-reset',
    state: 'asked for',
    isPublic: true,
    address: () => '/password-reset',
    async arrange(page) {
      await page.locator('input[name=address]').fill('nobody@example.org')
      await page.locator('form [type=submit]').click()
      await page.locator('form').waitFor({ state: 'detached' })
    },
  },
  ...MAIL_STATES,
]

/** Everything that is folded. */
async function unfold(page: Page): Promise<void> {
  await page.locator('main details').evaluateAll((folds) => {
    for (const fold of folds) (fold as HTMLDetailsElement).open = true
  })
}
