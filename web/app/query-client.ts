import { QueryClient } from '@tanstack/react-query'
import { asProblem, UNREACHABLE } from '../api/problem.ts'

/** What was read stays fresh this long: going back to a list does not ask again at once. */
const FRESH_MS = 5_000

/** Asks again only when the hub could not be reached; an answer is an answer. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => failures < 2 && asProblem(error).code === UNREACHABLE,
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { retry: false },
    },
  })
}
