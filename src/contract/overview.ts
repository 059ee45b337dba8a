/** What needs a person, and how mail has been going. */

import { z } from 'zod'
import { MessageLine } from './message-list.ts'

const moment = z.iso.datetime()

export const OverviewQuery = z
  .strictObject({
    hours: z.enum(['24', '168', '720']).default('24').transform(Number).meta({
      description: 'how far back plots go; by the hour up to 168, else by the day (UTC)',
    }),
  })
  .meta({ id: 'OverviewQuery' })

export type OverviewQuery = z.infer<typeof OverviewQuery>

const ExpiringCertificate = z.strictObject({
  fingerprint: z.string(),
  subject: z.string(),
  owner: z.enum(['person', 'partner', 'hub', 'authority']),
  notAfter: moment,
})

const counted = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ count: z.int(), first: z.array(item) })

/**
 * A part is null when the caller may not see what it tells of: messages need `messages.read`,
 * certificates `certificates.read`, the mail test `mail-configuration.read`, nodes `system.read`.
 */
export const Overview = z
  .strictObject({
    at: moment,
    needs: z.strictObject({
      failed: counted(MessageLine)
        .nullable()
        .meta({ description: 'of the last 24 hours, partly failed ones too' }),
      held: counted(MessageLine).nullable(),
      expiring: counted(ExpiringCertificate).nullable().meta({ description: 'within 30 days' }),
      mailTest: z
        .strictObject({
          outcome: z.enum(['passed', 'failed', 'none']),
          at: moment.nullable(),
          id: z.string().nullable(),
        })
        .nullable(),
      nodes: z
        .strictObject({
          alive: z.int(),
          silent: z.array(z.strictObject({ host: z.string(), lastSeenAt: moment })),
        })
        .nullable(),
    }),
    stepHours: z.union([z.literal(1), z.literal(24)]),
    mail: z
      .array(
        z.strictObject({
          at: moment.meta({ description: 'when the step begins' }),
          waiting: z.int(),
          held: z.int(),
          delivered: z.int(),
          partly: z.int(),
          failed: z.int(),
          cancelled: z.int(),
          signed: z.int(),
          encrypted: z.int().meta({ description: 'to everyone, by us or before' }),
          total: z.int(),
        }),
      )
      .nullable()
      .meta({ description: 'messages by when they were accepted; each step is there, empty too' }),
    queue: z
      .strictObject({
        waiting: z.int(),
        held: z.int(),
        oldestSeconds: z.int().nullable(),
        p50Seconds: z.int().nullable(),
        p95Seconds: z.int().nullable(),
        ages: z
          .array(
            z.strictObject({
              belowSeconds: z.int().nullable().meta({ description: 'null: as old as may be' }),
              waiting: z.int(),
              held: z.int(),
            }),
          )
          .meta({ description: 'recipients by how long ago they were accepted, youngest first' }),
      })
      .nullable(),
    expiringByWeek: z
      .array(z.strictObject({ at: moment, person: z.int(), partner: z.int(), own: z.int() }))
      .nullable()
      .meta({ description: 'the next 13 weeks; own: those of the hub and its authorities' }),
  })
  .meta({ id: 'Overview' })

export type Overview = z.infer<typeof Overview>
