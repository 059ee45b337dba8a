/** Policies and their history as the contract shows them. */

import type {
  PolicyEventView,
  PolicyLine as PolicyLineView,
  PolicyView,
} from '../../../contract/change-control.ts'
import type { PolicyAuthor } from '../../../contract/policies.ts'
import type { PolicyVerb } from '../../../contract/policy-lifecycle.ts'
import type { HistoryEvent } from '../../../policies/history/history.ts'
import type { Author } from '../../../policies/policy-kind.ts'
import type { PolicyLine, PolicyStanding } from '../../../policies/search/list.ts'
import { type AccountCaller, mayCall } from '../caller.ts'

export function authorView({ id, name }: Author): PolicyAuthor {
  return { id, name }
}

export function lineView(line: PolicyLine): PolicyLineView {
  const { id, kind, name, state, isDefaultTemplate, newest, label, comment, requested } = line
  const { heldBy, production } = line
  return {
    ...{ id, kind, name, state, isDefaultTemplate, version: newest, label, comment, requested },
    changedAt: line.changedAt.toISOString(),
    changedBy: authorView(line.changedBy),
    heldBy: heldBy && authorView(heldBy),
    production: production && {
      version: production.number,
      name: production.name,
      at: production.at.toISOString(),
      by: authorView(production.by),
      links: [...production.links],
      breakGlassReason: production.breakGlassReason,
    },
  }
}

/** What whoever may only read can do too. */
const READING: readonly PolicyVerb[] = ['read', 'export']

export function standingView(
  { policy, permissions, verbs, approvalsNeeded }: PolicyStanding,
  caller: AccountCaller,
): PolicyView {
  const mayChange = mayCall(caller, 'policies.change')
  return {
    policy: lineView(policy),
    revision: policy.revision,
    permissions: [...permissions],
    verbs: verbs.filter((verb) => mayChange || READING.includes(verb)),
    requestId: policy.requestId,
    approvalsNeeded,
  }
}

export function eventView(event: HistoryEvent): PolicyEventView {
  const { id, verb, number, at, by, comment, label, isKept, isErased, isDeployed } = event
  return {
    ...{ id, verb, version: number, comment, label, isKept, isErased, isDeployed },
    at: at.toISOString(),
    by: authorView(by),
    source: sourceView(event.source),
    breakGlassReason: event.breakGlassReason,
  }
}

function sourceView(source: HistoryEvent['source']): PolicyEventView['source'] {
  switch (source?.is) {
    case undefined:
      return null
    case 'production':
      return { is: 'production', version: source.number }
    case 'template':
      return { is: 'template', name: source.name }
    case 'policy':
      return { is: 'policy', name: source.name, version: source.number }
  }
}
