import { useQueryClient } from '@tanstack/react-query'
import { useApi } from '../api/data.ts'
import { SESSION_PATH } from '../api/session.ts'

/** Ends the session here and forgets all that was read with it. */
export function useSignOut(): () => Promise<void> {
  const api = useApi()
  const queries = useQueryClient()
  return async () => {
    // Also when the session had ended before: the next page is the one to sign in.
    await api.call(SESSION_PATH, { method: 'DELETE', plain: true }).catch(() => undefined)
    queries.clear()
    location.assign('/sign-in')
  }
}
