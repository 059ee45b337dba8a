/** People with accounts on a hub that serves, each with one role, signed in by password. */

import { vi } from 'vitest'
import type { Role } from '../../src/contract/permissions.ts'
import { type ApiSession, signInByApi } from './api-session.ts'
import type { TestHub } from './test-hub.ts'

export interface SignedIn extends ApiSession {
  /** Of the account. */
  readonly id: string
  readonly name: string
}

const ADMIN = { address: 'admin@example.org', password: 'correct horse battery' }

export async function signInAdmin(hub: TestHub): Promise<SignedIn> {
  const session = await signInByApi(hub.web, ADMIN)
  const { id } = await accountOf(hub, ADMIN.address)
  return { ...session, id, name: 'admin' }
}

/** Invites somebody, accepts for them by the link in the mail, and signs them in. */
export async function signInWith(
  hub: TestHub,
  admin: ApiSession,
  { name, roles }: { name: string; roles: Role[] },
): Promise<SignedIn> {
  const address = `${name.toLowerCase()}@example.org`
  await admin.done('POST', '/api/v1/people', { address, name, invite: { roles } })
  const password = `three blind mice and ${name}`
  const accepted = await fetch(`${hub.web}/api/v1/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token: await invitationTo(hub, address),
      name,
      language: 'en',
      password,
    }),
  })
  if (!accepted.ok) throw new Error(`${address} cannot accept: ${await accepted.text()}`)
  const { id } = await accountOf(hub, address)
  return { ...(await signInByApi(hub.web, { address, password })), id, name }
}

async function accountOf({ command }: TestHub, address: string) {
  const account = await command.accounts.findAccountOfAddress(address)
  if (account === undefined) throw new Error(`${address} has no account`)
  return account
}

function invitationTo({ sink }: TestHub, address: string): Promise<string> {
  return vi.waitFor(
    () => {
      const token = sink.messages
        .filter(({ recipients }) => recipients.includes(address))
        .map(({ content }) => Buffer.from(content).toString('latin1').replaceAll('=\r\n', ''))
        .flatMap((text) => /\/invitation#([\w-]+)/.exec(text)?.[1] ?? [])
        .at(-1)
      if (token === undefined) throw new Error(`${address} got no invitation`)
      return token
    },
    { timeout: 60_000 },
  )
}
