/** Every route of the API, in the order in which the OpenAPI document lists them. */

import { ACCOUNT_ROUTES } from './account-routes.ts'
import { MAIL_CONFIGURATION_ROUTES } from './mail-configuration-routes.ts'
import { MAIL_TEST_ROUTES } from './mail-test-routes.ts'
import { listAudit, verifyAudit } from './audit-routes.ts'
import { showHealth, showReadiness } from './health-routes.ts'
import { listMessages } from './message-list-routes.ts'
import { orderMessage, orderMessages } from './message-order-routes.ts'
import { sendMessage, showMessage } from './message-routes.ts'
import {
  listNotifications,
  previewNotification,
  sendNotificationSample,
  showNotificationPage,
} from './notification-routes.ts'
import { showOverview } from './overview-routes.ts'
import { POLICY_CONTROL_ROUTES } from './policies/policy-control-routes.ts'
import { retryQueue, showQueue } from './queue-routes.ts'
import type { Route } from './route.ts'
import { completeSetup } from './setup-routes.ts'
import { SIGN_IN_ROUTES } from './sign-in-routes.ts'
import { showSystem } from './system-routes.ts'

export const ROUTES: readonly Route[] = [
  ...MAIL_CONFIGURATION_ROUTES,
  ...MAIL_TEST_ROUTES,
  ...POLICY_CONTROL_ROUTES,
  sendMessage,
  showMessage,
  listAudit,
  verifyAudit,
  showSystem,
  listNotifications,
  previewNotification,
  showNotificationPage,
  sendNotificationSample,
  listMessages,
  orderMessage,
  orderMessages,
  showQueue,
  retryQueue,
  showOverview,
  completeSetup,
  ...ACCOUNT_ROUTES,
  ...SIGN_IN_ROUTES,
  showHealth,
  showReadiness,
]
