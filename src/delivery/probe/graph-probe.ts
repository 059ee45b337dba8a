/** Tests the way out by Graph: token, role, size, and one request. */

import { asHubError } from '../../base/errors.ts'
import type { MailCause } from '../../contract/mail-stages.ts'
import { causeWith } from '../smtp/connection-cause.ts'
import { readGraphAnswer } from '../graph/graph-answer.ts'
import { addressTo } from '../graph/graph-envelope.ts'
import { GRAPH_LIMITS, mailboxKey, requestSendMail, sendMailUrl } from '../graph/graph-request.ts'
import { wordsOf } from '../graph/graph-transport.ts'
import { type GraphMailRoute, graphTokenSource, traitsOf } from '../mail-route.ts'
import type { MailboxTurns } from '../graph/mailbox-turns.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'
import { blameRole, type Probing, probeToken } from './probe-token.ts'
import { httpCause } from '../oauth/token-cause.ts'

/** Gives the cause of a failure in the stage under way, or undefined when Graph answered 202. */
export async function probeGraph(
  route: GraphMailRoute,
  message: OutgoingMessage,
  { turns, ...probing }: Probing & { turns: MailboxTurns },
): Promise<MailCause | undefined> {
  const { stages, signal, clock } = probing
  const { requestMs: timeoutMs } = { ...GRAPH_LIMITS, ...route.limits }
  const source = graphTokenSource(route)
  const token = await probeToken(source, { ...probing, role: 'Mail.Send', timeoutMs })
  if (token.is === 'none') return token.cause
  stages.enter('size')
  const content = addressTo(message.content, message.recipients)
  const sizeBytes = content.byteLength
  const limitBytes = traitsOf(route).maxMessageBytes ?? sizeBytes
  stages.annotate('size', { facts: { sizeBytes: `${sizeBytes}`, limitBytes: `${limitBytes}` } })
  if (sizeBytes > limitBytes) {
    return causeWith('message.too-large-for-graph', { sizeBytes, limitBytes })
  }
  stages.enter('send')
  const endTurn = await turns.take(mailboxKey(route), signal)
  try {
    stages.record('client', `POST ${sendMailUrl(route)} <${sizeBytes} bytes>`)
    const circumstances = { content, token: token.value, timeoutMs, signal }
    const answer = readGraphAnswer(await requestSendMail(route, circumstances), clock.now())
    stages.record('server', wordsOf(answer))
    const { requestId } = answer
    if (requestId !== undefined) stages.annotate('send', { facts: { requestId } })
    if (answer.is === 'accepted') return undefined
    const { httpStatus, errorCode, retryAfterMs, cause, words } = answer
    stages.annotate('send', {
      facts: {
        httpStatus: `${httpStatus}`,
        errorCode,
        ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: `${retryAfterMs / 1000}` }),
      },
    })
    if (httpStatus === 401 || httpStatus === 403) blameRole(stages)
    return causeWith(cause, {
      status: httpStatus,
      code: errorCode,
      mailbox: route.sender,
      reason: words,
      ...(retryAfterMs === undefined ? {} : { seconds: retryAfterMs / 1000 }),
    })
  } catch (error) {
    const hubError = asHubError(error)
    stages.record('transport', hubError.message)
    return httpCause(hubError, timeoutMs / 1000)
  } finally {
    endTurn()
  }
}
