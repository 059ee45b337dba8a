/** What everybody may see and change of their own account. */

import { z } from 'zod'
import { PERMISSIONS, ROLES } from './permissions.ts'
import { EnteredName, EnteredPassword, Language, SecondFactor } from './session.ts'

const moment = z.iso.datetime()

export const Profile = z
  .strictObject({
    id: z.string(),
    personId: z.string(),
    address: z.string(),
    name: z.string(),
    language: Language,
    roles: z.array(z.enum(ROLES)),
    hasPassword: z.boolean(),
    passwordChangedAt: moment.nullable(),
    secondFactors: z.array(SecondFactor),
    createdAt: moment,
    lastSignInAt: moment.nullable(),
  })
  .meta({ id: 'Profile' })
export type Profile = z.infer<typeof Profile>

/** What is absent stays. */
export const ProfileChange = z
  .strictObject({ name: EnteredName.optional(), language: Language.optional() })
  .meta({ id: 'ProfileChange' })
export type ProfileChange = z.infer<typeof ProfileChange>

/**
 * An account that has no password yet (it signs in by OpenID Connect) gives no current one, but has to
 * have signed in recently.
 */
export const PasswordChange = z
  .strictObject({ currentPassword: EnteredPassword.optional(), newPassword: EnteredPassword })
  .meta({ id: 'PasswordChange' })

/** A token by which a program acts for its account, within its scopes and the account's roles. */
export const ApiToken = z
  .strictObject({
    id: z.string().meta({ description: 'public part of the token' }),
    name: z.string(),
    scopes: z.array(z.enum(PERMISSIONS)),
    createdAt: moment,
    lastUsedAt: moment.nullable(),
    expiresAt: moment.nullable(),
    revokedAt: moment.nullable(),
  })
  .meta({ id: 'ApiToken' })
export type ApiToken = z.infer<typeof ApiToken>

export const ApiTokenList = z
  .strictObject({ tokens: z.array(ApiToken) })
  .meta({ id: 'ApiTokenList' })

export const NewApiToken = z
  .strictObject({
    name: EnteredName,
    scopes: z.array(z.enum(PERMISSIONS)).min(1),
    validityDays: z
      .int()
      .min(1)
      .max(3650)
      .nullable()
      .meta({ description: 'null: until it is revoked' }),
  })
  .meta({ id: 'NewApiToken' })
export type NewApiToken = z.infer<typeof NewApiToken>

/** The only answer that ever has the token itself. */
export const MadeApiToken = z
  .strictObject({
    token: z.string().meta({ description: 'for Authorization: Bearer; not shown again' }),
    details: ApiToken,
  })
  .meta({ id: 'MadeApiToken' })
