/** Routes of the audit log: search it, and check that nobody changed it. */

import type { RecordedEntry } from '../../audit/audit.ts'
import {
  type AuditEntryView,
  type AuditName,
  AuditPage,
  AuditQuery,
  AuditVerification,
} from '../../contract/audit.ts'
import { route } from './route.ts'

/** A million entries are hashed in less. */
const VERIFY_WITHIN_MS = 5 * 60_000

export const listAudit = route({
  method: 'GET',
  path: '/api/v1/audit',
  summary: 'What was done, newest first',
  permission: 'audit.read',
  query: AuditQuery,
  replies: { 200: AuditPage },
  async handle({ query }, hub) {
    const { from, to, after, ...rest } = query
    const { entries, names, next } = await hub.audit.search({
      ...rest,
      // Newest first: what comes after has smaller numbers.
      before: after,
      ...(from === undefined ? {} : { from: new Date(from) }),
      ...(to === undefined ? {} : { to: new Date(to) }),
    })
    const body: AuditPage = { entries: entries.map((entry) => view(entry, names)), next }
    return { status: 200, body }
  },
})

export const verifyAudit = route({
  method: 'GET',
  path: '/api/v1/audit/verification',
  summary: 'Whether the audit log is as it was recorded; computes every hash again',
  permission: 'audit.read',
  timeoutMs: VERIFY_WITHIN_MS,
  replies: { 200: AuditVerification },
  async handle(_, hub) {
    const { verdict, at } = await hub.audit.verifyOnce()
    const body: AuditVerification = { ...verdict, checkedAt: at.toISOString() }
    return { status: 200, body }
  },
})

type Names = ReadonlyMap<string, { name: string; address: string | null }>

function view(entry: RecordedEntry, names: Names): AuditEntryView {
  const { number, at, action, subject, by, detail, hash } = entry
  return {
    number,
    at: at.toISOString(),
    action,
    subject: named(subject, names),
    by: named(by, names),
    detail,
    hash,
  }
}

function named(id: string, names: Names): AuditName {
  const { name = null, address = null } = names.get(id) ?? {}
  return { id, name, address }
}
