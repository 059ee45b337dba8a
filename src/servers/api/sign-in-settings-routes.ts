/** Routes of the settings of sign-in. */

import { CLIENT_SECRET } from '../../accounts/openid/sign-in-settings.ts'
import { PolicySaved } from '../../contract/policies.ts'
import {
  ChangeSignInSettings,
  SIGN_IN_DEFAULTS,
  SignInSettingsView,
} from '../../contract/sign-in-settings.ts'
import { SIGN_IN_POLICY } from '../../policies/sign-in-policy.ts'
import type { SecretOrder } from '../../policies/policy-kind.ts'
import { policyRoutes } from './policy-routes.ts'
import { route } from './route.ts'

const BASE = '/api/v1/sign-in-settings'

export const showSignInSettings = route({
  method: 'GET',
  path: BASE,
  summary: 'By which provider people sign in',
  permission: 'sign-in.read',
  replies: { 200: SignInSettingsView },
  async handle(_, { policies, signInMethods }) {
    const current = await policies.current(SIGN_IN_POLICY)
    return {
      status: 200,
      body: {
        version: current?.version.number ?? 0,
        settings: current?.document ?? SIGN_IN_DEFAULTS,
        clientSecretSet: current?.secrets.some(({ name }) => name === CLIENT_SECRET) ?? false,
        redirectUri: signInMethods.openid.redirectUri,
      },
    }
  },
})

export const saveSignInSettings = route({
  method: 'PUT',
  path: BASE,
  summary: 'Save by which provider people sign in',
  permission: 'sign-in.change',
  body: ChangeSignInSettings,
  replies: { 200: PolicySaved },
  async handle({ body, caller }, { policies, accounts }) {
    // Who names the provider says who gets in, also as an administrator.
    await accounts.sessions.requireRecent(caller.sessionId)
    const { settings, clientSecret, basedOn, comment } = body
    const by = { id: caller.id, name: caller.name, roles: caller.roles }
    const secrets = { [CLIENT_SECRET]: orderOf(clientSecret) }
    const change = { by, basedOn, comment, secrets }
    const { version } = await policies.save(SIGN_IN_POLICY, settings, change)
    return { status: 200, body: { version, testId: null } }
  },
})

export const signInSettingsHistory = policyRoutes({
  base: BASE,
  of: 'the sign-in settings',
  read: 'sign-in.read',
  change: 'sign-in.change',
  kind: () => SIGN_IN_POLICY,
  async rollBack({ policies, accounts }, { by, ...order }) {
    const { id, name, roles, sessionId } = by
    await accounts.sessions.requireRecent(sessionId)
    const { version } = await policies.rollBack(SIGN_IN_POLICY, {
      ...order,
      by: { id, name, roles },
    })
    return { version, testId: null }
  },
})

/** Absent or empty keeps it, null takes it away. */
function orderOf(secret: string | null | undefined): SecretOrder {
  if (secret === null) return 'clear'
  return secret === undefined || secret === '' ? 'keep' : { set: secret }
}
