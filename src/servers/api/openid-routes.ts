/** Signing in by an OpenID provider: the way there and back, which the browser goes as a page. */

import { z } from 'zod'
import { OPENID_SIGN_IN_MS } from '../../accounts/openid/openid-sign-in.ts'
import { HubError } from '../../base/errors.ts'
import { OPENID_SIGN_IN_ERRORS, type OpenIdSignInError } from '../../contract/sign-in-methods.ts'
import type { CookieToSet } from './cookies.ts'
import { nothing, type RedirectReply, route } from './route.ts'
import { placeOf } from './session-routes.ts'
import { openedReply } from './session-view.ts'

/** What the browser that began a sign-in has to bring back. */
const COOKIE = 'openid'

/** The provider is asked up to four times, each with a limit of its own. */
const TIMEOUT_MS = 45_000

const MAX_TEXT = 8_000
const text = z.string().max(MAX_TEXT)

/** Whatever the provider sends, also twice: it is checked where it is used. */
const ProviderAnswer = z.record(z.string().max(100), z.union([text, z.array(text).max(10)]))

export const beginOpenIdSignIn = route({
  method: 'GET',
  path: '/api/v1/session/openid',
  summary: 'Sign in by the OpenID provider: leads there',
  permission: 'public',
  beginsSignIn: true,
  timeoutMs: TIMEOUT_MS,
  replies: { 303: nothing },
  async handle(_, hub) {
    try {
      const { location, browser } = await hub.signInMethods.openid.begin()
      const maxAgeSeconds = OPENID_SIGN_IN_MS / 1000
      return {
        status: 303,
        redirect: location,
        cookies: [{ name: COOKIE, value: browser, maxAgeSeconds }],
      }
    } catch (error) {
      return toSignInPage(error)
    }
  },
})

export const endOpenIdSignIn = route({
  method: 'GET',
  path: '/api/v1/session/openid/callback',
  summary: 'Where the OpenID provider sends the browser back to',
  permission: 'public',
  timeoutMs: TIMEOUT_MS,
  query: ProviderAnswer,
  replies: { 303: nothing },
  async handle(request, hub) {
    const { openid } = hub.signInMethods
    const { sessions, signIn } = hub.accounts
    try {
      const search = searchOf(request.query)
      const browser = request.cookie(COOKIE) ?? ''
      const { account, needsSecondFactor } = await openid.complete({ search, browser })
      const proof = { method: 'openid', secondFactor: null, isEnough: !needsSecondFactor } as const
      const opened = await signIn.begin(account.id, proof, placeOf(request))
      // Of this browser; a new sign-in never goes on with an old token.
      if (request.sessionToken !== undefined) await sessions.endByToken(request.sessionToken)
      const { cookies = [] } = await openedReply(opened, hub)
      const redirect = opened.session.state === 'signed-in' ? '/' : '/sign-in'
      return { status: 303, redirect, cookies: [...cookies, NO_COOKIE] }
    } catch (error) {
      return toSignInPage(error)
    }
  },
})

const NO_COOKIE: CookieToSet = { name: COOKIE, value: '' }

function searchOf(query: z.infer<typeof ProviderAnswer>): string {
  const search = new URLSearchParams()
  for (const [name, values] of Object.entries(query)) {
    for (const value of [values].flat()) search.append(name, value)
  }
  return `?${search.toString()}`
}

/** The log has the reason; the page says what the code says. */
function toSignInPage(error: unknown): RedirectReply {
  if (!(error instanceof HubError)) throw error
  return { status: 303, redirect: `/sign-in?error=${codeOf(error)}`, cookies: [NO_COOKIE] }
}

function codeOf({ code }: HubError): OpenIdSignInError {
  const known = OPENID_SIGN_IN_ERRORS.find((each) => each === code)
  if (known !== undefined) return known
  if (code === 'sign_in.refused') return 'account.disabled'
  return code === 'address.malformed' ? 'openid.no_account' : 'openid.failed'
}
