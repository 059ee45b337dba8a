/** Tests the way out by a mail server: the queue's own dialogue, one command at a time. */

import { asHubError, type HubError } from '../../base/errors.ts'
import type { MailCause, MailStage } from '../../contract/mail-stages.ts'
import { causeWith } from '../smtp/connection-cause.ts'
import type { TlsFacts } from '../queue/delivery-report.ts'
import type { Resolver } from '../smtp/look-up.ts'
import { type SmtpMailRoute, tokenSourceOf } from '../mail-route.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'
import { blameRole, type Probing, probeToken } from './probe-token.ts'
import { smtpErrorCause, undeliveredCause } from '../smtp/smtp-cause.ts'
import { type Opening, SmtpConnection } from '../smtp/smtp-connection.ts'
import { SMTP_CLIENT_LIMITS, type SmtpClientLimits } from '../smtp/smtp-limits.ts'
import { openDialogue } from '../smtp/smtp-opening.ts'
import { sendMessage } from '../smtp/smtp-transaction.ts'

const SECOND_MS = 1000

/** Somebody sits and waits: a server that takes longer than this is not in order. */
const PROBE_LIMITS: SmtpClientLimits = {
  ...SMTP_CLIENT_LIMITS,
  lookUpMs: 10 * SECOND_MS,
  connectMs: 15 * SECOND_MS,
  handshakeMs: 15 * SECOND_MS,
  greetingMs: 30 * SECOND_MS,
  commandMs: 30 * SECOND_MS,
  dataMs: 30 * SECOND_MS,
  contentBlockMs: 30 * SECOND_MS,
  finalDotMs: 60 * SECOND_MS,
}

/** A handshake on a port that was thought to speak in clear is quick, or there is none. */
const TLS_GUESS_MS = 3 * SECOND_MS

/** Gives the cause of a failure in the stage under way, or undefined when the message was taken. */
export async function probeSmtp(
  route: SmtpMailRoute,
  message: OutgoingMessage,
  { resolver, ...probing }: Probing & { resolver: Resolver },
): Promise<MailCause | undefined> {
  const { stages, signal } = probing
  const limits = { ...PROBE_LIMITS, ...route.limits }
  const source = tokenSourceOf(route)
  const token = source && (await probeToken(source, { ...probing, role: 'SMTP.SendAsApp' }))
  if (token?.is === 'none') return token.cause
  const opening: Opening = {
    limits,
    signal,
    resolver,
    record: stages.record,
    enter: stages.enter,
    onTls: (tls) => {
      stages.annotate(route.tls === 'implicit' ? 'tls' : 'starttls', shownTls(tls))
    },
    asksAnyway: true,
    ...(token === undefined ? {} : { token: token.value }),
  }
  let opened: Awaited<ReturnType<typeof openDialogue>>
  try {
    opened = await openDialogue(route, opening)
  } catch (error) {
    const hubError = asHubError(error)
    stages.record('transport', hubError.message)
    if (stages.current === 'login') blameRole(stages)
    if (await isTlsPort(route, opening, { stage: stages.current, error: hubError })) {
      return causeWith('tls.expected', { host: route.host, port: route.port })
    }
    const seconds = secondsOf(stages.current, limits)
    return smtpErrorCause(stages.current, hubError, { route, seconds })
  }
  const { connection, capabilities } = opened
  try {
    const { results, error } = await sendMessage(connection, message, {
      capabilities: { ...capabilities, pipelining: false },
      limits,
      enter: stages.enter,
    })
    const bad = results.find((result) => result.is !== 'delivered')
    if (bad === undefined) return undefined
    if (bad.reply === undefined && error !== undefined) {
      stages.record('transport', error.message)
      const seconds = secondsOf(stages.current, limits)
      return smtpErrorCause(stages.current, error, { route, seconds })
    }
    if (bad.reply === undefined) stages.record('transport', bad.because)
    return undeliveredCause(stages.current, bad, route)
  } finally {
    connection.record = () => undefined
    connection.quit()
  }
}

/** How long the stage had. */
function secondsOf(stage: MailStage['name'], limits: SmtpClientLimits): number {
  const ms = {
    'look-up': limits.lookUpMs,
    connect: limits.connectMs,
    tls: limits.handshakeMs,
    greeting: limits.greetingMs,
    content: limits.finalDotMs,
  }
  return (stage in ms ? ms[stage as keyof typeof ms] : limits.commandMs) / 1000
}

/** A port that speaks TLS waits for us to begin, as we wait for its greeting: looks whether it does. */
async function isTlsPort(
  route: SmtpMailRoute,
  { limits, signal, resolver }: Opening,
  { stage, error }: { stage: string; error: HubError },
): Promise<boolean> {
  if (stage !== 'greeting' || route.tls === 'implicit' || signal?.aborted === true) return false
  if (error.detail.replyCode !== undefined) return false
  const handshakeMs = Math.min(TLS_GUESS_MS, limits.handshakeMs)
  const guess = { ...route, tls: 'implicit' as const }
  try {
    const connection = await SmtpConnection.open(
      { ...guess, acceptInvalidCertificate: true, acceptWrongHostName: true },
      {
        limits: { ...limits, handshakeMs },
        record: () => undefined,
        ...(signal === undefined ? {} : { signal }),
        ...(resolver === undefined ? {} : { resolver }),
      },
    )
    connection.destroy()
    return true
  } catch {
    // It does not, and the first cause stands.
    return false
  }
}

function shownTls(tls: TlsFacts | undefined): Pick<MailStage, 'facts' | 'cause'> {
  if (tls === undefined) return { cause: causeWith('connection.in-clear') }
  const { protocol, cipher, verified, because, accepted, peer, issuer, names, validUntil } = tls
  const facts = {
    protocol,
    cipher,
    ...(peer === undefined ? {} : { certificate: peer }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(names === undefined ? {} : { names: names.join(', ') }),
    ...(validUntil === undefined ? {} : { validUntil }),
  }
  if (verified) return { facts }
  const params = { reason: because, names: names?.join(', '), until: validUntil }
  if (accepted === undefined) return { facts, cause: causeWith('certificate.not-verified', params) }
  return {
    facts,
    cause: accepted.includes('invalid-certificate')
      ? causeWith('certificate.accepted-invalid', params)
      : causeWith('certificate.accepted-wrong-host-name', params),
  }
}
