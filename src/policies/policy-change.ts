/**
 * The short way in which a policy changes, that of the pages of settings: check out, check in and
 * deploy in one. A new version is in force, told of in the audit log and in the history.
 */

import type { Audit, AuditEntry } from '../audit/audit.ts'
import { type JsonValue, canonicalJson } from '../base/canonical-json.ts'
import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import { FieldIssues } from '../base/field-issues.ts'
import type { FieldChange } from '../contract/policies.ts'
import type { Transaction } from '../db/connection.ts'
import { sendSignal } from '../db/signals.ts'
import { type Comparable, differencesOf } from './policy-difference.ts'
import { refuseWithoutApproval, rulesInForce } from './approval/approval-rules.ts'
import { changeOf } from './approval/change.ts'
import { inProduction } from './deployment/in-production.ts'
import { insertDeployment } from './deployment/store.ts'
import { MACHINE } from './lifecycle/machine.ts'
import { insertEvent } from './lifecycle/store.ts'
import { permissionsOf, requireAll } from './lifecycle/transition.ts'
import { applyLimit } from './lifecycle/version-limit.ts'
import { PolicyLinks } from './links/links.ts'
import {
  type Author,
  type Changer,
  type PolicyDocument,
  type PolicyKind,
  type Secrets,
  ONLY_ONE,
  keyOf,
} from './policy-kind.ts'
import type { PolicySecrets, StoredSecret } from './policy-secrets.ts'
import * as store from './versions/store.ts'

export interface ChangeOptions {
  readonly by: Changer
  readonly comment?: string | undefined
  /** The newest version that was seen, 0 for none; whoever saw nothing leaves it out. */
  readonly basedOn?: number | undefined
  /**
   * Does in the same transaction what belongs to the change, and gives the audit entries of it. It
   * must not wait for locks.
   */
  readonly also?: (tx: Transaction, saved: Saved) => Promise<readonly AuditEntry[]>
}

/** What became of a change. What was so already makes no version. */
export interface Saved {
  readonly version: number
  readonly isNew: boolean
}

/** What a version is to say. */
export interface Wanted<Document extends PolicyDocument> {
  /** Null: nothing. */
  readonly document: Document | null
  /** Secrets that exist already. */
  readonly kept: readonly StoredSecret[]
  /** New ones, in clear. */
  readonly added: Secrets
  readonly rolledBackTo?: number
}

interface Parts {
  readonly audit: Audit
  readonly clock: Clock
  readonly secrets: PolicySecrets
}

/**
 * Adds a version and puts it in force. `want` is told the secrets of the newest version, which
 * cannot change meanwhile.
 *
 * @throws HubError `policy.changed_meanwhile`, `policy.refused` and what `want` throws
 */
export async function changePolicy<Document extends PolicyDocument>(
  tx: Transaction,
  { audit, clock, secrets }: Parts,
  change: ChangeOptions & {
    readonly kind: PolicyKind<Document>
    readonly want: (current: readonly StoredSecret[]) => Promise<Wanted<Document>>
  },
): Promise<Saved> {
  const { kind, by, basedOn, also } = change
  const at = clock.now()
  const policy = await store.lockPolicy(tx, { ...keyOf(kind), at })
  const { id: policyId, newest } = policy
  await refuseForbidden(tx, by, policyId)
  if (basedOn !== undefined && basedOn !== newest) throw changedMeanwhile(kind, newest)
  const before = await newestOf(tx, kind, newest)
  const wanted = await change.want(before.secrets)
  const added = secrets.seal(wanted.added, { at, by })
  const after = { document: wanted.document, secrets: [...wanted.kept, ...added] }
  const changes = differencesOf(before, after)
  const isOther = changes.length > 0 || (before.document === null) !== (after.document === null)
  // What was checked in only is not in force yet, whatever it says.
  const isNew = isOther || (newest > 0 && (await inProduction(tx, policy)).number !== newest)
  const saved = { version: isNew ? newest + 1 : newest, isNew }
  const author = { at, by, comment: change.comment ?? '' }
  const rolledBackTo = wanted.rolledBackTo ?? null
  if (isNew) {
    await refuseShortWay(tx, kind, policy, { document: after.document, links: before.links })
    const version = { ...author, ...saved, rolledBackTo, policyId }
    const { links } = before
    await write(tx, { ...version, document: after.document, links, added, secrets: after.secrets })
    const { versionLimit } = await rulesInForce(tx)
    await applyLimit(tx, { clock }, { id: policyId, newest: saved.version }, versionLimit)
    await sendSignal(tx, 'policy', kind.kind)
  }
  // Audit entries come last: from the first of them on, others wait to record theirs.
  const entries = (await also?.(tx, saved)) ?? []
  if (isNew) {
    const detail = {
      version: saved.version,
      comment: author.comment,
      ...(rolledBackTo === null ? {} : { rolledBackTo }),
      changes: asDetail(changes),
    }
    const verb = verbOf(wanted)
    const { version: number } = saved
    const { comment } = author
    const who = { by: by.id, byName: by.name }
    await insertEvent(tx, { policyId, verb, number, at, ...who, comment, detail: '{}' })
    const action = `policy.${verb.replaceAll('-', '_')}`
    await audit.record(tx, { action, subject: kind.kind, by: by.id, at, detail })
  }
  for (const entry of entries) await audit.record(tx, entry)
  return saved
}

/** Checking out, checking in and deploying asks for the permissions of each. @throws HubError `policy.forbidden` */
async function refuseForbidden(
  tx: Transaction,
  { id, roles }: Changer,
  policyId: string,
): Promise<void> {
  if (roles === undefined) return
  const held = await permissionsOf(tx, { id, roles }, policyId)
  for (const verb of ['edit', 'deploy'] as const) requireAll(held, MACHINE[verb].needs, verb)
}

/**
 * The short way is for a policy that rests, and where nobody has to approve.
 *
 * @throws HubError `policy.wrong_state`, `policy.held_by_other`, `policy.approval_required`
 */
async function refuseShortWay(
  tx: Transaction,
  kind: PolicyKind,
  { state, heldByName }: store.LockedPolicy,
  { document, links }: { document: PolicyDocument | null; links: PolicyLinks },
): Promise<void> {
  if (state === 'checked-out') {
    throw new HubError('policy.held_by_other', `checked out by ${heldByName ?? 'nobody'}`, {
      detail: { by: heldByName ?? '' },
    })
  }
  if (state !== 'checked-in') {
    throw new HubError('policy.wrong_state', `cannot save a policy that is ${state}`, {
      detail: { verb: 'save', state },
    })
  }
  await refuseWithoutApproval(tx, changeOf(kind, document, links))
}

async function newestOf(
  tx: Transaction,
  kind: Pick<PolicyKind, 'kind'>,
  number: number,
): Promise<Comparable & { secrets: readonly StoredSecret[]; links: PolicyLinks }> {
  const row = number === 0 ? undefined : await store.findVersion(tx, { ...keyOf(kind), number })
  if (row === undefined) return { document: null, secrets: [], links: [] }
  return {
    links: PolicyLinks.parse(row.links),
    document: row.document as PolicyDocument | null,
    secrets: await store.findSecrets(tx, row),
  }
}

async function write(
  tx: Transaction,
  version: {
    policyId: string
    version: number
    at: Date
    by: Author
    comment: string
    rolledBackTo: number | null
    document: PolicyDocument | null
    links: PolicyLinks
    added: readonly StoredSecret[]
    secrets: readonly StoredSecret[]
  },
): Promise<void> {
  const { policyId, version: number, at, by, comment, rolledBackTo, document, links } = version
  const columns = { number, at, by: by.id, byName: by.name, comment, rolledBackTo }
  await store.insertVersion(tx, policyId, { ...columns, document, links })
  for (const secret of version.added) await store.insertSecret(tx, policyId, secret)
  await store.linkSecrets(tx, { policyId, number }, version.secrets)
  await insertDeployment(tx, {
    ...{ policyId, number, at, by: by.id, byName: by.name },
    ...{ name: ONLY_ONE, links, requestId: null, breakGlassReason: null },
  })
}

/**
 * What a version is to say in its normal form, if the rules of its kind take it.
 *
 * @throws HubError `policy.refused`, `seal.broken`
 */
export function byTheRules<Document extends PolicyDocument>(
  kind: PolicyKind<Document>,
  wanted: Wanted<Document>,
  sealed: PolicySecrets,
): Wanted<Document> {
  if (wanted.document === null) return wanted
  const secrets = { ...sealed.open(wanted.kept), ...wanted.added }
  const { issues, document } = kind.validate(wanted.document, secrets)
  refuseIssues(kind, issues)
  return { ...wanted, document }
}

/** @throws HubError `policy.refused`, when there is an issue */
export function refuseIssues(
  { kind }: Pick<PolicyKind, 'kind'>,
  issues: FieldIssues['issues'],
): void {
  if (issues.length === 0) return
  const cause = new FieldIssues(issues)
  throw new HubError('policy.refused', `the ${kind} settings cannot be taken: ${cause.message}`, {
    cause,
  })
}

function verbOf({
  document,
  rolledBackTo,
}: Wanted<PolicyDocument>): 'roll-back' | 'clear' | 'save' {
  if (rolledBackTo !== undefined) return 'roll-back'
  return document === null ? 'clear' : 'save'
}

/** What stands in the audit log for ever: values that were and are; of secrets that they changed. */
function asDetail(changes: readonly FieldChange[]): JsonValue {
  return JSON.parse(canonicalJson(changes)) as JsonValue
}

function changedMeanwhile({ kind }: Pick<PolicyKind, 'kind'>, newest: number): HubError {
  return new HubError(
    'policy.changed_meanwhile',
    `the ${kind} settings were changed meanwhile: their newest version is ${newest}`,
    { detail: { newest } },
  )
}
