/** People of the organisation, and the accounts of those who may sign in. */

import { z } from 'zod'
import { ROLES } from './permissions.ts'
import { EnteredAddress, EnteredName, Language, SecondFactor } from './session.ts'

const moment = z.iso.datetime()

/**
 * What stands between somebody and the hub. `none`: no account. `invited`: has not answered yet;
 * `invitation-expired`: nor will, without a new one.
 */
export const AccountState = z.enum(['none', 'invited', 'invitation-expired', 'active', 'disabled'])
export type AccountState = z.infer<typeof AccountState>

/** As lists show it: of an account that is active but locked after wrong passwords, the lock is seen. */
export const SHOWN_ACCOUNT_STATES = [...AccountState.options, 'locked'] as const
export type ShownAccountState = (typeof SHOWN_ACCOUNT_STATES)[number]

/** A person in the list. */
export const PersonEntry = z
  .strictObject({
    id: z.string(),
    address: z.string(),
    name: z.string(),
    accountState: AccountState,
    isLocked: z.boolean(),
    roles: z.array(z.enum(ROLES)).meta({ description: 'of the account; empty without one' }),
    lastSignInAt: moment.nullable(),
    certificates: z
      .int()
      .nullable()
      .meta({ description: 'how many, past ones too; null for who may not see certificates' }),
  })
  .meta({ id: 'PersonEntry' })
export type PersonEntry = z.infer<typeof PersonEntry>

/** People at a time. */
export const PEOPLE_PAGE = 50

export const PEOPLE_SORTS = ['address', 'name', 'last-sign-in'] as const
export type PeopleSort = (typeof PEOPLE_SORTS)[number]

export const PeopleQuery = z.strictObject({
  search: z.string().max(200).optional().meta({ description: 'part of an address or a name' }),
  role: z.enum(ROLES).optional(),
  accountState: z
    .enum(SHOWN_ACCOUNT_STATES)
    .optional()
    .meta({ description: '`locked`: active, but locked for now; it is not found as `active`' }),
  sort: z
    .enum(PEOPLE_SORTS)
    .default('address')
    .meta({ description: 'who never signed in stands before all others' }),
  order: z.enum(['ascending', 'descending']).default('ascending'),
  after: z
    .string()
    .max(320)
    .optional()
    .meta({ description: 'the `next` of the page before, in the same order' }),
  limit: z.coerce.number().int().min(1).max(200).default(PEOPLE_PAGE),
})
export type PeopleQuery = z.infer<typeof PeopleQuery>

export const PeopleList = z
  .strictObject({
    people: z.array(PersonEntry),
    /** Of all pages together. */
    count: z.int(),
    next: z.string().nullable(),
  })
  .meta({ id: 'PeopleList' })
export type PeopleList = z.infer<typeof PeopleList>

export const PersonView = z
  .strictObject({
    id: z.string(),
    address: z.string(),
    name: z.string(),
    language: Language,
    createdAt: moment,
    certificates: z.int().nullable().meta({ description: 'as in the list' }),
    account: z
      .strictObject({
        id: z.string(),
        isOwn: z.boolean().meta({ description: 'of whoever asks' }),
        state: AccountState.exclude(['none']),
        roles: z.array(z.enum(ROLES)),
        createdAt: moment,
        lastSignInAt: moment.nullable(),
        invitationExpiresAt: moment.nullable(),
        lockedUntil: moment.nullable(),
        hasPassword: z.boolean(),
        secondFactors: z.array(SecondFactor),
        sessions: z.int(),
        apiTokens: z.int(),
      })
      .nullable(),
  })
  .meta({ id: 'Person' })
export type PersonView = z.infer<typeof PersonView>

export const NewPerson = z
  .strictObject({
    address: EnteredAddress,
    name: EnteredName,
    language: Language.default('en'),
    invite: z
      .strictObject({ roles: z.array(z.enum(ROLES)) })
      .optional()
      .meta({ description: 'gives an account, and sends a link to accept it' }),
  })
  .meta({ id: 'NewPerson' })
export type NewPerson = z.infer<typeof NewPerson>

/** What is absent stays. */
export const PersonChange = z
  .strictObject({ name: EnteredName.optional(), language: Language.optional() })
  .meta({ id: 'PersonChange' })

/** `person` is implied and may be absent. */
export const RolesChange = z
  .strictObject({ roles: z.array(z.enum(ROLES)) })
  .meta({ id: 'RolesChange' })

/** Invites a person without an account, with these roles; without roles: sends a new link. */
export const Invitation = z
  .strictObject({ roles: z.array(z.enum(ROLES)).optional() })
  .meta({ id: 'Invitation' })
