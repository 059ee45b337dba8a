import type { AccountSide } from '../../accounts/account-side.ts'
import type { FoundSession, SecondFactors } from '../../accounts/sessions/session.ts'
import type { FoundToken } from '../../accounts/api-tokens/api-tokens.ts'
import { type Permission, permissionsOf } from '../../contract/permissions.ts'
import type { SessionView } from '../../contract/session.ts'
import type { AccountCaller } from './caller.ts'

/** What the routes of sign-in, profile and people ask of the hub. */
export interface AccountApi extends AccountSide {
  readonly secondFactors: SecondFactors
  /** Whether whoever has this session has to enrol a second factor before anything else. */
  mustEnrol(found: FoundSession): Promise<boolean>
  /** Name of the organisation, when there is one. */
  organizationName(): Promise<string | undefined>
  isSetupLinkValid(token: string): Promise<boolean>
  /** Codes of what somebody with these permissions should know: see `SessionView`. */
  notices(permissions: ReadonlySet<Permission>): Promise<string[]>
  signInMethods(): Promise<SessionView['signInMethods']>
}

/** Who calls by a session; nobody while a second factor is missing. */
export function callerOfSession(
  { session, account }: FoundSession,
  { mustEnrol = false }: { mustEnrol?: boolean } = {},
): AccountCaller | undefined {
  if (session.state !== 'signed-in') return undefined
  const { id, personId, address, name, roles } = account
  const permissions = permissionsOf(roles)
  const sessionId = session.id
  return {
    ...{ is: 'account', id, personId, address, name, roles, permissions, sessionId },
    ...(mustEnrol && { mustEnrol }),
  }
}

/** Who calls by an API token. */
export function callerOfToken({ token, account, permissions }: FoundToken): AccountCaller {
  const { id, personId, address, name, roles } = account
  return { is: 'account', id, personId, address, name, roles, permissions, tokenId: token.id }
}
