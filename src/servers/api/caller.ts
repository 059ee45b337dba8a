/** Who calls the API: somebody who signed in, or a program with a credential. */

import { HubError } from '../../base/errors.ts'
import type { Permission, Role } from '../../contract/permissions.ts'

/** Somebody with an account, by a session in the browser or by an API token of theirs. */
export interface AccountCaller {
  readonly is: 'account'
  /** Of the account. */
  readonly id: string
  readonly personId: string
  readonly address: string
  readonly name: string
  readonly roles: readonly Role[]
  /** What they may do now: of their roles; by a token, only what its scopes name too. */
  readonly permissions: ReadonlySet<Permission>
  /** They have to enrol a second factor before anything else. */
  readonly mustEnrol?: boolean
  /** Set when they call from the browser. */
  readonly sessionId?: string | undefined
  /** Set when they call by an API token. */
  readonly tokenId?: string | undefined
}

/** A program that submits mail. */
export interface CredentialCaller {
  readonly is: 'credential'
  /** Its name. */
  readonly credential: string
}

export type Caller = AccountCaller | CredentialCaller

/** What every credential may do. */
const OF_CREDENTIALS: ReadonlySet<Permission> = new Set(['messages.send', 'messages.read'])

/** Why somebody may not use a route; undefined when they may. */
export function refusalOf(
  caller: Caller,
  { permission, toEnrol = false }: { permission: Permission; toEnrol?: boolean | undefined },
): HubError | undefined {
  if (caller.is === 'account' && caller.mustEnrol === true && !toEnrol) {
    return new HubError('second_factor.required', 'a second factor has to be enrolled first')
  }
  if (mayCall(caller, permission)) return undefined
  return new HubError('api.forbidden', `this needs the permission ${permission}`)
}

export function mayCall(caller: Caller, permission: Permission): boolean {
  return (caller.is === 'account' ? caller.permissions : OF_CREDENTIALS).has(permission)
}
