/**
 * Second factors that the sign-in settings ask for. Whoever needs one and has none is signed in, but
 * can do nothing before they enrolled one. It is looked up with each request: an account that loses
 * its last factor, or gets a role that needs one, is asked at once.
 */

import type { SecondFactorRule } from '../../contract/sign-in-settings.ts'
import type { FoundSession } from '../sessions/session.ts'
import type { Factors } from './factors.ts'

/** What of the settings says who needs one. */
export interface SecondFactorNeeds {
  readonly secondFactor: SecondFactorRule
  /** Whether an OpenID provider is trusted to have asked administrators for theirs. */
  readonly trustForAdministrators: boolean
}

export class NeededFactor {
  readonly #factors: Pick<Factors, 'has'>
  readonly #needs: () => Promise<SecondFactorNeeds>

  constructor(parts: { factors: Pick<Factors, 'has'>; needs: () => Promise<SecondFactorNeeds> }) {
    this.#factors = parts.factors
    this.#needs = parts.needs
  }

  /**
   * Whether whoever has this session has to enrol a factor before anything else. A sign-in by the
   * provider is guarded there, as at every sign-in by it: for administrators only when it is trusted.
   */
  async isMissing({ session, account }: FoundSession): Promise<boolean> {
    const { secondFactor, trustForAdministrators } = await this.#needs()
    if (secondFactor === 'off') return false
    const isAdministrator = account.roles.includes('administrator')
    if (secondFactor === 'administrators' && !isAdministrator) return false
    if (session.method === 'openid' && (trustForAdministrators || !isAdministrator)) return false
    return !(await this.#factors.has(account.id))
  }
}
