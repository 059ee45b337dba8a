/** New policies: made from nothing or from a template, in the archive only or in force at once. */

import { HubError } from '../../base/errors.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import { makeOwner } from '../access/owner.ts'
import type { ControlParts } from '../control-parts.ts'
import { deployVersion } from '../deployment/deploy.ts'
import type { PolicyKind } from '../policy-kind.ts'
import {
  type Content,
  NOTHING,
  type VersionSource,
  addVersion,
  currentContent,
} from '../content/content.ts'
import { parseLinks } from './edit.ts'
import { MACHINE } from './machine.ts'
import { nameTaken, parseName, refuseProductionName } from '../names/policy-name.ts'
import * as store from './store.ts'
import type { PolicyRow } from './store.ts'
import { type Actor, permissionsOf, permitted, record, requireAll } from './transition.ts'

/** What a new policy begins as. Without a default template that is nothing. */
export type Beginning = 'default-template' | 'empty' | { readonly template: string }

export interface CreateOrder {
  readonly by: Actor
  readonly kind: string
  /** Of no meaning where there is only one of the kind. */
  readonly name: string
  readonly from?: Beginning | undefined
  /** Where it is to have effect. */
  readonly links?: unknown
  /** In force at once. */
  readonly isLive?: boolean | undefined
  readonly comment?: string | undefined
}

/**
 * @throws HubError `policy.forbidden`, `policy.kind_unknown`, `policy.name_taken`,
 *   `policy.only_one`, `policy.refused`; of a template and of a deployment what they throw
 */
export async function create(parts: ControlParts, order: CreateOrder): Promise<PolicyRow> {
  const { by, isLive = false, comment = '' } = order
  const made = await parts.db.transaction().execute(async (tx) => {
    const held = await permissionsOf(tx, by, null)
    requireAll(held, MACHINE.create.needs, 'create')
    const { policy, source } = await makePolicy(tx, parts, order)
    await makeOwner(tx, policy.id, by)
    if (isLive) await deployVersion(tx, parts, policy, { number: 1, by })
    const detail = { isLive, ...(source === null ? {} : { from: source.name }) }
    await record(tx, parts, policy, { verb: 'create', by, comment, number: 1, detail })
    return policy
  })
  if (isLive) parts.tell(made.kind)
  return made
}

/** The policy with its first version; `state` is that of a request for it, where it needs one. */
export async function makePolicy(
  tx: Transaction,
  parts: ControlParts,
  order: Omit<CreateOrder, 'isLive'> & { readonly state?: PolicyRow['state'] },
): Promise<{ policy: PolicyRow; source: Extract<VersionSource, { is: 'template' }> | null }> {
  const { by, comment = '', state = 'checked-in' } = order
  const kind = parts.kinds.get(order.kind)
  const name = kind.isOnlyOne === true ? '' : parseName(kind, order.name)
  const { content, source } = await beginning(tx, kind, order)
  const links = order.links === undefined ? content.links : parseLinks(kind, order.links)
  const at = parts.clock.now()
  const row = { kind: kind.kind, name, state, newest: 1, isTemplate: false, createdAt: at }
  const policy = await store.insertPolicy(tx, row)
  if (policy === undefined) throw kind.isOnlyOne === true ? onlyOne(kind) : nameTaken(name)
  await refuseProductionName(tx, policy, { isOwnTaken: false })
  await addVersion(tx, policy, { content: { ...content, links }, at, by, comment, source })
  return { policy, source }
}

/** Whoever takes a template has to be allowed to read it. */
async function beginning(
  db: Database,
  kind: PolicyKind,
  { by, from = 'default-template' }: Pick<CreateOrder, 'by' | 'from'>,
): Promise<{ content: Content; source: Extract<VersionSource, { is: 'template' }> | null }> {
  const id = typeof from === 'object' ? from.template : await defaultTemplate(db, kind, from)
  if (id === undefined) {
    return { content: { ...NOTHING, document: kind.empty ?? kind.defaults }, source: null }
  }
  const { policy: template } = await permitted(db, { verb: 'read', policyId: id, by })
  if (template.state !== 'template' || template.kind !== kind.kind) {
    throw new HubError('policy.not_found', `there is no such template of the kind ${kind.kind}`)
  }
  const content = await currentContent(db, template)
  return { content, source: { is: 'template', name: template.name } }
}

async function defaultTemplate(
  db: Database,
  { kind }: PolicyKind,
  from: 'default-template' | 'empty',
): Promise<string | undefined> {
  if (from === 'empty') return undefined
  return (await store.findDefaultTemplate(db, kind))?.id
}

/** Some settings there are only once. */
export function onlyOne({ kind }: Pick<PolicyKind, 'kind'>): HubError {
  return new HubError('policy.only_one', `there is one policy of the kind ${kind}`, {
    detail: { kind },
  })
}
