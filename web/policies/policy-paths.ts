/** Where policies and requests are, in the API and among the pages. */

export const POLICIES_PATH = '/api/v1/policies'
export const REQUESTS_PATH = '/api/v1/policy-requests'

export const policyPath = (id: string) => `${POLICIES_PATH}/${encodeURIComponent(id)}`
export const requestPath = (id: string) => `${REQUESTS_PATH}/${encodeURIComponent(id)}`

export const policyPage = (id: string) => `/policies/${encodeURIComponent(id)}`
export const requestPage = (id: string) => `/policies/requests/${encodeURIComponent(id)}`

/** What an order or a verdict changes is read again. */
export const REFRESHES = [POLICIES_PATH, REQUESTS_PATH]
