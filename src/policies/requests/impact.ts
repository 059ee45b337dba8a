/** What a request would change in effect: where, and which values. */

import { canonicalJson, type JsonValue } from '../../base/canonical-json.ts'
import type { Transaction } from '../../db/connection.ts'
import { targetsOf } from '../approval/requirement.ts'
import { getContent } from '../content/content.ts'
import { chosenLinks } from '../deployment/links-choice.ts'
import { inProduction } from '../deployment/in-production.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import type { PolicyDocument, PolicyKind } from '../policy-kind.ts'
import { type PolicyRequest, type RequestParts, versionToDeploy } from './request.ts'

/** A value that another becomes; null where it is not set. */
export interface Effect {
  readonly target: string
  /** `mail.host`, `mail.encryption`… */
  readonly setting: string
  readonly before: JsonValue
  readonly after: JsonValue
}

export interface Impact {
  /** Where it has effect before or after: `all`, `hub`, `node:ID`. */
  readonly targets: readonly string[]
  readonly effects: readonly Effect[]
}

interface Standing {
  readonly document: PolicyDocument | null
  readonly targets: ReadonlySet<string>
}

export async function impactIn(
  tx: Transaction,
  { kinds }: Pick<RequestParts, 'kinds'>,
  policy: PolicyRow,
  request: Pick<PolicyRequest, 'action' | 'order'>,
): Promise<Impact> {
  const kind = kinds.get(policy.kind)
  const number = versionToDeploy(request)
  const isRemoved = request.order.from === 'archive-and-production'
  if (number === undefined && !isRemoved) return { targets: [], effects: [] }
  const production = await inProduction(tx, policy)
  const said = (version: number | null) =>
    version === null ? null : getContent(tx, policy, version)
  const [was, is] = [await said(production.number), await said(number ?? null)]
  const links =
    is === null
      ? []
      : chosenLinks(request.order.links, { version: is.links, production: production.links })
  const before = standing(kind, was?.document ?? null, was === null ? [] : production.links)
  const after = standing(kind, is?.document ?? null, links)
  const targets = [...new Set([...before.targets, ...after.targets])].sort()
  return { targets, effects: targets.flatMap((target) => effectsAt(target, kind, before, after)) }
}

function standing(
  kind: PolicyKind,
  document: PolicyDocument | null,
  links: Parameters<typeof targetsOf>[1],
): Standing {
  return { document, targets: targetsOf(kind, links ?? []) }
}

function effectsAt(target: string, kind: PolicyKind, before: Standing, after: Standing): Effect[] {
  const at = ({ document, targets }: Standing) => {
    const said = targets.has(target) ? document : null
    const effective = said ?? (kind.isOnlyOne === true ? kind.defaults : null)
    return effective === null ? {} : (kind.effects?.(effective) ?? {})
  }
  const [was, is] = [at(before), at(after)]
  const settings = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()
  return settings.flatMap((setting) => {
    const [one, other] = [was[setting] ?? null, is[setting] ?? null]
    if (canonicalJson(one) === canonicalJson(other)) return []
    return [{ target, setting, before: one, after: other }]
  })
}
