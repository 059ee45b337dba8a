/** A listener of the hub's HTTP server with handlers that keep what they are given. */

import type { Clock } from '../../src/base/clock.ts'
import { HubError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import type { SetupRequest } from '../../src/contract/setup.ts'
import type { Submission } from '../../src/messages/submission.ts'
import type { ApiHub } from '../../src/servers/api/api-hub.ts'
import { PublicAddress } from '../../src/base/public-address.ts'
import { ApiServer } from '../../src/servers/api/api-server.ts'
import type { Route } from '../../src/servers/api/route.ts'

export interface TestApi {
  server: ApiServer
  url: string
  accepted: Submission[]
  setups: SetupRequest[]
}

/** Takes the credential `app` / `secret` and the set-up token `token`. */
export async function startApi(
  hub: Partial<ApiHub> = {},
  {
    maxMessageBytes = 10_000,
    clock = { now: () => new Date() },
    publicUrl,
    trustedProxies = [],
    routes,
    webFolder,
  }: {
    maxMessageBytes?: number
    clock?: Clock
    publicUrl?: string
    trustedProxies?: readonly string[]
    routes?: readonly Route[]
    webFolder?: string
  } = {},
): Promise<TestApi> {
  const http = { host: '127.0.0.1', port: 0 }
  const accepted: Submission[] = []
  const setups: SetupRequest[] = []
  const server = new ApiServer(
    {
      ...http,
      sizeLimitBytes: maxMessageBytes,
      maxMessageBytes,
      trustedProxies,
      ...(webFolder === undefined ? {} : { webFolder }),
    },
    {
      clock,
      log: silentLog,
      publicAddress: new PublicAddress({ publicUrl, http, hostname: 'hub.test' }),
      ...(routes === undefined ? {} : { routes }),
      // A part that a test does not hand in is not there, and is not asked.
      hub: {
        authenticate: (user: string, secret: string) =>
          Promise.resolve(
            user === 'app' && secret === 'secret' ? { credential: 'credential-app' } : undefined,
          ),
        accept: (submission: Submission) => {
          accepted.push(submission)
          return Promise.resolve({ id: `message-${accepted.length}` })
        },
        sessions: { find: () => Promise.resolve(undefined) },
        tokens: { find: () => Promise.resolve(undefined) },
        callers: {
          again: (caller) => Promise.resolve(caller),
          onChange: () => () => undefined,
        },
        findMessage: () => Promise.resolve(undefined),
        readiness: () => Promise.resolve({ database: true }),
        isSetUp: () => Promise.resolve(setups.length > 0),
        accounts: undefined,
        completeSetup: (setup: SetupRequest) => {
          if (setup.token !== 'token') {
            return Promise.reject(
              new HubError('setup.link_invalid', 'the set-up link is not valid'),
            )
          }
          setups.push(setup)
          return Promise.resolve()
        },
        ...hub,
      } as Partial<ApiHub> as ApiHub,
    },
  )
  const { port } = await server.listen()
  return { server, url: `http://127.0.0.1:${port}`, accepted, setups }
}
