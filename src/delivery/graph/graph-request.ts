/** The request by which Graph takes a message, and its limits. */

import { toBase64 } from '../../base/bytes.ts'
import { type OutboundReply, requestOutside } from '../../base/outbound.ts'
import { graphOrigin, type GraphLimits, type GraphMailRoute } from '../mail-route.ts'

export const GRAPH_LIMITS: GraphLimits = { requestMs: 60_000, attemptMs: 300_000 }

/** Errors of Graph have a few hundred bytes. */
const MAX_ANSWER_BYTES = 64 * 1024

export function sendMailUrl({ graph, sender }: GraphMailRoute): string {
  return `${graphOrigin(graph)}/v1.0/users/${encodeURIComponent(sender)}/sendMail`
}

/** Names the turns of a mailbox: they are counted by application and mailbox. */
export function mailboxKey({ graph, source, sender }: GraphMailRoute): string {
  return JSON.stringify([graphOrigin(graph), source.clientId, sender.toLowerCase()])
}

/**
 * Hands Graph a message that names its recipients.
 *
 * @throws HubError `outbound.*`
 */
export function requestSendMail(
  route: GraphMailRoute,
  {
    content,
    token,
    timeoutMs,
    signal,
  }: { content: Uint8Array; token: string; timeoutMs: number; signal: AbortSignal },
): Promise<OutboundReply> {
  return requestOutside({
    method: 'POST',
    url: sendMailUrl(route),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' },
    body: toBase64(content),
    timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
    signal,
    ...(route.ca === undefined ? {} : { ca: route.ca }),
  })
}
