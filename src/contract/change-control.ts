/** Change control: the lists of policies, one policy, what is done with it, its history. */

import { z } from 'zod'
import { FieldChange, MAX_COMMENT_CHARACTERS, PolicyAuthor, SecretSet } from './policies.ts'
import {
  POLICY_PERMISSIONS,
  POLICY_STATES,
  POLICY_VERBS,
  REQUEST_ACTIONS,
} from './policy-lifecycle.ts'

const moment = z.iso.datetime()

/** Kinds of policies that people work with. */
export const POLICY_KINDS = [
  'mail',
  'sign-in',
  'registry',
  'notification',
  'change-control',
] as const
export type PolicyKindName = (typeof POLICY_KINDS)[number]

/** The sub-tabs of the list (table A5). */
export const POLICY_TABS = [
  'controlled',
  'uncontrolled',
  'pending',
  'templates',
  'recycle-bin',
] as const
export type PolicyTab = (typeof POLICY_TABS)[number]

export const POLICY_SORTS = ['name', 'state', 'changed-by', 'changed-at', 'kind'] as const

/** Where a policy has effect. */
export const PolicyLinkView = z
  .strictObject({
    target: z.string().meta({ description: '`all`, `hub` (every process of it) or `node:ID`' }),
    isEnabled: z.boolean(),
    order: z.int().min(1).max(999).meta({ description: 'of two policies the lower one wins' }),
  })
  .meta({ id: 'PolicyLink' })
export type PolicyLinkView = z.infer<typeof PolicyLinkView>

const links = z.array(PolicyLinkView).max(200)

/** What is in force of it. */
export const PolicyProduction = z.strictObject({
  version: z.int(),
  name: z.string().meta({ description: 'a new name counts once it is deployed again' }),
  at: moment,
  by: PolicyAuthor,
  links,
  breakGlassReason: z.string().nullable(),
})

/** A policy in a list. */
export const PolicyLine = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    name: z.string().meta({ description: 'empty for kinds of which there is one' }),
    state: z.enum(POLICY_STATES),
    isDefaultTemplate: z.boolean(),
    version: z.int().meta({ description: 'the newest; 0 while there is none' }),
    label: z.string(),
    changedAt: moment,
    changedBy: PolicyAuthor,
    comment: z.string().meta({ description: 'of the last change' }),
    heldBy: PolicyAuthor.nullable().meta({ description: 'who checked it out' }),
    requested: z.enum(REQUEST_ACTIONS).nullable(),
    production: PolicyProduction.nullable(),
  })
  .meta({ id: 'PolicyLine' })
export type PolicyLine = z.infer<typeof PolicyLine>

export const PolicyListQuery = z.strictObject({
  tab: z.enum(POLICY_TABS).default('controlled'),
  kind: z.string().max(50).optional(),
  search: z.string().max(500).optional().meta({
    description:
      'words, or `name:`, `state:`, `changed by:`, `change date:`, `comment:`, `label:` and a word or "several words"; all must hold',
  }),
  timeZone: z.string().max(60).default('UTC').meta({ description: 'of dates in the search' }),
  sort: z.enum(POLICY_SORTS).default('name'),
  order: z.enum(['ascending', 'descending']).default('ascending'),
  after: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type PolicyListQuery = z.infer<typeof PolicyListQuery>

export const PolicyList = z
  .strictObject({
    policies: z.array(PolicyLine),
    count: z.int(),
    next: z.string().nullable(),
    /** How many there are in each tab, whatever is searched for. */
    tabs: z.record(z.enum(POLICY_TABS), z.int()),
    mayCreate: z.enum(['directly', 'by-request', 'no']),
  })
  .meta({ id: 'PolicyList' })
export type PolicyList = z.infer<typeof PolicyList>

/** One policy, as whoever asks may see it. */
export const PolicyView = z
  .strictObject({
    policy: PolicyLine,
    revision: z
      .int()
      .meta({ description: 'orders name it; another meanwhile: `policy.changed_meanwhile`' }),
    permissions: z.array(z.enum(POLICY_PERMISSIONS)),
    /** What whoever asks can do with it now. */
    verbs: z.array(z.enum(POLICY_VERBS)),
    requestId: z.string().nullable().meta({ description: 'of the request that is open' }),
    approvalsNeeded: z.int().meta({ description: 'to deploy it; 0: none' }),
  })
  .meta({ id: 'Policy' })
export type PolicyView = z.infer<typeof PolicyView>

/** Which of its states: a version by number, the working copy, or what is in force. */
export const PolicyDocumentQuery = z.strictObject({
  of: z
    .string()
    .regex(/^(working|production|newest|[1-9]\d{0,8})$/)
    .default('newest'),
})

export const PolicyDocumentView = z
  .strictObject({
    of: z.string(),
    version: z.int().nullable().meta({ description: 'null for the working copy' }),
    values: z.record(z.string(), z.json()).nullable(),
    secrets: z.record(z.string(), SecretSet),
    links,
    label: z.string(),
    isErased: z.boolean().meta({ description: 'the limit on versions took its content' }),
  })
  .meta({ id: 'PolicyDocument' })
export type PolicyDocumentView = z.infer<typeof PolicyDocumentView>

const secretOrders = z.record(
  z.string(),
  z.union([z.strictObject({ set: z.string().max(100_000) }), z.enum(['clear', 'keep'])]),
)

const revision = z.int().min(0)
const comment = z.string().max(MAX_COMMENT_CHARACTERS).default('')
const cc = z
  .string()
  .max(254)
  .default('')
  .meta({ description: 'an address that gets a copy of the request' })
const name = z.string().trim().min(1).max(255)
const label = z.string().trim().max(100)
const version = z.int().min(1)

/** The working copy of a policy that the caller checked out. */
export const EditPolicy = z
  .strictObject({
    revision,
    values: z
      .record(z.string(), z.json())
      .nullable()
      .meta({ description: 'null: it says nothing' }),
    secrets: secretOrders.default({}),
    links: links.optional().meta({ description: 'absent: as they are' }),
  })
  .meta({ id: 'EditPolicy' })
export type EditPolicy = z.infer<typeof EditPolicy>

/** Asks for it instead of doing it, as whoever may not has to. */
const asRequest = z.strictObject({ cc }).optional()

export const CreatePolicy = z
  .strictObject({
    kind: z.string().max(50),
    name,
    comment,
    template: z
      .union([z.uuid(), z.literal('empty'), z.literal('default')])
      .default('default')
      .meta({ description: 'what it begins as; without a default template it is empty' }),
    live: z.boolean().default(false).meta({ description: 'deployed at once' }),
    links: links.default([]),
    asRequest,
  })
  .meta({ id: 'CreatePolicy' })
export type CreatePolicy = z.infer<typeof CreatePolicy>

/** Which links of the version production gets. */
const LinkChoice = z
  .union([z.literal('all'), z.literal('none'), z.array(z.string()).max(200)])
  .default('all')
  .meta({ description: '`none`: production keeps its own; a list: these targets' })

const order = <V extends string, S extends z.ZodRawShape>(verb: V, shape: S) =>
  z.strictObject({ verb: z.literal(verb), revision, comment, ...shape })

/** What can be done with a policy that there is. */
export const PolicyOrder = z
  .discriminatedUnion('verb', [
    order('control', { asRequest }),
    order('check-out', {}),
    order('take-over', {}),
    order('check-in', {}),
    order('undo-check-out', {}),
    order('label', { label }),
    order('keep-version', { version, keep: z.boolean() }),
    order('rename', { name }),
    order('deploy', {
      links: LinkChoice,
      notBefore: moment.optional().meta({ description: 'only of a request' }),
      asRequest,
    }),
    order('roll-back', { version, links: LinkChoice, asRequest }),
    order('break-glass', { reason: z.string().trim().min(1).max(MAX_COMMENT_CHARACTERS) }),
    order('import-from-production', {}),
    order('save-as-template', { name }),
    order('set-default-template', { isDefault: z.boolean() }),
    order('delete', { from: z.enum(['archive', 'archive-and-production']), asRequest }),
    order('restore', { asRequest }),
    order('destroy', {}),
  ])
  .meta({ id: 'PolicyOrder' })
export type PolicyOrder = z.infer<typeof PolicyOrder>

/** What became of it. */
export const PolicyOrdered = z
  .strictObject({
    id: z.string().meta({ description: 'of the policy; of a template that was saved, its own' }),
    revision: z.int(),
    version: z.int().nullable().meta({ description: 'the version that it made or deployed' }),
    requestId: z.string().nullable(),
  })
  .meta({ id: 'PolicyOrdered' })
export type PolicyOrdered = z.infer<typeof PolicyOrdered>

/** All of them, or none. */
export const LabelPolicies = z
  .strictObject({ policies: z.array(z.uuid()).min(1).max(200), label, comment })
  .meta({ id: 'LabelPolicies' })

export const PoliciesLabelled = z
  .strictObject({ policies: z.array(PolicyOrdered) })
  .meta({ id: 'PoliciesLabelled' })

/** All states, or only those that made a version which still says something (table A6). */
export const PolicyEventsQuery = z.strictObject({
  show: z.enum(['all', 'unique']).default('all'),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Where a version came from that nobody edited. */
export const PolicyVersionSource = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('production'), version: z.int() }),
  z.strictObject({ is: z.literal('template'), name: z.string() }),
  z.strictObject({ is: z.literal('policy'), name: z.string(), version: z.int() }),
])

export const PolicyEventView = z
  .strictObject({
    id: z.int(),
    verb: z.string(),
    version: z.int().nullable(),
    at: moment,
    by: PolicyAuthor,
    comment: z.string(),
    label: z.string(),
    isKept: z.boolean().meta({ description: 'the limit on versions leaves it alone' }),
    isErased: z.boolean(),
    isDeployed: z.boolean().meta({ description: 'this version is in force now' }),
    source: PolicyVersionSource.nullable(),
    breakGlassReason: z.string().nullable(),
  })
  .meta({ id: 'PolicyEvent' })
export type PolicyEventView = z.infer<typeof PolicyEventView>

export const PolicyEvents = z
  .strictObject({ events: z.array(PolicyEventView), before: z.int().nullable() })
  .meta({ id: 'PolicyEvents' })
export type PolicyEvents = z.infer<typeof PolicyEvents>

const policyState = z
  .string()
  .regex(/^[0-9a-f-]{36}@(working|production|newest|[1-9]\d{0,8})$/)
  .meta({ description: '`ID@NUMBER`, `ID@newest`, `ID@working` or `ID@production`' })

export const PolicyStatesDifferenceQuery = z.strictObject({ from: policyState, to: policyState })

export const PolicyStatesDifference = z
  .strictObject({ from: z.string(), to: z.string(), changes: z.array(FieldChange) })
  .meta({ id: 'PolicyStatesDifference' })
export type PolicyStatesDifference = z.infer<typeof PolicyStatesDifference>
