/** The timeline of a message, each step in its own shape. */

import { z } from 'zod'
import type { TimelineEvent } from '../../contract/message-detail.ts'
import { RecipientCounts } from '../../contract/message-layers.ts'
import type { MessageWay } from '../../contract/message-list.ts'
import type { EventRecord, MessageRecord } from './store.ts'

const strength = z.enum(['encrypted', 'clear', 'passed'])

const Protected = z.object({
  copy: z.int(),
  strength: strength.optional(),
  signedWith: z.string().optional(),
  encryptedTo: z.array(z.string()).optional(),
  cipher: z.string().optional(),
  signature: z.object({ digest: z.string(), algorithm: z.string() }).optional(),
  envelope: z
    .object({
      is: z.enum(['enveloped-data', 'auth-enveloped-data']),
      recipients: RecipientCounts,
    })
    .optional(),
  sizeBytes: z.int().optional(),
})

const Attempt = z.object({
  recipients: z.array(
    z.object({
      recipient: z.string(),
      is: z.enum(['delivered', 'deferred', 'failed']),
      status: z.string(),
      because: z.string().optional(),
    }),
  ),
  tls: z
    .object({
      protocol: z.string(),
      cipher: z.string(),
      verified: z.boolean(),
      because: z.string().optional(),
      peer: z.string().optional(),
    })
    .optional(),
  dialogue: z.array(z.string()),
})

const Alarm = z.object({ alarm: z.literal(true), because: z.string(), copy: z.int().optional() })
const Because = z.object({ because: z.string() })
const Bounced = z.object({ notification: z.string(), to: z.string() })
const Ordered = z.object({ by: z.string(), recipients: z.array(z.int()).optional() })

const SPEAKERS = { '>': 'client', '<': 'server', '-': 'transport' } as const

/** From its acceptance on, oldest first. A step that is not known, or not in its form, is `other`. */
export function timelineOf(message: MessageRecord): TimelineEvent[] {
  const { acceptedAt, contentErasedAt, events, facts } = message
  const via: MessageWay = facts.via
  return [
    { at: acceptedAt.toISOString(), step: 'accepted', via },
    ...events.map(eventOf),
    ...(contentErasedAt === null
      ? []
      : [{ at: contentErasedAt.toISOString(), step: 'erased' as const }]),
  ]
}

function eventOf(event: EventRecord): TimelineEvent {
  const at = event.at.toISOString()
  return known(event, at) ?? { at, step: 'other', name: event.step }
}

function known({ step, detail }: EventRecord, at: string): TimelineEvent | undefined {
  switch (step) {
    case 'protected': {
      const { data } = Protected.safeParse(detail)
      return (
        data && {
          at,
          step,
          copy: data.copy,
          strength: data.strength ?? null,
          signedWith: data.signedWith ?? null,
          encryptedTo: data.encryptedTo ?? [],
          cipher: data.cipher ?? null,
          signature: data.signature ?? null,
          envelope: data.envelope ?? null,
          sizeBytes: data.sizeBytes ?? null,
        }
      )
    }
    case 'attempt': {
      const { data } = Attempt.safeParse(detail)
      return data && attemptOf(data, at)
    }
    case 'deferred':
    case 'failed': {
      const { data } = Because.safeParse(detail)
      return data && { at, step, because: data.because }
    }
    case 'bounced': {
      const { data } = Bounced.safeParse(detail)
      return data && { at, step, notification: data.notification, to: data.to }
    }
    case 'held': {
      const { data: alarm } = Alarm.safeParse(detail)
      if (alarm) return { at, step: 'alarm', copy: alarm.copy ?? null, because: alarm.because }
      return orderedOf(step, detail, at)
    }
    case 'released':
    case 'retried':
    case 'cancelled':
      return orderedOf(step, detail, at)
    default:
      return undefined
  }
}

function orderedOf(
  step: 'held' | 'released' | 'retried' | 'cancelled',
  detail: unknown,
  at: string,
): TimelineEvent | undefined {
  const { data } = Ordered.safeParse(detail)
  return data && { at, step, by: data.by, recipients: data.recipients ?? null }
}

function attemptOf(
  { recipients, tls, dialogue }: z.infer<typeof Attempt>,
  at: string,
): TimelineEvent {
  return {
    at,
    step: 'attempt',
    recipients: recipients.map(({ recipient, is, status, because }) => ({
      address: recipient,
      is,
      status,
      because: because ?? null,
    })),
    tls:
      tls === undefined
        ? null
        : {
            protocol: tls.protocol,
            cipher: tls.cipher,
            isVerified: tls.verified,
            because: tls.because ?? null,
            peer: tls.peer ?? null,
          },
    dialogue: dialogue.map((line) => {
      const by = SPEAKERS[line.charAt(0) as keyof typeof SPEAKERS]
      return by === undefined
        ? { by: 'transport' as const, text: line }
        : { by, text: line.slice(2) }
    }),
  }
}
