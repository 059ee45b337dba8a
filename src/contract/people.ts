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
  })
  .meta({ id: 'PersonEntry' })
export type PersonEntry = z.infer<typeof PersonEntry>

/** People at a time. */
export const PEOPLE_PAGE = 50

export const PeopleQuery = z.strictObject({
  search: z.string().max(200).optional().meta({ description: 'part of an address or a name' }),
  role: z.enum(ROLES).optional(),
  accountState: AccountState.optional(),
  after: z.string().max(320).optional().meta({ description: 'the `next` of the page before' }),
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
    certificates: z.int(),
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
