import { STATUS_CODES } from 'node:http'
import type { z } from 'zod'
import { asHubError, HubError } from '../../base/errors.ts'
import { FieldIssues } from '../../base/field-issues.ts'
import type { Problem } from '../../contract/problem.ts'

/**
 * The problem document (RFC 9457) for an error: its code's answer. Who signed in, or sets the hub up,
 * is also told the `reasons` in words; somebody on a public route what the `issues` of the request
 * were; a stranger anywhere else nothing more, and nobody what went wrong inside.
 */
export function problemFor(
  error: unknown,
  { tells }: { tells: 'reasons' | 'issues' | 'nothing' },
): Problem {
  const { code, message, answer, detail, cause } = asHubError(error)
  const status = answer.http
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
  }
  if (tells === 'nothing' || status >= 500) return problem
  if (code === 'sign_in.locked' && typeof detail.until === 'string') problem.until = detail.until
  if (cause instanceof RequestIssues) problem.issues = cause.issues
  if (tells === 'issues') return problem
  problem.detail = message
  if (Array.isArray(detail.recipients)) problem.recipients = detail.recipients.map(String)
  if (cause instanceof FieldIssues) {
    problem.issues = cause.issues.map(({ path, code, message, params }) => ({
      ...{ path, code, message },
      ...(params === undefined ? {} : { params }),
    }))
  }
  return problem
}

/** What zod found wrong, as the cause of an error. */
class RequestIssues extends Error {
  readonly issues: NonNullable<Problem['issues']>

  constructor(error: z.ZodError) {
    super('the request has issues')
    this.issues = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  }
}

/**
 * Parses by a schema.
 *
 * @throws HubError `api.body_malformed`, whose problem document names each issue
 */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new HubError('api.body_malformed', `the ${what} is not as it should be`, {
    cause: new RequestIssues(parsed.error),
  })
}
