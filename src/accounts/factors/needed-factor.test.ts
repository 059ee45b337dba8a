import { expect, test } from 'vitest'
import type { Role } from '../../contract/permissions.ts'
import type { SignInMethod } from '../../contract/session.ts'
import type { FoundSession } from '../sessions/session.ts'
import { NeededFactor, type SecondFactorNeeds } from './needed-factor.ts'

const ADMINISTRATOR: readonly Role[] = ['administrator', 'auditor']

test.for<{
  name: string
  needs: SecondFactorNeeds['secondFactor']
  roles?: readonly Role[]
  method?: SignInMethod
  trusted?: boolean
  isMissing: boolean
}>([
  { name: 'nobody while it is off', needs: 'off', roles: ADMINISTRATOR, isMissing: false },
  { name: 'administrators', needs: 'administrators', roles: ADMINISTRATOR, isMissing: true },
  { name: 'others not with them', needs: 'administrators', roles: ['auditor'], isMissing: false },
  { name: 'everyone', needs: 'everyone', isMissing: true },
  { name: 'nobody whom a provider lets in', needs: 'everyone', method: 'openid', isMissing: false },
  {
    name: 'administrators whom a provider lets in that is not trusted for them',
    needs: 'everyone',
    roles: ADMINISTRATOR,
    method: 'openid',
    isMissing: true,
  },
  {
    name: 'no administrators whom a trusted provider lets in',
    needs: 'administrators',
    roles: ADMINISTRATOR,
    method: 'openid',
    trusted: true,
    isMissing: false,
  },
])(
  'a second factor is asked of: $name',
  async ({ needs, roles = [], trusted = false, ...each }) => {
    const { method = 'password', isMissing } = each
    const found = { session: { method }, account: { id: 'anna', roles } } as FoundSession
    const settings = { secondFactor: needs, trustForAdministrators: trusted }
    const of = (has: boolean) =>
      new NeededFactor({
        factors: { has: () => Promise.resolve(has) },
        needs: () => Promise.resolve(settings),
      })
    expect(await of(false).isMissing(found)).toBe(isMissing)
    expect(await of(true).isMissing(found)).toBe(false)
  },
)
