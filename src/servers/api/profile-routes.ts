/** What everybody sees and changes of their own account. */

import type { ApiToken } from '../../accounts/api-tokens/api-tokens.ts'
import { HubError } from '../../base/errors.ts'
import {
  ApiTokenList,
  MadeApiToken,
  NewApiToken,
  PasswordChange,
  Profile,
  ProfileChange,
  type ApiToken as ApiTokenView,
} from '../../contract/profile.ts'
import { SessionView } from '../../contract/session.ts'
import type { ApiHub } from './api-hub.ts'
import type { AccountCaller } from './caller.ts'
import { nothing, route } from './route.ts'
import { currentSession, placeOf } from './session-routes.ts'
import { openedReply } from './session-view.ts'

export const showProfile = route({
  method: 'GET',
  path: '/api/v1/profile',
  summary: 'The own account',
  permission: 'self',
  replies: { 200: Profile },
  async handle({ caller }, hub) {
    return { status: 200, body: await profileOf(caller, hub) }
  },
})

export const changeProfile = route({
  method: 'PATCH',
  path: '/api/v1/profile',
  summary: 'Change the own name or language',
  permission: 'self',
  body: ProfileChange,
  replies: { 200: Profile },
  async handle({ caller, body }, hub) {
    await hub.accounts.profiles.change(caller, body)
    return { status: 200, body: await profileOf(caller, hub) }
  },
})

export const changePassword = route({
  method: 'PUT',
  path: '/api/v1/profile/password',
  summary: 'Change the own password; all other sessions end',
  permission: 'self',
  body: PasswordChange,
  replies: { 200: SessionView },
  async handle(request, hub) {
    const { currentPassword: current, newPassword: wanted } = request.body
    const found = await currentSession(request.sessionToken, hub)
    const change = { current, wanted }
    const { profiles } = hub.accounts
    return openedReply(await profiles.changePassword(found, change, placeOf(request)), hub)
  },
})

export const listOwnTokens = route({
  method: 'GET',
  path: '/api/v1/profile/tokens',
  summary: 'API tokens of the own account',
  permission: 'self',
  replies: { 200: ApiTokenList },
  async handle({ caller }, hub) {
    const tokens = await hub.accounts.apiTokens.list(caller.id)
    return { status: 200, body: { tokens: tokens.map(tokenView) } }
  },
})

export const makeOwnToken = route({
  method: 'POST',
  path: '/api/v1/profile/tokens',
  summary: 'Make an API token; it is shown this once',
  permission: 'self',
  body: NewApiToken,
  replies: { 201: MadeApiToken },
  async handle(request, hub) {
    const { caller, body } = request
    const { sessions, apiTokens } = hub.accounts
    await sessions.requireRecent(caller.sessionId)
    const owner = { id: caller.id, roles: [...caller.roles] }
    const { text, token } = await apiTokens.add(owner, { ...body, place: placeOf(request) })
    return { status: 201, body: { token: text, details: tokenView(token) } }
  },
})

export const revokeOwnToken = route({
  method: 'DELETE',
  path: '/api/v1/profile/tokens/:id',
  summary: 'Revoke an API token of the own account',
  permission: 'self',
  replies: { 204: nothing },
  async handle({ caller, params }, hub) {
    const { id } = caller
    await hub.accounts.apiTokens.revoke(params.id ?? '', { accountId: id, by: id })
    return { status: 204 }
  },
})

async function profileOf({ personId }: AccountCaller, { accounts }: ApiHub): Promise<Profile> {
  const { person, account } = await accounts.people.get(personId)
  if (account === undefined) throw new HubError('account.not_found', 'the account is gone')
  return {
    id: account.id,
    personId,
    address: person.address,
    name: person.name,
    language: person.language,
    roles: ['person', ...account.roles],
    hasPassword: account.hasPassword,
    passwordChangedAt: account.passwordChangedAt?.toISOString() ?? null,
    secondFactors: [...(await accounts.secondFactors.methodsOf(account.id))],
    createdAt: account.createdAt.toISOString(),
    lastSignInAt: account.lastSignInAt?.toISOString() ?? null,
  }
}

/** A token without its secret, which nobody has. */
export function tokenView(token: ApiToken): ApiTokenView {
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    createdAt: token.createdAt.toISOString(),
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
    expiresAt: token.expiresAt?.toISOString() ?? null,
    revokedAt: token.revokedAt?.toISOString() ?? null,
  }
}
