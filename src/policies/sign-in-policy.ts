/** The settings of sign-in as a kind of policy; their meaning is in `accounts/openid/`. */

import {
  CLIENT_SECRET,
  checkSignInDocument,
  type SignInSettings,
} from '../accounts/openid/sign-in-settings.ts'
import type { SecondFactorNeeds } from '../accounts/factors/needed-factor.ts'
import { SIGN_IN_DEFAULTS, SignInDocument } from '../contract/sign-in-settings.ts'
import type { Policies } from './policies.ts'
import type { PolicyKind } from './policy-kind.ts'

export const SIGN_IN_POLICY: PolicyKind<SignInDocument> = {
  kind: 'sign-in',
  isOnlyOne: true,
  schema: SignInDocument,
  defaults: SIGN_IN_DEFAULTS,
  secretsOf: () => [CLIENT_SECRET],
  validate: checkSignInDocument,
}

/** What is in force now, with the client secret in clear. */
export async function signInSettings(policies: Policies): Promise<SignInSettings> {
  const { document, secrets } = await policies.deployed(SIGN_IN_POLICY)
  const { openid, secondFactor } = document ?? SIGN_IN_DEFAULTS
  return { openid, secondFactor, clientSecret: secrets[CLIENT_SECRET] }
}

/** Who has to have a second factor, as it was at most a second ago: every request of a browser asks. */
export async function secondFactorRule(policies: Policies): Promise<SecondFactorNeeds> {
  const { document } = await policies.recent(SIGN_IN_POLICY)
  const { openid, secondFactor } = document ?? SIGN_IN_DEFAULTS
  return { secondFactor, trustForAdministrators: openid.trustForAdministrators }
}
