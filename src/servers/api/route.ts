/**
 * What a route of the API is: a value that says what it takes, who may call it and what it gives.
 * `api-server.ts` serves it, `openapi.ts` describes it.
 */

import type { z } from 'zod'
import type { SubmittingClient } from '../../messages/submission.ts'
import type { ApiAccount, ApiHandlers } from './api-handlers.ts'

/** What an account may do. `public` is for everybody, also without an account. */
export type Permission = 'public' | 'messages.send' | 'messages.read'

/** Who calls: nobody is known on a public route. */
type AccountFor<P extends Permission> = P extends 'public' ? undefined : ApiAccount

export interface RouteRequest<P extends Permission, Query, Body> {
  readonly account: AccountFor<P>
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  /** The JSON body; undefined when the body is of the route's `rawType`. */
  readonly body: Body
  /** The body as it came. */
  readonly bytes: Uint8Array
  /** Media type of the body in lower case, without parameters. */
  readonly mediaType: string
  /** The request as a client of the hub, and its own name for the request. */
  readonly client: SubmittingClient
  readonly idempotencyKey: string | undefined
  /** SHA-256 in hex of query, media type and body. */
  readonly digest: string
}

export interface RouteReply {
  readonly status: number
  /** JSON. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface RouteDefinition<P extends Permission, Query, Body> {
  readonly method: 'GET' | 'POST'
  /** With `:name` for parameters. */
  readonly path: string
  readonly summary: string
  readonly permission: P
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  /** A media type that is taken as it is, beside or instead of JSON. */
  readonly rawType?: string
  /** Small for forms, as large as mail where mail is taken. */
  readonly bodySize?: 'small' | 'message'
  /** Shape of each good reply, by status. */
  readonly replies: Readonly<Record<number, z.ZodType>>
  handle(request: RouteRequest<P, Query, Body>, hub: ApiHandlers): Promise<RouteReply>
}

/** A route whose types are checked and no longer needed. */
export type Route = Omit<RouteDefinition<Permission, unknown, unknown>, 'handle'> & {
  handle(request: RouteRequest<Permission, unknown, unknown>, hub: ApiHandlers): Promise<RouteReply>
}

/** Declares a route. Without a permission it does not compile. */
export function route<P extends Permission, Query = undefined, Body = undefined>(
  definition: RouteDefinition<P, Query, Body>,
): Route {
  // The server parses query and body by the route's own schemas and finds the account first.
  return definition
}
