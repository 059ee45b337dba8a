/** A page in a state that its address alone does not show. */

import type { Page } from 'playwright-core'
import type { FilledHub } from './filled-hub.ts'

export interface ShownState {
  /** As in the list of pages. */
  readonly page: string
  readonly state: string
  /** For nobody in particular. */
  readonly isPublic?: boolean
  address(hub: FilledHub): string
  /** Before the page is opened. */
  before?(page: Page, hub: FilledHub): Promise<void>
  /** Once it is there; words differ by language, so elements are found by what they are. */
  arrange?(page: Page): Promise<void>
}

/** Changes what the hub answers at a path, for what takes long or needs a fault of its own to come about. */
export async function answering<Body>(
  page: Page,
  path: string,
  change: (body: Body) => object,
): Promise<void> {
  await page.route(
    ({ pathname }) => pathname === path,
    async (route) => {
      if (route.request().method() !== 'GET') return route.continue()
      const response = await route.fetch()
      return route.fulfill({ response, json: change((await response.json()) as Body) })
    },
  )
}
