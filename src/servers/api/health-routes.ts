/** Routes for whoever watches the hub. */

import { Health, Readiness } from '../../contract/health.ts'
import { route } from './route.ts'

export const showHealth = route({
  method: 'GET',
  path: '/healthz',
  summary: 'Whether the process lives',
  permission: 'public',
  replies: { 200: Health },
  handle: () => Promise.resolve({ status: 200, body: { status: 'ok' } }),
})

export const showReadiness = route({
  method: 'GET',
  path: '/readyz',
  summary: 'Whether the hub can do its work now',
  permission: 'public',
  replies: { 200: Readiness, 503: Readiness },
  async handle(_, hub) {
    const checks = await hub.readiness()
    const isReady = Object.values(checks).every(Boolean)
    return {
      status: isReady ? 200 : 503,
      body: { status: isReady ? 'ready' : 'not_ready', checks },
    }
  },
})
