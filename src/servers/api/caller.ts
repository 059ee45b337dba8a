/** Who calls the API: somebody who signed in, or a program with a credential. */

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

export function mayCall(caller: Caller, permission: Permission): boolean {
  return (caller.is === 'account' ? caller.permissions : OF_CREDENTIALS).has(permission)
}
