/** Header fields of every reply that leave a browser little to do with it. */

import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** What is no page may do nothing at all. Pages set a policy of their own. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

const PERMISSIONS = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
]
  .map((each) => `${each}=()`)
  .join(', ')

const YEAR_SECONDS = 365 * 24 * 60 * 60

/** HSTS only when people open the hub by https: on plain http it means nothing, and could lock out. */
export async function setSecurityHeaders(
  app: FastifyInstance,
  { isHttps }: { isHttps: boolean },
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: isHttps && { maxAge: YEAR_SECONDS, includeSubDomains: true },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    originAgentCluster: true,
    xFrameOptions: { action: 'deny' },
  })
  app.addHook('onSend', async (_, reply) => {
    if (!reply.hasHeader('content-security-policy')) {
      reply.header('content-security-policy', NO_PAGE)
    }
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    reply.header('permissions-policy', PERMISSIONS)
  })
}
