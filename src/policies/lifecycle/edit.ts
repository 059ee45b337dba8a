/** Edit: replaces the working copy, when the rules of its kind take it. */

import type { ControlParts } from '../control-parts.ts'
import type { FieldIssue } from '../../base/field-issues.ts'
import { PolicyLinks } from '../links/links.ts'
import { byTheRules, refuseIssues } from '../policy-change.ts'
import type { PolicyDocument, PolicyKind, SecretOrders } from '../policy-kind.ts'
import { followOrders } from '../policy-secrets.ts'
import { eraseUnusedSecrets, findWorkingSecrets, putWorkingSecrets } from '../content/store.ts'
import { insertSecret } from '../versions/store.ts'
import { type PolicyOrder, take } from './step.ts'
import type { PolicyRow } from './store.ts'
import { move } from './transition.ts'

export interface EditOrder extends PolicyOrder {
  /** Null: nothing is set. It need not be of the kind's form yet. */
  readonly document: unknown
  /** Without them the links stay. */
  readonly links?: unknown
  readonly secrets?: SecretOrders
}

/** @throws HubError as `permitted`; `policy.refused`, whose cause names every mistake; `seal.broken` */
export function edit(parts: ControlParts, order: EditOrder): Promise<PolicyRow> {
  return take(parts, 'edit', order, async (tx, before) => {
    const kind = parts.kinds.get(before.kind)
    const current = await findWorkingSecrets(tx, before.id)
    const links = parseLinks(kind, order.links ?? before.workingLinks)
    const document = parseDocument(kind, order.document)
    const names = document === null ? [] : kind.secretsOf(document)
    const orders = followOrders(names, order.secrets ?? {}, current)
    const wanted = byTheRules(kind, { document, ...orders }, parts.secrets)
    const text = wanted.document === null ? null : JSON.stringify(wanted.document)
    const policy = await move(tx, before, {
      verb: 'edit',
      changes: { workingDocument: text, workingLinks: JSON.stringify(links) },
    })
    const { clock, secrets: sealed } = parts
    const added = sealed.seal(wanted.added, { at: clock.now(), by: order.by })
    for (const secret of added) await insertSecret(tx, policy.id, secret)
    await putWorkingSecrets(tx, policy.id, [...wanted.kept, ...added])
    await eraseUnusedSecrets(tx, policy.id)
    return { policy }
  })
}

/** A document in the form of its kind. @throws HubError `policy.refused` */
export function parseDocument(kind: PolicyKind, document: unknown): PolicyDocument | null {
  if (document === null) return null
  const { data, error } = kind.schema.safeParse(document)
  if (data !== undefined) return data
  refuseIssues(kind, issuesOf(error?.issues ?? [], ''))
  return null
}

/** @throws HubError `policy.refused` */
export function parseLinks(kind: PolicyKind, links: unknown): PolicyLinks {
  const { data, error } = PolicyLinks.safeParse(links)
  const issues = data === undefined ? issuesOf(error?.issues ?? [], 'links') : twiceLinked(data)
  refuseIssues(kind, issues)
  return data ?? []
}

function twiceLinked(links: PolicyLinks): FieldIssue[] {
  return links.flatMap(({ target }, n) =>
    links.findIndex((other) => other.target === target) === n
      ? []
      : [{ path: `links.${n}`, code: 'field.duplicate', message: `is linked to ${target} twice` }],
  )
}

function issuesOf(
  issues: readonly { path: readonly PropertyKey[]; message: string }[],
  under: string,
): FieldIssue[] {
  return issues.map(({ path, message }) => ({
    path: [...(under === '' ? [] : [under]), ...path.map(String)].join('.'),
    code: 'field.malformed_text',
    message,
  }))
}
