import type { ZodType } from 'zod'
import { ApiProblem, problemOf, UNREACHABLE, UNREADABLE } from './problem.ts'

/** What stands behind the question mark; absent and empty values are left out. */
export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | null | undefined>
>

export interface Request<Reply> {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly query?: Query | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  /** Shape of the answer; without one the answer is not read. */
  readonly reply?: ZodType<Reply>
  readonly signal?: AbortSignal
  /** Neither asks to sign in again nor for the password: the caller deals with it. */
  readonly plain?: boolean
}

/** What the person is asked for in the middle of something; false when they would rather not. */
export interface Interruptions {
  signInAgain(): Promise<boolean>
  confirmPassword(): Promise<boolean>
  /** A second factor is asked of them from now on: nothing else goes on. */
  enrol(): void
}

/** An address below the origin with its query. */
export function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue
    for (const one of typeof value === 'object' ? value : [value]) search.append(name, String(one))
  }
  return search.size === 0 ? path : `${path}?${search}`
}

/**
 * Talks to the hub that served the page. Answers are parsed with the shapes of `src/contract/`.
 *
 * A request that was refused because the session ended, or because it is too long ago that the
 * password was entered, waits while the person is asked, and is then made again: a form that was
 * filled in is not lost.
 */
export class ApiClient {
  /** Proves that a change comes from a page of ours. */
  #csrfToken: string | undefined
  #interruptions: Interruptions | undefined

  /** As `GET /api/v1/session` tells it. */
  takeCsrfToken(token: string | undefined): void {
    this.#csrfToken = token
  }

  /** Who asks the person; without them a refused request simply fails. */
  interruptBy(interruptions: Interruptions | undefined): void {
    this.#interruptions = interruptions
  }

  /** @throws ApiProblem */
  async call<Reply = undefined>(path: string, request: Request<Reply> = {}): Promise<Reply> {
    const response = await this.#fetch(path, request)
    if (response.ok) return readReply(response, request.reply)
    const problem = await problemOf(response)
    if (request.plain !== true && (await this.#resolve(problem))) {
      const second = await this.#fetch(path, request)
      if (second.ok) return readReply(second, request.reply)
      throw await problemOf(second)
    }
    throw problem
  }

  /** Whether what was in the way of the request is out of it now. */
  async #resolve({ code }: ApiProblem): Promise<boolean> {
    if (code === 'session.not_recent')
      return (await this.#interruptions?.confirmPassword()) ?? false
    if (code === 'api.unauthenticated') return (await this.#interruptions?.signInAgain()) ?? false
    if (code === 'second_factor.required') this.#interruptions?.enrol()
    return false
  }

  async #fetch<Reply>(path: string, request: Request<Reply>): Promise<Response> {
    const { method = 'GET', query, body, signal } = request
    try {
      return await fetch(addressOf(path, query), {
        method,
        credentials: 'same-origin',
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(method !== 'GET' &&
            this.#csrfToken !== undefined && { 'x-csrf-token': this.#csrfToken }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      })
    } catch (error) {
      if (signal?.aborted === true) throw error
      throw new ApiProblem({ code: UNREACHABLE, status: 0, detail: String(error) })
    }
  }
}

async function readReply<Reply>(response: Response, shape?: ZodType<Reply>): Promise<Reply> {
  if (shape === undefined) return undefined as Reply
  const parsed = shape.safeParse(await response.json().catch(() => undefined))
  if (parsed.success) return parsed.data
  throw new ApiProblem({
    code: UNREADABLE,
    status: response.status,
    detail: parsed.error.issues
      .map(({ path, message }) => `${path.join('.')}: ${message}`)
      .join('; '),
  })
}
