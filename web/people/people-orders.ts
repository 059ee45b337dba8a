import { useApi, useChange, type Change } from '../api/data.ts'
import { SESSION_PATH } from '../api/session.ts'

export const PEOPLE_PATH = '/api/v1/people'

export const personPath = (id: string) => `${PEOPLE_PATH}/${encodeURIComponent(id)}`

/** What can be done to an account with no more than a click. */
const ORDERS = {
  resend: { method: 'POST', at: 'invitation', body: {} },
  withdraw: { method: 'DELETE', at: 'invitation' },
  disable: { method: 'POST', at: 'disable' },
  enable: { method: 'POST', at: 'enable' },
  unlock: { method: 'POST', at: 'unlock' },
  endSessions: { method: 'DELETE', at: 'sessions' },
} as const

export type Order = keyof typeof ORDERS

/** Gives orders about the account of a person. */
export function useOrders(personId: string): Change<Order, void> {
  const api = useApi()
  return useChange(
    async (order) => {
      const { at, ...request } = ORDERS[order]
      await api.call(`${personPath(personId)}/${at}`, request)
    },
    // One's own sessions and roles are among them.
    { refreshes: [PEOPLE_PATH, SESSION_PATH] },
  )
}
