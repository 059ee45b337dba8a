/** A listener of the hub's HTTP server with handlers that keep what they are given. */

import type { Clock } from '../../src/base/clock.ts'
import { HubError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import type { SetupRequest } from '../../src/contract/setup.ts'
import type { Submission } from '../../src/messages/submission.ts'
import type { ApiHandlers } from '../../src/servers/api/api-handlers.ts'
import { ApiServer } from '../../src/servers/api/api-server.ts'

export interface TestApi {
  server: ApiServer
  url: string
  accepted: Submission[]
  setups: SetupRequest[]
}

/** Takes the credential `app` / `secret` and the set-up token `token`. */
export async function startApi(
  handlers: Partial<ApiHandlers> = {},
  {
    maxMessageBytes = 10_000,
    clock = { now: () => new Date() },
  }: { maxMessageBytes?: number; clock?: Clock } = {},
): Promise<TestApi> {
  const accepted: Submission[] = []
  const setups: SetupRequest[] = []
  const server = new ApiServer(
    { host: '127.0.0.1', port: 0, sizeLimitBytes: maxMessageBytes, maxMessageBytes },
    {
      clock,
      log: silentLog,
      handlers: {
        authenticate: (user, secret) =>
          Promise.resolve(
            user === 'app' && secret === 'secret' ? { credential: 'credential-app' } : undefined,
          ),
        accept: (submission) => {
          accepted.push(submission)
          return Promise.resolve({ id: `message-${accepted.length}` })
        },
        findMessage: () => Promise.resolve(undefined),
        readiness: () => Promise.resolve({ database: true }),
        isSetUp: () => Promise.resolve(setups.length > 0),
        completeSetup: (setup) => {
          if (setup.token !== 'token') {
            return Promise.reject(
              new HubError('setup.link_invalid', 'the set-up link is not valid'),
            )
          }
          setups.push(setup)
          return Promise.resolve()
        },
        ...handlers,
      },
    },
  )
  const { port } = await server.listen()
  return { server, url: `http://127.0.0.1:${port}`, accepted, setups }
}
