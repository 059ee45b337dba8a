import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { createContext, useCallback, useContext } from 'react'
import type { Permission } from '../../src/contract/permissions.ts'
import { SessionView } from '../../src/contract/session.ts'
import type { ApiClient } from './client.ts'
import { useApi } from './data.ts'
import type { Loadable } from './loadable.ts'
import { type ApiProblem, asProblem } from './problem.ts'

export const SESSION_PATH = '/api/v1/session'

function sessionQuery(api: ApiClient) {
  return {
    queryKey: [SESSION_PATH],
    staleTime: 60_000,
    queryFn: async (): Promise<SessionView> => {
      const session = await api.call(SESSION_PATH, { reply: SessionView, plain: true })
      api.takeCsrfToken(session.csrfToken)
      return session
    },
  }
}

/** Asks for the session before anything is shown. */
export function prefetchSession(queries: QueryClient, api: ApiClient): void {
  void queries.prefetchQuery(sessionQuery(api))
}

/** Who is signed in, what they may do, and what the hub offers those who are not. */
export function useLoadedSession(): Loadable<SessionView> {
  const api = useApi()
  const result = useQuery<SessionView, ApiProblem>(sessionQuery(api))
  if (result.data !== undefined) return { state: 'ready', value: result.data }
  if (result.error === null) return { state: 'loading' }
  return {
    state: 'failed',
    problem: asProblem(result.error),
    retry: () => void result.refetch(),
  }
}

/** Takes over what an answer said of the session, such as after signing in. */
export function useSessionUpdate(): (session: SessionView) => void {
  const api = useApi()
  const queries = useQueryClient()
  return useCallback(
    (session) => {
      api.takeCsrfToken(session.csrfToken)
      queries.setQueryData([SESSION_PATH], session)
    },
    [api, queries],
  )
}

/** Asks anew how the session stands. */
export function useSessionRefresh(): () => Promise<void> {
  const queries = useQueryClient()
  return useCallback(() => queries.invalidateQueries({ queryKey: [SESSION_PATH] }), [queries])
}

/** A session with somebody in it. */
export type SignedInSession = SessionView & {
  readonly account: NonNullable<SessionView['account']>
}

export const SessionContext = createContext<SignedInSession | undefined>(undefined)

/** The session of whoever looks at the page; only below the shell, where somebody is signed in. */
export function useSession(): SignedInSession {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('useSession is used outside of the shell')
  return session
}

/** Whether they may do this. What they may not is not shown to them. */
export function useMay(permission: Permission): boolean {
  return useSession().permissions?.includes(permission) ?? false
}
