/** Every route of the API, in the order in which the OpenAPI document lists them. */

import { showHealth, showReadiness } from './health-routes.ts'
import { sendMessage, showMessage } from './message-routes.ts'
import type { Route } from './route.ts'
import { completeSetup } from './setup-routes.ts'

export const ROUTES: readonly Route[] = [
  sendMessage,
  showMessage,
  completeSetup,
  showHealth,
  showReadiness,
]
