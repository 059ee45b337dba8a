/** The words of AUTH (RFC 4954): what a client says of who it is. Nothing is checked here. */

import { HubError } from '../../base/errors.ts'

export interface Login {
  readonly user: string
  readonly secret: string
}

/**
 * Reads a log-in by PLAIN (RFC 4616) or LOGIN. `ask` sends a challenge, in base64, and gives the
 * client's line; undefined when the client has gone, and so is the log-in then.
 *
 * @throws HubError `smtp.mechanism_unknown`, `smtp.authentication_malformed`,
 * `smtp.authentication_cancelled`
 */
export async function readLogin(
  { mechanism, initialResponse }: { mechanism: string; initialResponse?: string },
  ask: (challenge: string) => Promise<string | undefined>,
): Promise<Login | undefined> {
  if (mechanism === 'PLAIN') {
    const response = initialResponse ?? (await ask(''))
    return response === undefined ? undefined : parsePlain(response)
  }
  if (mechanism !== 'LOGIN') throw new HubError('smtp.mechanism_unknown', 'unknown mechanism')
  const user = initialResponse ?? (await ask('VXNlcm5hbWU6'))
  if (user === undefined) return undefined
  const userText = decodeResponse(user)
  const secret = await ask('UGFzc3dvcmQ6')
  if (secret === undefined) return undefined
  return { user: userText, secret: decodeResponse(secret) }
}

/** `authorize as`, user and secret, NUL between. Acting for someone else is not offered. */
function parsePlain(response: string): Login {
  const [actFor, user, secret, ...rest] = decodeResponse(response).split('\0')
  if (actFor === undefined || user === undefined || secret === undefined || rest.length > 0) {
    throw malformed()
  }
  if (user === '' || (actFor !== '' && actFor !== user)) throw malformed()
  return { user, secret }
}

function decodeResponse(response: string): string {
  if (response === '*') throw new HubError('smtp.authentication_cancelled', 'cancelled')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(response)) {
    throw malformed()
  }
  return Buffer.from(response, 'base64').toString('utf8')
}

function malformed(): HubError {
  return new HubError('smtp.authentication_malformed', 'a log-in has user and secret in base64')
}
