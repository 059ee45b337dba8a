import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { createContext, useCallback, useContext } from 'react'
import type { ZodType } from 'zod'
import type { ApiClient, Query } from './client.ts'
import type { Loadable } from './loadable.ts'
import { type ApiProblem, asProblem } from './problem.ts'

/** The client of this page; `web/app/providers.tsx` gives it. */
export const ApiContext = createContext<ApiClient | undefined>(undefined)

export function useApi(): ApiClient {
  const api = useContext(ApiContext)
  if (api === undefined) throw new Error('useApi is used outside of the providers')
  return api
}

export interface ReadOptions {
  readonly query?: Query
  /** Asks again this often while the page is looked at. */
  readonly everyMs?: number
  /** False asks nothing and stays `loading`. */
  readonly enabled?: boolean
}

/**
 * What `GET path` answers. While the query changes the old answer stays on the page, so that a list
 * does not flicker while someone types.
 *
 * @example const people = useRead('/api/v1/people', PeopleList, { query: { search } })
 */
export function useRead<Reply>(
  path: string,
  reply: ZodType<Reply>,
  { query = {}, everyMs, enabled = true }: ReadOptions = {},
): Loadable<Reply> {
  const api = useApi()
  const result = useQuery<Reply, ApiProblem>({
    queryKey: [path, query],
    queryFn: ({ signal }) => api.call(path, { query, reply, signal }),
    placeholderData: keepPreviousData,
    enabled,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  })
  return loadableOf(result)
}

/** A list that comes in pieces: all that was loaded, and how to get more. */
export interface Pieces<Row> {
  readonly rows: Loadable<readonly Row[]>
  /** Undefined at the end. */
  readonly more: (() => void) | undefined
  readonly loadingMore: boolean
}

/**
 * A list whose answer names where it goes on: `nextOf` gives the value for the query's `after` (or
 * another `cursor`), or null at the end.
 */
export function useReadPieces<Reply, Row>(
  path: string,
  reply: ZodType<Reply>,
  {
    query = {},
    rowsOf,
    nextOf,
    cursor = 'after',
    everyMs,
    enabled = true,
  }: ReadOptions & {
    cursor?: string
    rowsOf: (reply: Reply) => readonly Row[]
    nextOf: (reply: Reply) => string | null | undefined
  },
): Pieces<Row> & { readonly first: Reply | undefined } {
  const api = useApi()
  const result = useInfiniteQuery({
    queryKey: [path, query, 'pieces'],
    queryFn: ({ signal, pageParam }) =>
      api.call(path, { query: { ...query, [cursor]: pageParam }, reply, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Reply) => nextOf(last) ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  })
  const rows = loadableOf({
    data: result.data?.pages.flatMap(rowsOf),
    error: result.error === null ? null : asProblem(result.error),
    refetch: result.refetch,
  })
  return {
    rows,
    more: result.hasNextPage ? () => void result.fetchNextPage() : undefined,
    loadingMore: result.isFetchingNextPage,
    first: result.data?.pages[0],
  }
}

function loadableOf<Value>(result: {
  data: Value | undefined
  error: ApiProblem | null
  refetch: () => unknown
}): Loadable<Value> {
  if (result.data !== undefined) return { state: 'ready', value: result.data }
  if (result.error !== null) {
    const retry = () => void result.refetch()
    return { state: 'failed', problem: asProblem(result.error), retry }
  }
  return { state: 'loading' }
}

/** Makes everything that was read below these paths be read again. */
export function useRefresh(): (...paths: readonly string[]) => Promise<void> {
  const queries = useQueryClient()
  return useCallback(
    async (...paths) => {
      await queries.invalidateQueries({
        predicate: ({ queryKey: [first] }) =>
          typeof first === 'string' && paths.some((path) => first.startsWith(path)),
      })
    },
    [queries],
  )
}

export type Attempt<Reply> =
  | { readonly reply: Reply; readonly problem?: undefined }
  | { readonly reply?: undefined; readonly problem: ApiProblem }

export interface Change<Input, Reply> {
  /** Undefined when it failed: what went wrong is in `problem`. */
  readonly run: (input: Input) => Promise<Reply | undefined>
  /** The same, with the problem in hand: for the `submit` of a form, which shows it itself. */
  readonly attempt: (input: Input) => Promise<Attempt<Reply>>
  readonly busy: boolean
  readonly problem: ApiProblem | undefined
  readonly reset: () => void
}

/**
 * Something that changes the hub. What was read below `refreshes` is read again afterwards.
 *
 * @example
 * const retry = useChange((id: string) => api.call(`/api/v1/messages/${id}/retry`, { method: 'POST' }),
 *   { refreshes: ['/api/v1/messages'] })
 */
export function useChange<Input = void, Reply = void>(
  perform: (input: Input) => Promise<Reply>,
  { refreshes = [] }: { refreshes?: readonly string[] } = {},
): Change<Input, Reply> {
  const refresh = useRefresh()
  const mutation = useMutation<Reply, ApiProblem, Input>({
    mutationFn: perform,
    onSuccess: () => refresh(...refreshes),
  })
  const { mutateAsync, reset } = mutation
  const run = useCallback(
    // What went wrong is in `problem`, where the page shows it.
    (input: Input) => mutateAsync(input).catch(() => undefined),
    [mutateAsync],
  )
  const attempt = useCallback(
    (input: Input): Promise<Attempt<Reply>> =>
      mutateAsync(input).then(
        (reply) => ({ reply }),
        (error: unknown) => ({ problem: asProblem(error) }),
      ),
    [mutateAsync],
  )
  return {
    run,
    attempt,
    busy: mutation.isPending,
    problem: mutation.error === null ? undefined : asProblem(mutation.error),
    reset,
  }
}
