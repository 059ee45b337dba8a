/** Builds what people sign in with beside the password, once. */

import type { EnqueueAccountJob } from './account-job.ts'
import { FactorSignIn, type FactorSignInParts } from './factors/factor-sign-in.ts'
import type { Factors } from './factors/factors.ts'
import type { TellOwner } from './factors/tell-owner.ts'
import { type OpenIdParts, OpenIdSignIn } from './openid/openid-sign-in.ts'

export interface SignInMethodSide {
  readonly factors: Factors
  readonly factorSignIn: FactorSignIn
  readonly openid: OpenIdSignIn
}

export function buildSignInMethods(
  parts: FactorSignInParts & Omit<OpenIdParts, 'secondFactors' | 'tellOwner'>,
): SignInMethodSide {
  const { factors, enqueue } = parts
  const tellOwner = tellOwnerBy(enqueue)
  return {
    factors,
    factorSignIn: new FactorSignIn(parts),
    openid: new OpenIdSignIn({ ...parts, secondFactors: factors, tellOwner }),
  }
}

/** Tells owners by jobs: mail, a moment later. */
export function tellOwnerBy(enqueue: EnqueueAccountJob): TellOwner {
  return (tx, { accountId, what: change, at }) =>
    enqueue(tx, { what: 'changed', accountId, change, at: at.toISOString(), place: null })
}
