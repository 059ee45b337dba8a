/** The API as somebody who is signed in uses it, without a browser. */

export interface ApiReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The text as JSON; undefined when it is none. */
  readonly body: unknown
}

export interface ApiSession {
  readonly cookie: string
  readonly csrfToken: string
  call(method: string, path: string, body?: unknown): Promise<ApiReply>
  /** As `call`, and gives the body; throws when the answer is not a good one. */
  done<Body = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Body>
}

/** Signs in with a password; whoever has a second factor gives it by `call`. */
export async function signInByApi(
  url: string,
  { address, password }: { address: string; password: string },
): Promise<ApiSession> {
  const session = sessionOf(url, { cookie: '', csrfToken: '' })
  const { headers, body, text } = await session.call('POST', '/api/v1/session', {
    address,
    password,
  })
  const cookie = (headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
  if (cookie === '') throw new Error(`${address} could not sign in: ${text}`)
  const { csrfToken = '' } = body as { csrfToken?: string }
  return sessionOf(url, { cookie, csrfToken })
}

function sessionOf(
  url: string,
  { cookie, csrfToken }: { cookie: string; csrfToken: string },
): ApiSession {
  const call = async (method: string, path: string, body?: unknown): Promise<ApiReply> => {
    const reply = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie !== '' && { cookie, 'x-csrf-token': csrfToken }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    return { status: reply.status, headers: reply.headers, text, body: parsed(text) }
  }
  return {
    cookie,
    csrfToken,
    call,
    async done<Body>(method: string, path: string, body?: unknown) {
      const reply = await call(method, path, body)
      if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`)
      return reply.body as Body
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // A page, an event stream, or nothing.
    return undefined
  }
}
