import { z } from 'zod'
import { Problem } from '../../contract/problem.ts'
import type { Route } from './route.ts'

type Json = Record<string, unknown>

/** Describes routes as an OpenAPI 3.1 document. */
export function describeApi(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {}
  for (const each of routes) {
    const path = each.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [each.method.toLowerCase()]: describe(each) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sealpost',
      version: '1',
      description: 'Errors are problem documents (RFC 9457).',
    },
    paths,
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'USER.SECRET of a credential, or the API token of an account',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'sealpost',
          description: '__Host-sealpost over https; changes need x-csrf-token beside it',
        },
      },
    },
  }
}

function describe({
  method,
  path,
  summary,
  permission,
  query,
  body,
  rawType,
  replies,
  credentials,
  streams,
}: Route): Json {
  const responses: Json = {
    default: { description: 'A problem', content: content('application/problem+json', Problem) },
  }
  for (const [status, schema] of Object.entries(replies)) {
    const hasBody = schema.def.type !== 'undefined'
    const type = streams === true ? 'text/event-stream' : 'application/json'
    responses[status] = {
      description: 'Good',
      ...(hasBody ? { content: content(type, schema) } : {}),
    }
  }
  const parameters = [...pathParameters(path), ...queryParameters(query)]
  if (rawType !== undefined) {
    parameters.push({ name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } })
  }
  return {
    summary,
    security: securityOf(permission, credentials === true),
    ...(permission === 'public' ? {} : { 'x-permission': permission }),
    parameters,
    responses,
    ...(method !== 'GET' && (body ?? rawType) !== undefined
      ? { requestBody: requestBody(body, rawType) }
      : {}),
  }
}

function securityOf(permission: Route['permission'], credentials: boolean): Json[] {
  if (permission === 'public') return []
  return [{ session: [] }, { bearer: [] }, ...(credentials ? [{ basic: [] }] : [])]
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } }
  })
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (query === undefined) return []
  const { properties = {} } = schemaOf(query) as { properties?: Record<string, Json> }
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }))
}

function requestBody(body: z.ZodType | undefined, rawType: string | undefined): Json {
  return {
    required: true,
    content: {
      ...(body === undefined ? {} : content('application/json', body)),
      ...(rawType === undefined ? {} : { [rawType]: { schema: { type: 'string' } } }),
    },
  }
}

function content(mediaType: string, schema: z.ZodType): Json {
  return { [mediaType]: { schema: schemaOf(schema) } }
}

/** As a caller writes it: before defaults are filled in. */
function schemaOf(schema: z.ZodType): Json {
  const described: Json = { ...z.toJSONSchema(schema, { io: 'input', reused: 'inline' }) }
  // The document says itself which dialect all its schemas are in.
  delete described.$schema
  return described
}
