/** The history of a kind of settings: versions, what differs, and the way back. One set for each kind. */

import {
  PolicyDifference,
  PolicyDifferenceQuery,
  PolicyHistory,
  PolicyHistoryQuery,
  PolicySaved,
  PolicyVersionContent,
  RollBackPolicy,
  type PolicyVersionView,
  type SecretSet,
} from '../../contract/policies.ts'
import type { Permission } from '../../contract/permissions.ts'
import type { PolicyKind, PolicyVersion, SecretFact } from '../../policies/policy-kind.ts'
import type { AccountCaller } from './caller.ts'
import type { ApiHub } from './api-hub.ts'
import { numberOf } from './policy-number.ts'
import { route, type Route } from './route.ts'

export interface PolicyRoutesOptions {
  /** `/api/v1/mail-configuration`. */
  readonly base: string
  /** What it is called in summaries. */
  readonly of: string
  readonly read: Permission
  readonly change: Permission
  readonly kind: (hub: ApiHub) => PolicyKind
  /** Rolls back as this kind does, and says which test that set off. */
  readonly rollBack: (
    hub: ApiHub,
    order: RollBackPolicy & { by: AccountCaller },
  ) => Promise<PolicySaved>
}

export function policyRoutes(options: PolicyRoutesOptions): Route[] {
  const { base, of, read, change } = options
  const { kind, rollBack } = options
  return [
    route({
      method: 'GET',
      path: `${base}/versions`,
      summary: `Versions of ${of}, newest first`,
      permission: read,
      query: PolicyHistoryQuery,
      replies: { 200: PolicyHistory },
      async handle({ query }, hub) {
        const { policies } = hub
        const current = await policies.current(kind(hub))
        const versions = await policies.history(kind(hub), query)
        const last = versions.at(-1)?.number ?? 1
        const isFull = versions.length === query.limit && last > 1
        const views = versions.map((each) => viewOf(each, current?.version.number))
        return { status: 200, body: { versions: views, before: isFull ? last : null } }
      },
    }),
    route({
      method: 'GET',
      path: `${base}/versions/:number`,
      summary: `One version of ${of}`,
      permission: read,
      replies: { 200: PolicyVersionContent },
      async handle({ params }, hub) {
        const { policies } = hub
        const current = await policies.current(kind(hub))
        const content = await policies.version(kind(hub), numberOf(params.number))
        const body = {
          version: viewOf(content.version, current?.version.number),
          values: content.document,
          secrets: secretViews(content.secrets),
        }
        return { status: 200, body }
      },
    }),
    route({
      method: 'GET',
      path: `${base}/difference`,
      summary: `What became different from one version of ${of} to another`,
      permission: read,
      query: PolicyDifferenceQuery,
      replies: { 200: PolicyDifference },
      async handle({ query }, hub) {
        const changes = await hub.policies.differences(kind(hub), query)
        return { status: 200, body: { ...query, changes } }
      },
    }),
    route({
      method: 'POST',
      path: `${base}/roll-back`,
      summary: `Make an old version of ${of} the newest`,
      permission: change,
      body: RollBackPolicy,
      replies: { 200: PolicySaved },
      async handle({ body, caller }, hub) {
        return { status: 200, body: await rollBack(hub, { ...body, by: caller }) }
      },
    }),
  ]
}

function viewOf(
  { number, at, by, comment, label, rolledBackTo }: PolicyVersion,
  deployed: number | undefined,
): PolicyVersionView {
  const { id, name } = by
  return {
    ...{ number, at: at.toISOString(), by: { id, name }, comment, label, rolledBackTo },
    isDeployed: number === deployed,
  }
}

/** That secrets are set, since when and by whom; never what they are. */
export function secretViews(secrets: readonly SecretFact[]): Record<string, SecretSet> {
  return Object.fromEntries(
    secrets.map(({ name, at, by }) => [
      name,
      { set: true, at: at.toISOString(), by: { id: by.id, name: by.name } },
    ]),
  )
}
