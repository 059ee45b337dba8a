/**
 * What a route of the API is: a value that says what it takes, who may call it and what it gives.
 * `api-server.ts` serves it, `openapi.ts` describes it.
 */

import { z } from 'zod'
import type { Permission } from '../../contract/permissions.ts'
import type { SubmittingClient } from '../../messages/submission.ts'
import type { ApiHub } from './api-hub.ts'
import type { AccountCaller, CredentialCaller } from './caller.ts'
import type { CookieToSet } from './cookies.ts'
import type { ServerEvent } from './event-stream.ts'

/** What a route asks for. `public` is for everybody, also without signing in. */
export type RoutePermission = Permission | 'public'

/** Who calls: on a public route perhaps somebody who signed in, perhaps nobody. */
type CallerFor<P extends RoutePermission, Credentials extends boolean> = P extends 'public'
  ? AccountCaller | undefined
  : Credentials extends true
    ? AccountCaller | CredentialCaller
    : AccountCaller

export interface RouteRequest<P extends RoutePermission, Credentials extends boolean, Query, Body> {
  readonly caller: CallerFor<P, Credentials>
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
  /** What the program calls itself, shortened; unverified. */
  readonly userAgent: string | undefined
  /** What the session cookie holds, also of a session that is over or not complete. */
  readonly sessionToken: string | undefined
  /** The value of another cookie of ours, by its short name. */
  cookie(name: string): string | undefined
  /** Of the event stream that broke off. */
  readonly lastEventId: string | undefined
  /** Aborted when the client is gone, or a stream of events has to end. */
  readonly gone: AbortSignal
  readonly idempotencyKey: string | undefined
  /** SHA-256 in hex of query, media type and body. */
  readonly digest: string
}

interface AnyReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly CookieToSet[]
}

/** JSON, or nothing with status 204. */
export interface BodyReply extends AnyReply {
  readonly body?: unknown
}

/** Status 303 or 302. */
export interface RedirectReply extends AnyReply {
  readonly redirect: string
}

/** Server-sent events, until the iterable ends or the client goes away. */
export interface EventsReply extends AnyReply {
  readonly events: AsyncIterable<ServerEvent>
}

export type RouteReply = BodyReply | RedirectReply | EventsReply

/** The shape of a reply without a body: `replies: { 204: nothing }`. */
export const nothing = z.undefined()

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RouteDefinition<
  P extends RoutePermission,
  Credentials extends boolean,
  Query,
  Body,
> {
  readonly method: Method
  /** With `:name` for parameters. */
  readonly path: string
  readonly summary: string
  readonly permission: P
  /** Programs with a credential may call it too. */
  readonly credentials?: Credentials
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  /** A media type that is taken as it is, beside or instead of JSON. */
  readonly rawType?: string
  /** Small for forms, as large as mail where mail is taken. */
  readonly bodySize?: 'small' | 'message'
  /** Shape of each good reply, by status; of a stream, the shape of an event's data. */
  readonly replies: Readonly<Record<number, z.ZodType>>
  /** The reply is a stream of server-sent events. */
  readonly streams?: boolean
  /** A public route whose callers are told in words what was wrong with what they entered. */
  readonly tellsReasons?: boolean
  /** A public GET that counts like a change: it makes something, and asks somebody else. */
  readonly beginsSignIn?: boolean
  /** Open also to who has to enrol a second factor before anything else. */
  readonly toEnrol?: boolean
  /** How long the handler may take, when that is not the hub's usual limit. */
  readonly timeoutMs?: number
  handle(request: RouteRequest<P, Credentials, Query, Body>, hub: ApiHub): Promise<RouteReply>
}

/** A request whose types are no longer known. */
export type AnyRouteRequest = RouteRequest<RoutePermission, boolean, unknown, unknown>

/** A route whose types are checked and no longer needed. */
export type Route = Omit<RouteDefinition<RoutePermission, boolean, unknown, unknown>, 'handle'> & {
  handle(request: AnyRouteRequest, hub: ApiHub): Promise<RouteReply>
}

/** Declares a route. Without a permission it does not compile. */
export function route<
  P extends RoutePermission,
  Credentials extends boolean = false,
  Query = undefined,
  Body = undefined,
>(definition: RouteDefinition<P, Credentials, Query, Body>): Route {
  // The server parses query and body by the route's own schemas and finds the caller first.
  return definition
}
