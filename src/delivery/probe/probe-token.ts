/** The stages of a test that are about the access token: whether there is one, and what it allows. */

import type { Clock } from '../../base/clock.ts'
import { asHubError } from '../../base/errors.ts'
import type { MailCause } from '../../contract/mail-stages.ts'
import { causeWith } from '../smtp/connection-cause.ts'
import type { TokenSource } from '../mail-route.ts'
import {
  requestToken,
  TOKEN_REQUEST_MS,
  tokenRequest,
  type TokenResult,
} from '../oauth/oauth-token.ts'
import type { ProbeStages } from './probe-stages.ts'
import { httpCause, tokenCause } from '../oauth/token-cause.ts'
import { readTokenClaims } from '../oauth/token-claims.ts'

/** What a test works with. */
export interface Probing {
  readonly stages: ProbeStages
  readonly signal: AbortSignal
  readonly clock: Clock
}

export type ProbedToken =
  | { readonly is: 'token'; readonly value: string }
  | { readonly is: 'none'; readonly cause: MailCause }

/**
 * Asks for a token of its own, and looks what it says of itself. That the role is missing is a
 * caution only: there are permissions that a token does not show.
 */
export async function probeToken(
  source: TokenSource,
  {
    stages,
    signal,
    clock,
    role,
    timeoutMs = TOKEN_REQUEST_MS,
  }: Probing & { role: 'Mail.Send' | 'SMTP.SendAsApp'; timeoutMs?: number },
): Promise<ProbedToken> {
  stages.enter('token')
  let result: TokenResult
  try {
    stages.record('client', `POST ${tokenRequest(source, clock.now()).url}`)
    result = await requestToken(source, { clock, signal, timeoutMs })
  } catch (error) {
    const hubError = asHubError(error)
    stages.record('transport', hubError.message)
    return { is: 'none', cause: httpCause(hubError, timeoutMs / 1000) }
  }
  if (result.is === 'refused') {
    const { httpStatus, error, words, correlationId, traceId } = result
    stages.record('server', [httpStatus, error, words].filter(Boolean).join(' '))
    stages.annotate('token', {
      facts: {
        httpStatus: String(httpStatus),
        ...(error === undefined ? {} : { errorCode: error }),
        ...(correlationId === undefined ? {} : { correlationId }),
        ...(traceId === undefined ? {} : { traceId }),
      },
    })
    return { is: 'none', cause: tokenCause(source, result) }
  }
  const { value, expiresAt } = result.token
  stages.record('server', '200 <token>')
  stages.annotate('token', { facts: { expiresAt: expiresAt.toISOString() } })
  stages.enter('role')
  lookAtRole(value, { stages, role, isMicrosoft: source.is === 'microsoft' })
  return { is: 'token', value }
}

function lookAtRole(
  token: string,
  { stages, role, isMicrosoft }: { stages: ProbeStages; role: string; isMicrosoft: boolean },
): void {
  const claims = readTokenClaims(token)
  if (!isMicrosoft || claims === undefined) {
    stages.annotate('role', { cause: causeWith('role.not-readable') })
    return
  }
  const { application, tenant } = claims
  const roles = claims.roles.join(', ')
  stages.record('transport', `the token has ${roles === '' ? 'no roles' : `the roles ${roles}`}`)
  stages.annotate('role', {
    facts: {
      roles,
      ...(application === undefined ? {} : { application }),
      ...(tenant === undefined ? {} : { tenant }),
    },
    ...(claims.roles.includes(role) ? {} : { cause: causeWith('role.missing', { role, roles }) }),
  })
}

/** The server has refused, and the token lacks the role: that is why, as far as anybody can tell. */
export function blameRole(stages: ProbeStages): void {
  const cause = stages.all.find(({ name }) => name === 'role')?.cause
  if (cause?.code === 'role.missing') stages.blame('role', cause)
}
