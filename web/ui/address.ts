import { useParams, useRouter, useSearch, type RouterHistory } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { addressOf } from '../api/client.ts'

/** The browser's history: where we are, and ways to other pages. */
export function useHistory(): RouterHistory {
  // The routes are not known to the types here: they come from `web/app/pages.ts`.
  const router = useRouter() as { readonly history: RouterHistory }
  return router.history
}

/** A parameter of the page's path: `usePathParameter('id')` on `/people/$id`. */
export function usePathParameter(name: string): string {
  const parameters: Record<string, string | undefined> = useParams({ strict: false })
  return parameters[name] ?? ''
}

/**
 * What the address holds behind the question mark, and how to change it: search, filters, tab, sort.
 * So a page can be sent to a colleague as it is. Values are text; what equals its default is left out.
 *
 * @example
 * const [{ search, state }, change] = useAddress({ search: '', state: '' })
 * <List search={{ value: search, onChange: (search) => change({ search }) }} …
 */
export function useAddress<Values extends Record<string, string>>(
  defaults: Values,
): [Values, (change: Partial<Values>) => void] {
  const history = useHistory()
  // Of this page, also while another is on its way and the browser shows its address already.
  const found: Record<string, unknown> = useSearch({ strict: false })
  // Defaults are written as a literal on every page: their text stands for them.
  const key = JSON.stringify(defaults)
  const values = useMemo(() => {
    const base = JSON.parse(key) as Values
    const entries = Object.entries(base).map(([name, value]) => {
      const own = found[name]
      return [name, typeof own === 'string' ? own : value]
    })
    return Object.fromEntries(entries) as Values
  }, [found, key])
  const change = useCallback(
    (changed: Partial<Values>) => {
      const base = JSON.parse(key) as Values
      const parameters = new URLSearchParams(history.location.search)
      const query = { ...Object.fromEntries(parameters), ...changed }
      for (const [name, value] of Object.entries(base)) {
        if (query[name] === value) delete query[name]
      }
      history.replace(addressOf(history.location.pathname, query))
    },
    [history, key],
  )
  return [values, change]
}
