import { z } from 'zod'
import { ROLES } from './permissions.ts'
import { basedOn, comment } from './policies.ts'

/** More domains or mapped values than an organisation has. */
const MAX_LIST = 100
const MAX_TEXT = 500

/** Sign-in by an OpenID Connect provider. Texts may be empty as long as it is not enabled. */
export const OpenIdSettings = z
  .strictObject({
    enabled: z.boolean(),
    name: z.string().trim().max(60).meta({ description: 'of the provider, as on its button' }),
    issuer: z
      .string()
      .trim()
      .max(MAX_TEXT)
      .meta({ description: 'issuer identifier; its configuration is found below it' }),
    clientId: z.string().trim().max(MAX_TEXT),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/))
      .max(20)
      .meta({ description: 'openid and email are needed' }),
    allowedDomains: z
      .array(z.string().trim().toLowerCase().min(1).max(253))
      .max(MAX_LIST)
      .meta({ description: 'whose addresses may sign in; none: any that has an account' }),
    createAccounts: z
      .boolean()
      .meta({ description: 'who has no account gets one, for allowed domains only' }),
    trustForAdministrators: z.boolean().meta({
      description: 'an administrator needs no second factor here after the provider’s sign-in',
    }),
    rolesClaim: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .nullable()
      .meta({ description: 'claim of the ID token that lists groups or roles' }),
    roleMapping: z
      .array(
        z.strictObject({
          value: z.string().min(1).max(MAX_TEXT),
          role: z.enum(ROLES),
        }),
      )
      .max(MAX_LIST)
      .meta({ description: 'roles of an account when it is made; afterwards they are ours' }),
  })
  .meta({ id: 'OpenIdSettings' })

export type OpenIdSettings = z.infer<typeof OpenIdSettings>

/** Who has to have a second factor: whoever of them has none can do nothing before they enrol one. */
export const SECOND_FACTOR_RULES = ['off', 'administrators', 'everyone'] as const
export const SecondFactorRule = z.enum(SECOND_FACTOR_RULES)
export type SecondFactorRule = z.infer<typeof SecondFactorRule>

/** The document of the policy kind `sign-in`. */
export const SignInDocument = z
  .strictObject({ secondFactor: SecondFactorRule.default('off'), openid: OpenIdSettings })
  .meta({ id: 'SignInDocument' })

export type SignInDocument = z.infer<typeof SignInDocument>

/** What holds until something is saved. */
export const SIGN_IN_DEFAULTS: SignInDocument = {
  secondFactor: 'off',
  openid: {
    enabled: false,
    name: '',
    issuer: '',
    clientId: '',
    scopes: ['openid', 'email', 'profile'],
    allowedDomains: [],
    createAccounts: false,
    trustForAdministrators: false,
    rolesClaim: null,
    roleMapping: [],
  },
}

/** The settings with what is not kept in the document. The secret itself is never told. */
export const SignInSettingsView = z
  .strictObject({
    version: z.int().min(0).meta({ description: '0: nothing was saved yet' }),
    settings: SignInDocument,
    clientSecretSet: z.boolean(),
    redirectUri: z.string().meta({ description: 'to be registered with the provider' }),
  })
  .meta({ id: 'SignInSettings' })

export type SignInSettingsView = z.infer<typeof SignInSettingsView>

export const ChangeSignInSettings = z
  .strictObject({
    basedOn,
    // Documents of before have no rule; whoever saves says it.
    settings: SignInDocument.extend({ secondFactor: SecondFactorRule }),
    clientSecret: z
      .string()
      .max(1000)
      .nullable()
      .optional()
      .meta({ description: 'absent or empty: the kept one stays; null: it is removed' }),
    comment,
  })
  .meta({ id: 'ChangeSignInSettings' })

export type ChangeSignInSettings = z.infer<typeof ChangeSignInSettings>
