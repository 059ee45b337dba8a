/** The hub itself: what runs, in which version, and how it is. */

import { z } from 'zod'

/** What somebody should look at; the web interface says it in words. */
export const SYSTEM_WARNINGS = [
  /** People open the hub by plain http from other machines: passwords travel in clear. */
  'plain-http',
  /** Mail is waiting longer than it should. */
  'queue-old',
  /** The disk of the database is nearly full. */
  'disk-low',
  /** Background jobs gave up. */
  'jobs-failed',
  /** The last test of how mail is sent failed. */
  'mail-test-failed',
  /** Nodes of different versions work on one database. */
  'versions-differ',
  /** No process does background work. */
  'no-worker',
] as const

export type SystemWarning = (typeof SYSTEM_WARNINGS)[number]

const moment = z.iso.datetime()

/** A process of the hub. */
export const NodeView = z
  .strictObject({
    id: z.string(),
    host: z.string(),
    startedAt: moment,
    alive: z.boolean().meta({ description: 'it was seen within the last half minute' }),
    lastSeenAt: moment,
    roles: z.array(z.enum(['web', 'smtp', 'worker'])),
    version: z.string(),
    answersThis: z.boolean().meta({ description: 'it is the one that answers this request' }),
  })
  .meta({ id: 'Node' })

export const SystemView = z
  .strictObject({
    versions: z.strictObject({ hub: z.string(), node: z.string(), postgresql: z.string() }),
    startedAt: moment,
    uptimeSeconds: z.int(),
    publicUrl: z.string(),
    nodes: z.array(NodeView),
    database: z.strictObject({
      answersInMs: z.number(),
      sizeBytes: z.int(),
      own: z.boolean().meta({ description: 'the hub runs it itself' }),
    }),
    queue: z.strictObject({
      waiting: z.int(),
      held: z.int(),
      oldestWaitingSince: moment.nullable(),
    }),
    disk: z
      .strictObject({ freeBytes: z.int(), sizeBytes: z.int() })
      .nullable()
      .meta({ description: 'of the data folder; null when the database is elsewhere' }),
    jobs: z.strictObject({
      waiting: z.int(),
      failed: z.int().meta({ description: 'gave up after the last attempt' }),
    }),
    lastMailTest: z
      .strictObject({
        id: z.string(),
        startedAt: moment,
        outcome: z.enum(['accepted', 'failed', 'interrupted']).nullable(),
      })
      .nullable(),
    warnings: z.array(z.enum(SYSTEM_WARNINGS)),
  })
  .meta({ id: 'System' })

export type NodeView = z.infer<typeof NodeView>
export type SystemView = z.infer<typeof SystemView>
