/** Signing in beside the password, and what one's own account signs in with. */

import type { Passkey } from '../../accounts/factors/passkeys.ts'
import type { FoundSession } from '../../accounts/sessions/session.ts'
import { HubError } from '../../base/errors.ts'
import { SessionView } from '../../contract/session.ts'
import {
  AddPasskey,
  PasskeyAdded,
  PasskeyAssertion,
  PasskeyCreation,
  PasskeyRequest,
  PasskeyView,
  RecoveryCode,
  RecoveryCodes,
  RenamePasskey,
  SignInMethods,
  TotpCode,
  TotpConfirmed,
  TotpEnrolment,
} from '../../contract/sign-in-methods.ts'
import type { ApiHub } from './api-hub.ts'
import type { AccountCaller } from './caller.ts'
import { type Route, type RouteDefinition, nothing, route } from './route.ts'
import { placeOf } from './session-routes.ts'
import { openedReply } from './session-view.ts'

const OWN_METHODS = '/api/v1/profile/sign-in-methods'

export const giveTotp = route({
  method: 'POST',
  path: '/api/v1/session/totp',
  summary: 'Complete the sign-in by a one-time code',
  permission: 'public',
  body: TotpCode,
  replies: { 200: SessionView },
  async handle(request, hub) {
    const pending = await pendingSession(request.sessionToken, hub)
    const { factorSignIn } = hub.signInMethods
    return openedReply(
      await factorSignIn.withTotp(pending, request.body.code, placeOf(request)),
      hub,
    )
  },
})

export const giveRecoveryCode = route({
  method: 'POST',
  path: '/api/v1/session/recovery-code',
  summary: 'Complete the sign-in by a recovery code',
  permission: 'public',
  body: RecoveryCode,
  replies: { 200: SessionView },
  async handle(request, hub) {
    const pending = await pendingSession(request.sessionToken, hub)
    const { factorSignIn } = hub.signInMethods
    return openedReply(
      await factorSignIn.withRecoveryCode(pending, request.body.code, placeOf(request)),
      hub,
    )
  },
})

export const askForPasskey = route({
  method: 'POST',
  path: '/api/v1/session/passkey-options',
  summary: 'What a browser needs to sign with a passkey',
  permission: 'public',
  replies: { 200: PasskeyRequest },
  async handle({ sessionToken }, hub) {
    const session = await findSession(sessionToken, hub)
    return { status: 200, body: await hub.signInMethods.factorSignIn.beginWithPasskey(session) }
  },
})

/** Without a session it begins one, a session that needs a second factor it completes. */
export const givePasskey = route({
  method: 'POST',
  path: '/api/v1/session/passkey',
  summary: 'Sign in, complete the sign-in, or confirm it anew, by a passkey',
  permission: 'public',
  body: PasskeyAssertion,
  replies: { 200: SessionView },
  async handle(request, hub) {
    const session = await findSession(request.sessionToken, hub)
    const { factorSignIn } = hub.signInMethods
    return openedReply(await factorSignIn.withPasskey(session, request.body, placeOf(request)), hub)
  },
})

export const showSignInMethods = route({
  method: 'GET',
  path: OWN_METHODS,
  summary: 'What the own account signs in with',
  permission: 'self',
  toEnrol: true,
  replies: { 200: SignInMethods },
  async handle({ caller }, hub) {
    const { factors, openid } = hub.signInMethods
    const [totp, passkeys, codes, links, { account }] = await Promise.all([
      factors.totp.find(caller.id),
      factors.passkeys.list(caller.id),
      factors.recoveryCodes.count(caller.id),
      openid.linksOf(caller.id),
      hub.accounts.people.get(caller.personId),
    ])
    return {
      status: 200,
      body: {
        hasPassword: account?.hasPassword ?? false,
        totp:
          totp === undefined
            ? null
            : { addedAt: totp.addedAt.toISOString(), lastUsedAt: isoOrNull(totp.lastUsedAt) },
        passkeys: passkeys.map(passkeyView),
        recoveryCodes: codes && {
          left: codes.left,
          made: codes.made,
          madeAt: codes.madeAt.toISOString(),
        },
        openid: links.map(({ issuer, createdAt, lastUsedAt }) => ({
          issuer,
          linkedAt: createdAt.toISOString(),
          lastUsedAt: lastUsedAt.toISOString(),
        })),
      },
    }
  },
})

export const enrolTotp = factorRoute({
  method: 'POST',
  path: '/totp',
  summary: 'Begin with one-time codes: a secret, shown this once, that counts when confirmed',
  toEnrol: true,
  replies: { 201: TotpEnrolment },
  async handle({ caller }, hub) {
    const issuer = (await hub.accounts.organizationName()) ?? 'Sealpost'
    const { address } = caller
    const body = await hub.signInMethods.factors.totp.enrol(caller.id, { issuer, address })
    return { status: 201, body }
  },
})

export const confirmTotp = factorRoute({
  method: 'POST',
  path: '/totp/confirm',
  summary: 'Confirm one-time codes by the first of them',
  toEnrol: true,
  body: TotpCode,
  replies: { 200: TotpConfirmed },
  async handle({ caller, body }, hub) {
    const recoveryCodes = await hub.signInMethods.factors.totp.confirm(caller.id, body.code)
    await endElsewhere(caller, hub)
    return { status: 200, body: { recoveryCodes } }
  },
})

export const removeTotp = factorRoute({
  method: 'DELETE',
  path: '/totp',
  summary: 'Remove one-time codes',
  replies: { 204: nothing },
  async handle({ caller }, hub) {
    await hub.signInMethods.factors.totp.remove(caller.id)
    return { status: 204 }
  },
})

export const beginPasskey = factorRoute({
  method: 'POST',
  path: '/passkeys/options',
  summary: 'What a browser needs to make a passkey',
  toEnrol: true,
  replies: { 200: PasskeyCreation },
  async handle({ caller }, hub) {
    return { status: 200, body: await hub.signInMethods.factors.passkeys.beginAdding(caller) }
  },
})

export const addPasskey = factorRoute({
  method: 'POST',
  path: '/passkeys',
  summary: 'Add the passkey that a browser made',
  toEnrol: true,
  body: AddPasskey,
  replies: { 201: PasskeyAdded },
  async handle({ caller, body }, hub) {
    const { passkeys } = hub.signInMethods.factors
    const { passkey, recoveryCodes } = await passkeys.add(caller.id, body)
    await endElsewhere(caller, hub)
    return { status: 201, body: { passkey: passkeyView(passkey), recoveryCodes } }
  },
})

export const renamePasskey = route({
  method: 'PATCH',
  path: `${OWN_METHODS}/passkeys/:id`,
  summary: 'Give an own passkey another name',
  permission: 'self',
  body: RenamePasskey,
  replies: { 200: PasskeyView },
  async handle({ caller, params, body }, hub) {
    requireBrowser(caller.sessionId)
    const { passkeys } = hub.signInMethods.factors
    const renamed = await passkeys.rename(caller.id, { id: params.id ?? '', name: body.name })
    return { status: 200, body: passkeyView(renamed) }
  },
})

export const removePasskey = factorRoute({
  method: 'DELETE',
  path: '/passkeys/:id',
  summary: 'Remove an own passkey',
  replies: { 204: nothing },
  async handle({ caller, params }, hub) {
    await hub.signInMethods.factors.passkeys.remove(caller.id, params.id ?? '')
    return { status: 204 }
  },
})

export const renewRecoveryCodes = factorRoute({
  method: 'POST',
  path: '/recovery-codes',
  summary: 'Make ten new recovery codes, shown this once, in place of the old ones',
  replies: { 201: RecoveryCodes },
  async handle({ caller }, hub) {
    const recoveryCodes = await hub.signInMethods.factors.recoveryCodes.regenerate(caller.id)
    return { status: 201, body: { recoveryCodes } }
  },
})

/** A route that changes what the own account signs in with: soon after its owner has signed in. */
function factorRoute<Body = undefined>(
  definition: Omit<RouteDefinition<'self', false, undefined, Body>, 'permission'>,
): Route {
  return route({
    ...definition,
    path: `${OWN_METHODS}${definition.path}`,
    permission: 'self',
    async handle(request, hub) {
      await hub.accounts.sessions.requireRecent(request.caller.sessionId)
      return definition.handle(request, hub)
    },
  })
}

/** Whoever had to enrol a factor has one now. What they have open elsewhere never gave one. */
async function endElsewhere(caller: AccountCaller, { accounts }: ApiHub): Promise<void> {
  if (caller.mustEnrol !== true) return
  await accounts.administration.endOwnSessions(caller, { except: caller.sessionId })
}

/** What the API token of an account does not do, whatever its scopes. */
function requireBrowser(sessionId: string | undefined): void {
  if (sessionId !== undefined) return
  throw new HubError('session.not_recent', 'this takes somebody who is signed in to a browser')
}

async function findSession(
  token: string | undefined,
  { accounts }: ApiHub,
): Promise<FoundSession | undefined> {
  return token === undefined ? undefined : accounts.sessions.find(token)
}

async function pendingSession(token: string | undefined, hub: ApiHub): Promise<FoundSession> {
  const found = await findSession(token, hub)
  if (found?.session.state === 'needs-second-factor') return found
  throw new HubError('session.not_found', 'no session waits for a second factor')
}

function isoOrNull(at: Date | null): string | null {
  return at?.toISOString() ?? null
}

function passkeyView({ id, name, createdAt, lastUsedAt, isSynced }: Passkey): PasskeyView {
  return {
    id,
    name,
    addedAt: createdAt.toISOString(),
    lastUsedAt: isoOrNull(lastUsedAt),
    isSynced,
  }
}
