/** People and their accounts. */

import {
  Invitation,
  NewPerson,
  PeopleList,
  PeopleQuery,
  PersonChange,
  PersonView,
  RolesChange,
} from '../../contract/people.ts'
import { ApiTokenList } from '../../contract/profile.ts'
import { EndedSessions } from '../../contract/session.ts'
import type { ApiHub } from './api-hub.ts'
import { type AccountCaller, mayCall } from './caller.ts'
import { tokenView } from './profile-routes.ts'
import { nothing, route, type BodyReply, type Route } from './route.ts'

export const listPeople = route({
  method: 'GET',
  path: '/api/v1/people',
  summary: 'People of the organisation, by address unless otherwise asked',
  permission: 'people.read',
  query: PeopleQuery,
  replies: { 200: PeopleList },
  async handle({ query, caller }, hub) {
    const { people, count, next } = await hub.accounts.people.list(query)
    return {
      status: 200,
      body: {
        people: people.map((each) => ({
          id: each.id,
          address: each.address,
          name: each.name,
          accountState: each.accountState,
          isLocked: each.isLocked,
          roles: each.roles,
          lastSignInAt: each.lastSignInAt?.toISOString() ?? null,
          certificates: certificatesFor(caller, each.certificates),
        })),
        count,
        next,
      },
    }
  },
})

export const showPerson = route({
  method: 'GET',
  path: '/api/v1/people/:id',
  summary: 'One person, with the account',
  permission: 'people.read',
  replies: { 200: PersonView },
  async handle({ params, caller }, hub) {
    return personReply(params.id ?? '', caller, hub)
  },
})

export const addPerson = route({
  method: 'POST',
  path: '/api/v1/people',
  summary: 'Add a person, and invite them if wanted',
  permission: 'people.manage',
  body: NewPerson,
  replies: { 201: PersonView },
  async handle({ body, caller }, hub) {
    const { invite, ...person } = body
    // Roles are given away: not from a browser that somebody left open.
    if (invite !== undefined) await hub.accounts.sessions.requireRecent(caller.sessionId)
    const entered = { ...person, roles: invite?.roles }
    const id = await hub.accounts.people.add(entered, { by: caller.id })
    return { ...(await personReply(id, caller, hub)), status: 201 }
  },
})

export const changePerson = route({
  method: 'PATCH',
  path: '/api/v1/people/:id',
  summary: "Change a person's name or language",
  permission: 'people.manage',
  body: PersonChange,
  replies: { 200: PersonView },
  async handle({ params, body, caller }, hub) {
    await hub.accounts.people.change(params.id ?? '', body, { by: caller.id })
    return personReply(params.id ?? '', caller, hub)
  },
})

export const setRoles = route({
  method: 'PUT',
  path: '/api/v1/people/:id/roles',
  summary: 'Give an account these roles and no others',
  permission: 'people.manage',
  body: RolesChange,
  replies: { 200: PersonView },
  async handle({ params, body, caller }, hub) {
    await hub.accounts.sessions.requireRecent(caller.sessionId)
    await hub.accounts.administration.setRoles(params.id ?? '', body.roles, { by: caller.id })
    return personReply(params.id ?? '', caller, hub)
  },
})

export const invitePerson = route({
  method: 'POST',
  path: '/api/v1/people/:id/invitation',
  summary: 'Invite a person, or send another link',
  permission: 'people.manage',
  body: Invitation,
  replies: { 200: PersonView },
  async handle({ params, body, caller }, hub) {
    if (body.roles !== undefined) await hub.accounts.sessions.requireRecent(caller.sessionId)
    await hub.accounts.administration.invite(params.id ?? '', body.roles, { by: caller.id })
    return personReply(params.id ?? '', caller, hub)
  },
})

export const cancelInvitation = change({
  method: 'DELETE',
  path: '/api/v1/people/:id/invitation',
  summary: 'Take an invitation back',
  change: (id, by, { administration }) => administration.cancelInvitation(id, { by }),
})

export const disableAccount = change({
  method: 'POST',
  path: '/api/v1/people/:id/disable',
  summary: 'Keep an account from signing in',
  change: (id, by, { administration }) => administration.disable(id, { by }),
})

export const enableAccount = change({
  method: 'POST',
  path: '/api/v1/people/:id/enable',
  summary: 'Let an account sign in again',
  change: (id, by, { administration }) => administration.enable(id, { by }),
})

export const unlockAccount = change({
  method: 'POST',
  path: '/api/v1/people/:id/unlock',
  summary: 'Take a lock after wrong passwords away',
  change: (id, by, { administration }) => administration.unlock(id, { by }),
})

export const endSessionsOf = route({
  method: 'DELETE',
  path: '/api/v1/people/:id/sessions',
  summary: 'Sign an account out everywhere',
  permission: 'people.manage',
  replies: { 200: EndedSessions },
  async handle({ params, caller }, hub) {
    const ended = await hub.accounts.administration.endSessions(params.id ?? '', { by: caller.id })
    return { status: 200, body: { ended } }
  },
})

export const listTokensOf = route({
  method: 'GET',
  path: '/api/v1/people/:id/tokens',
  summary: 'API tokens of an account',
  permission: 'people.manage',
  replies: { 200: ApiTokenList },
  async handle({ params }, { accounts }) {
    const { id } = await accounts.people.accountOf(params.id ?? '')
    const tokens = await accounts.apiTokens.list(id)
    return { status: 200, body: { tokens: tokens.map(tokenView) } }
  },
})

export const revokeTokenOf = route({
  method: 'DELETE',
  path: '/api/v1/people/:id/tokens/:token',
  summary: 'Revoke an API token of an account',
  permission: 'people.manage',
  replies: { 204: nothing },
  async handle({ params, caller }, { accounts }) {
    const { id } = await accounts.people.accountOf(params.id ?? '')
    await accounts.apiTokens.revoke(params.token ?? '', { accountId: id, by: caller.id })
    return { status: 204 }
  },
})

/** A token may be for people only. */
function certificatesFor(caller: AccountCaller, count: number): number | null {
  return mayCall(caller, 'certificates.read') ? count : null
}

/** A route that does one thing to an account and shows what became of it. */
function change(what: {
  method: 'POST' | 'DELETE'
  path: string
  summary: string
  change: (personId: string, by: string, accounts: ApiHub['accounts']) => Promise<void>
}): Route {
  const { method, path, summary } = what
  return route({
    method,
    path,
    summary,
    permission: 'people.manage',
    replies: { 200: PersonView },
    async handle({ params, caller }, hub) {
      await what.change(params.id ?? '', caller.id, hub.accounts)
      return personReply(params.id ?? '', caller, hub)
    },
  })
}

async function personReply(
  id: string,
  caller: AccountCaller,
  { accounts }: ApiHub,
): Promise<BodyReply> {
  const { person, certificates, account } = await accounts.people.get(id)
  const body: PersonView = {
    id: person.id,
    address: person.address,
    name: person.name,
    language: person.language,
    createdAt: person.createdAt.toISOString(),
    certificates: certificatesFor(caller, certificates),
    account:
      account === undefined
        ? null
        : {
            id: account.id,
            isOwn: account.id === caller.id,
            state: account.state,
            roles: account.roles,
            createdAt: account.createdAt.toISOString(),
            lastSignInAt: account.lastSignInAt?.toISOString() ?? null,
            invitationExpiresAt: account.invitationExpiresAt?.toISOString() ?? null,
            lockedUntil: account.lockedUntil?.toISOString() ?? null,
            hasPassword: account.hasPassword,
            secondFactors: [...(await accounts.secondFactors.methodsOf(account.id))],
            sessions: account.sessions,
            apiTokens: account.apiTokens,
          },
  }
  return { status: 200, body }
}
