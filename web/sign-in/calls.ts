import type { z } from 'zod'
import {
  LinkUsed,
  LinkView,
  PasswordResetAccepted,
  SessionView,
} from '../../src/contract/session.ts'
import { PasskeyRequest } from '../../src/contract/sign-in-methods.ts'
import { SetupReply, type SetupRequest } from '../../src/contract/setup.ts'
import type { ApiClient } from '../api/client.ts'
import { SESSION_PATH } from '../api/session.ts'

type Post = <Reply>(path: string, reply: z.ZodType<Reply>, body?: unknown) => Promise<Reply>

/** The requests of the pages for signing in; none of them asks to sign in again. */
export function signInCalls(api: ApiClient) {
  const post: Post = (path, reply, body = {}) =>
    api.call(path, { method: 'POST', body, reply, plain: true })
  return {
    signIn: (body: { address: string; password: string }) => post(SESSION_PATH, SessionView, body),
    giveTotp: (code: string) => post(`${SESSION_PATH}/totp`, SessionView, { code }),
    giveRecoveryCode: (code: string) =>
      post(`${SESSION_PATH}/recovery-code`, SessionView, { code }),
    passkeyOptions: () => post(`${SESSION_PATH}/passkey-options`, PasskeyRequest),
    givePasskey: (assertion: unknown) => post(`${SESSION_PATH}/passkey`, SessionView, assertion),
    confirm: (password: string) => post(`${SESSION_PATH}/confirm`, SessionView, { password }),
    setUp: (request: SetupRequest) => post('/api/v1/setup', SetupReply, request),
    requestReset: (address: string) =>
      post('/api/v1/password-resets', PasswordResetAccepted, { address }),
    findReset: (token: string) => post('/api/v1/password-resets/check', LinkView, { token }),
    completeReset: (body: { token: string; password: string }) =>
      post('/api/v1/password-resets/complete', LinkUsed, body),
    findInvitation: (token: string) => post('/api/v1/invitations/check', LinkView, { token }),
    acceptInvitation: (body: { token: string; name: string; language: string; password: string }) =>
      post('/api/v1/invitations/accept', LinkUsed, body),
  }
}

export type SignInCalls = ReturnType<typeof signInCalls>

/** Leads to the provider and comes back to `/` or, with `?error=CODE`, to `/sign-in`. */
export const OPENID_START = `${SESSION_PATH}/openid`
