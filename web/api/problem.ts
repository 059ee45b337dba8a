import { Problem } from '../../src/contract/problem.ts'

export interface FieldIssue {
  readonly path: string
  /** The hub's own words, in English. */
  readonly message: string
  /** Picks the words, where the rule of the field has a name. */
  readonly code?: string | undefined
  readonly params?: Readonly<Record<string, string>> | undefined
}

/** What the hub answered instead of what was asked for; `code` picks the words (`errors.json`). */
export class ApiProblem extends Error {
  readonly code: string
  readonly status: number
  /** What is wrong with which field of the body; empty for everything else. */
  readonly issues: readonly FieldIssue[]
  /** The hub's own words, in English, for whoever has to look deeper. */
  readonly detail: string | undefined
  /** After how many seconds it may be tried again, when the hub said so. */
  readonly retryAfterSeconds: number | undefined

  constructor(problem: {
    code: string
    status: number
    detail?: string | undefined
    issues?: readonly FieldIssue[] | undefined
    retryAfterSeconds?: number | undefined
  }) {
    super(problem.detail ?? problem.code)
    this.name = 'ApiProblem'
    this.code = problem.code
    this.status = problem.status
    this.detail = problem.detail
    this.issues = problem.issues ?? []
    this.retryAfterSeconds = problem.retryAfterSeconds
  }
}

/** Codes of ours, for what goes wrong before the hub can answer or in what it answers. */
export const UNREACHABLE = 'web.unreachable'
export const UNREADABLE = 'web.unreadable'

/** Anything thrown as an ApiProblem: what is not ours is a defect of the page. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem({
    code: UNREADABLE,
    status: 0,
    detail: error instanceof Error ? error.message : String(error),
  })
}

/** The problem document of a reply, or one of our own when it has none. */
export async function problemOf(reply: Response): Promise<ApiProblem> {
  const wait = Number(reply.headers.get('retry-after') ?? Number.NaN)
  const retryAfterSeconds = Number.isFinite(wait) ? wait : undefined
  const parsed = Problem.safeParse(await reply.json().catch(() => undefined))
  if (!parsed.success) {
    return new ApiProblem({
      code: reply.status >= 502 ? UNREACHABLE : UNREADABLE,
      status: reply.status,
      detail: `HTTP ${reply.status}`,
      retryAfterSeconds,
    })
  }
  return new ApiProblem({ ...parsed.data, retryAfterSeconds })
}
