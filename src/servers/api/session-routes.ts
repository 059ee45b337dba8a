/** Signing in and out, sessions, and the one-time links of mails. */

import { HubError } from '../../base/errors.ts'
import type { FoundSession, SignInPlace } from '../../accounts/sessions/session.ts'
import {
  AcceptInvitation,
  CompletePasswordReset,
  ConfirmRequest,
  EndedSessions,
  LinkToken,
  LinkUsed,
  LinkView,
  PasswordResetAccepted,
  PasswordResetRequest,
  SessionList,
  SessionView,
  SignInRequest,
} from '../../contract/session.ts'
import type { ApiHub } from './api-hub.ts'
import { nothing, route } from './route.ts'
import { NO_SESSION, openedReply, sessionView } from './session-view.ts'

export const showSession = route({
  method: 'GET',
  path: '/api/v1/session',
  summary: 'Who is signed in here, and what the web interface has to know',
  permission: 'public',
  replies: { 200: SessionView },
  async handle({ sessionToken: token }, hub) {
    const found = token === undefined ? undefined : await hub.accounts.sessions.find(token)
    return { status: 200, body: await sessionView({ token, found }, hub) }
  },
})

export const signIn = route({
  method: 'POST',
  path: '/api/v1/session',
  summary: 'Sign in with address and password',
  permission: 'public',
  body: SignInRequest,
  replies: { 200: SessionView },
  async handle(request, hub) {
    const { signIn: signingIn, sessions } = hub.accounts
    const opened = await signingIn.withPassword(request.body, placeOf(request))
    // Of this browser; a new sign-in never goes on with an old token.
    if (request.sessionToken !== undefined) await sessions.endByToken(request.sessionToken)
    return openedReply(opened, hub)
  },
})

export const signOut = route({
  method: 'DELETE',
  path: '/api/v1/session',
  summary: 'Sign out',
  permission: 'public',
  replies: { 204: nothing },
  async handle({ sessionToken }, hub) {
    if (sessionToken !== undefined) await hub.accounts.sessions.endByToken(sessionToken)
    return { status: 204, cookies: [NO_SESSION] }
  },
})

export const confirmSession = route({
  method: 'POST',
  path: '/api/v1/session/confirm',
  summary: 'Give the password again, before a sensitive change',
  permission: 'self',
  toEnrol: true,
  body: ConfirmRequest,
  replies: { 200: SessionView },
  async handle({ body, sessionToken }, hub) {
    const found = await currentSession(sessionToken, hub)
    return openedReply(await hub.accounts.signIn.confirmPassword(found, body.password), hub)
  },
})

export const listSessions = route({
  method: 'GET',
  path: '/api/v1/sessions',
  summary: 'Where the own account is signed in',
  permission: 'self',
  replies: { 200: SessionList },
  async handle({ caller }, hub) {
    const sessions = await hub.accounts.sessions.list(caller.id)
    return {
      status: 200,
      body: {
        sessions: sessions.map((each) => ({
          id: each.id,
          isCurrent: each.id === caller.sessionId,
          createdAt: each.createdAt.toISOString(),
          lastSeenAt: each.lastSeenAt.toISOString(),
          expiresAt: each.expiresAt.toISOString(),
          address: each.address,
          userAgent: each.userAgent,
          method: each.method,
          secondFactor: each.secondFactor,
        })),
      },
    }
  },
})

export const endSession = route({
  method: 'DELETE',
  path: '/api/v1/sessions/:id',
  summary: 'Sign the own account out somewhere',
  permission: 'self',
  replies: { 204: nothing },
  async handle({ params, caller }, hub) {
    await hub.accounts.sessions.end(params.id ?? '', { accountId: caller.id })
    return { status: 204 }
  },
})

export const endOtherSessions = route({
  method: 'DELETE',
  path: '/api/v1/sessions',
  summary: 'Sign the own account out everywhere else',
  permission: 'self',
  replies: { 200: EndedSessions },
  async handle({ caller }, hub) {
    const ended = await hub.accounts.administration.endOwnSessions(caller, {
      except: caller.sessionId,
    })
    return { status: 200, body: { ended } }
  },
})

export const requestPasswordReset = route({
  method: 'POST',
  path: '/api/v1/password-resets',
  summary: 'Ask for a mail with a link to a new password',
  permission: 'public',
  body: PasswordResetRequest,
  replies: { 202: PasswordResetAccepted },
  async handle(request, hub) {
    await hub.accounts.links.requestPasswordReset(request.body.address, placeOf(request))
    return { status: 202, body: { status: 'accepted' } }
  },
})

export const checkPasswordReset = route({
  method: 'POST',
  path: '/api/v1/password-resets/check',
  summary: 'Whose link to a new password this is',
  permission: 'public',
  body: LinkToken,
  replies: { 200: LinkView },
  async handle({ body }, hub) {
    return { status: 200, body: await linkView(body.token, 'password-reset', hub) }
  },
})

export const completePasswordReset = route({
  method: 'POST',
  path: '/api/v1/password-resets/complete',
  summary: 'Set a new password with the link of a mail',
  permission: 'public',
  tellsReasons: true,
  body: CompletePasswordReset,
  replies: { 200: LinkUsed },
  async handle(request, hub) {
    const { links } = hub.accounts
    const { address } = await links.completePasswordReset(request.body, placeOf(request))
    return { status: 200, body: { address }, cookies: [NO_SESSION] }
  },
})

export const checkInvitation = route({
  method: 'POST',
  path: '/api/v1/invitations/check',
  summary: 'Whose invitation this is',
  permission: 'public',
  body: LinkToken,
  replies: { 200: LinkView },
  async handle({ body }, hub) {
    return { status: 200, body: await linkView(body.token, 'invitation', hub) }
  },
})

export const acceptInvitation = route({
  method: 'POST',
  path: '/api/v1/invitations/accept',
  summary: 'Accept an invitation',
  permission: 'public',
  tellsReasons: true,
  body: AcceptInvitation,
  replies: { 200: LinkUsed },
  async handle({ body }, hub) {
    const { address } = await hub.accounts.links.acceptInvitation(body)
    return { status: 200, body: { address }, cookies: [NO_SESSION] }
  },
})

/** Where a request comes from. */
export function placeOf(request: {
  client: { address: string }
  userAgent: string | undefined
}): SignInPlace {
  return { address: request.client.address, userAgent: request.userAgent ?? '' }
}

/**
 * The session a page calls with.
 *
 * @throws HubError `session.not_recent`: an API token calls, or the session ended meanwhile
 */
export async function currentSession(
  token: string | undefined,
  hub: ApiHub,
): Promise<FoundSession> {
  const found = token === undefined ? undefined : await hub.accounts.sessions.find(token)
  if (found?.session.state === 'signed-in') return found
  throw new HubError('session.not_recent', 'this takes somebody who is signed in to a browser')
}

async function linkView(
  token: string,
  purpose: 'invitation' | 'password-reset',
  { accounts }: ApiHub,
): Promise<LinkView> {
  const { account, expiresAt } = await accounts.links.look(token, purpose)
  const { address, name, language } = account
  const organization = (await accounts.organizationName()) ?? ''
  return { address, name, language, organization, expiresAt: expiresAt.toISOString() }
}
