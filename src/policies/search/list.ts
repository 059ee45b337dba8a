/** Lists of policies by tab, and one of them as the list shows it. */

import type { POLICY_SORTS, PolicyTab } from '../../contract/change-control.ts'
import {
  POLICY_VERBS,
  type PolicyPermission,
  type PolicyState,
  type PolicyVerb,
  type RequestAction,
} from '../../contract/policy-lifecycle.ts'
import type { ControlParts } from '../control-parts.ts'
import { HubError } from '../../base/errors.ts'
import { approvalsNeeded } from '../approval/needed.ts'
import { APPROVED_VERB, MACHINE } from '../lifecycle/machine.ts'
import { findPolicy, type PolicyRow } from '../lifecycle/store.ts'
import {
  type Actor,
  type Held,
  isEnough,
  notFound,
  permissionsOf,
  whyNot,
} from '../lifecycle/transition.ts'
import { PolicyLinks } from '../links/links.ts'
import type { Author } from '../policy-kind.ts'
import * as store from './store.ts'
import { parseSearch } from './parse-search.ts'

export interface PolicyLine {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly state: PolicyState
  readonly revision: number
  readonly isTemplate: boolean
  readonly isDefaultTemplate: boolean
  readonly newest: number
  readonly label: string
  /** The last change, by whom and why. */
  readonly changedAt: Date
  readonly changedBy: Author
  readonly comment: string
  readonly heldBy: Author | null
  readonly requested: RequestAction | null
  readonly requestId: string | null
  readonly production: {
    readonly number: number
    readonly name: string
    readonly at: Date
    readonly by: Author
    readonly links: PolicyLinks
    readonly breakGlassReason: string | null
  } | null
}

export interface ListOrder {
  readonly by: Actor
  readonly tab?: PolicyTab
  readonly kind?: string | undefined
  readonly search?: string | undefined
  /** Of the dates in the search; an IANA name. */
  readonly timeZone?: string
  /** What the states are called in the language of whoever searches. */
  readonly stateWords?: Readonly<Record<PolicyState, string>>
  readonly sort?: (typeof POLICY_SORTS)[number]
  readonly isDescending?: boolean
  /** `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface ListedPolicies {
  readonly policies: readonly PolicyLine[]
  /** How many were found. */
  readonly count: number
  readonly next: string | null
  /** How many there are, whatever is searched for. */
  readonly tabs: store.TabCounts
  /** Whether whoever asks makes new ones, or has to ask for it. */
  readonly mayCreate: 'directly' | 'by-request' | 'no'
}

/** @throws HubError `policy.search_malformed` */
export async function list(
  { db, clock }: Pick<ControlParts, 'db' | 'clock'>,
  order: ListOrder,
): Promise<ListedPolicies> {
  const { by, tab = 'controlled', kind, search = '', timeZone = 'UTC', limit } = order
  const { sort = 'name', isDescending = false, stateWords = STATE_WORDS, after } = order
  const rows = await store.listPolicies(db, {
    ...{ by, tab, kind, stateWords, sort, isDescending },
    terms: parseSearch(search, { now: clock.now(), timeZone }),
    after: after === undefined ? undefined : parseCursor(after),
    limit: limit + 1,
  })
  const page = rows.flatMap(({ line, sortKey }) => (line === undefined ? [] : [{ line, sortKey }]))
  const shown = page.slice(0, limit)
  const last = page.length > limit ? shown.at(-1) : undefined
  const [first] = rows
  return {
    policies: shown.map(({ line }) => lineOf(line)),
    count: first?.total ?? 0,
    tabs: first?.tabs ?? NO_TABS,
    mayCreate: mayCreate(await permissionsOf(db, by, null)),
    next: last === undefined ? null : cursorOf(last.sortKey, last.line.id),
  }
}

function mayCreate(held: Held): ListedPolicies['mayCreate'] {
  if (isEnough(held, MACHINE.create.needs)) return 'directly'
  return isEnough(held, MACHINE['request-create'].needs) ? 'by-request' : 'no'
}

export interface PolicyStanding {
  readonly policy: PolicyLine
  readonly permissions: readonly PolicyPermission[]
  /** What whoever asks can do with it now. */
  readonly verbs: readonly PolicyVerb[]
  /** To deploy it as it is checked in; 0: none. */
  readonly approvalsNeeded: number
}

/** One policy, as whoever asks may see it. @throws HubError `policy.not_found` */
export async function get(
  { db, kinds }: Pick<ControlParts, 'db' | 'kinds'>,
  { by, policyId }: { by: Actor; policyId: string },
): Promise<PolicyStanding> {
  const [line, policy, held] = await Promise.all([
    store.findLine(db, policyId, { by }),
    findPolicy(db, policyId),
    permissionsOf(db, by, policyId),
  ])
  if (line === undefined || policy === undefined) throw notFound()
  const isOnlyOne = !policy.isTemplate && kinds.find(policy.kind)?.isOnlyOne === true
  const verbs = POLICY_VERBS.filter(
    (verb) => (verb !== 'rename' || !isOnlyOne) && isOffered(verb, { line, policy, by, held }),
  )
  return {
    ...{ policy: lineOf(line), permissions: [...held.policy], verbs },
    approvalsNeeded: await approvalsNeeded({ db, kinds }, policy),
  }
}

function isOffered(
  verb: PolicyVerb,
  { line, policy, by, held }: { line: store.LineRow; policy: PolicyRow; by: Actor; held: Held },
): boolean {
  if (whyNot(policy, { verb, by, held }) !== undefined) return false
  if (verb === 'withdraw') return line.requestedBy === by.id
  if (verb === 'import-from-production') return line.productionNumber !== null
  const isVerdict = verb === 'approve' || verb === 'reject'
  if (!isVerdict || line.requested === null) return true
  return isEnough(held, MACHINE[APPROVED_VERB[line.requested]].needs)
}

/** As the column of states shows them in English. */
const STATE_WORDS: Readonly<Record<PolicyState, string>> = {
  'pending-creation': 'Pending creation',
  'pending-control': 'Pending control',
  'checked-in': 'Checked in',
  'checked-out': 'Checked out',
  'pending-deployment': 'Pending deployment',
  'pending-deletion': 'Pending deletion',
  'pending-restoration': 'Pending restoration',
  deleted: 'Deleted',
  uncontrolled: 'Uncontrolled',
  template: 'Template',
  destroyed: 'Destroyed',
}

const NO_TABS = { controlled: 0, uncontrolled: 0, pending: 0, templates: 0, 'recycle-bin': 0 }

function lineOf(row: store.LineRow): PolicyLine {
  return {
    ...{ id: row.id, kind: row.kind, name: row.name, state: row.state, newest: row.newest },
    ...{ revision: row.revision, isTemplate: row.isTemplate, label: row.label },
    ...{ isDefaultTemplate: row.isDefaultTemplate, comment: row.comment },
    ...{ requested: row.requested, requestId: row.requestId, changedAt: row.changedAt },
    changedBy: { id: row.changedBy, name: row.changedByName },
    heldBy: row.heldBy === null ? null : { id: row.heldBy, name: row.heldByName ?? '' },
    production: productionOf(row),
  }
}

function productionOf(row: store.LineRow): PolicyLine['production'] {
  const { productionNumber: number, productionAt: at, breakGlassReason } = row
  if (number === null || at === null) return null
  return {
    ...{ number, at, breakGlassReason, name: row.productionName ?? '' },
    by: { id: row.productionBy ?? '', name: row.productionByName ?? '' },
    links: PolicyLinks.parse(row.productionLinks),
  }
}

function cursorOf(sortKey: string, id: string): string {
  return Buffer.from(JSON.stringify([sortKey, id])).toString('base64url')
}

/** @throws HubError `policy.search_malformed` */
function parseCursor(text: string): { sortKey: string; id: string } {
  try {
    const [sortKey, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    if (typeof sortKey === 'string' && typeof id === 'string' && UUID.test(id))
      return { sortKey, id }
  } catch {
    // Said below: a cursor is ours or it is not.
  }
  throw new HubError('policy.search_malformed', 'there is no such page')
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
