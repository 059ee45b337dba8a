import { z } from 'zod'

/** What a browser tells of a passkey comes as base64url; a key is some hundred bytes, a statement some thousand. */
const MAX_PASSKEY_TEXT = 20_000

const base64url = z
  .string()
  .min(1)
  .max(MAX_PASSKEY_TEXT)
  .regex(/^[\w-]+$/)
const moment = z.iso.datetime()

/** Six digits of an authenticator application; blanks are taken out. */
export const TotpCode = z
  .strictObject({
    code: z
      .string()
      .max(20)
      .transform((code) => code.replaceAll(/\s/g, ''))
      .pipe(z.string().regex(/^\d{6}$/)),
  })
  .meta({ id: 'TotpCode' })

export type TotpCode = z.infer<typeof TotpCode>

/** One of the ten codes; upper or lower case, blanks and hyphens do not matter. */
export const RecoveryCode = z
  .strictObject({ code: z.string().min(1).max(60) })
  .meta({ id: 'RecoveryCode' })

export type RecoveryCode = z.infer<typeof RecoveryCode>

/** Shown once: there is no way to read it again. */
export const TotpEnrolment = z
  .strictObject({
    secret: z.string().meta({ description: 'base32, for those who type it' }),
    uri: z.string().meta({ description: 'otpauth: URI, for a QR code' }),
  })
  .meta({ id: 'TotpEnrolment' })

export type TotpEnrolment = z.infer<typeof TotpEnrolment>

/** Shown once. Null when the account had recovery codes before: those stay valid. */
const recoveryCodes = z.array(z.string()).nullable()

export const TotpConfirmed = z.strictObject({ recoveryCodes }).meta({ id: 'TotpConfirmed' })

export type TotpConfirmed = z.infer<typeof TotpConfirmed>

export const RecoveryCodes = z
  .strictObject({ recoveryCodes: z.array(z.string()) })
  .meta({ id: 'RecoveryCodes', description: 'new ones, shown once; all older ones are void' })

export type RecoveryCodes = z.infer<typeof RecoveryCodes>

const PasskeyName = z.string().trim().min(1).max(100)

export const PasskeyView = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    addedAt: moment,
    lastUsedAt: moment.nullable(),
    isSynced: z.boolean().meta({ description: 'the authenticator copies it to other devices' }),
  })
  .meta({ id: 'Passkey' })

export type PasskeyView = z.infer<typeof PasskeyView>

/** What the signed-in person signs in with, and what is left of the recovery codes. */
export const SignInMethods = z
  .strictObject({
    hasPassword: z.boolean(),
    totp: z.strictObject({ addedAt: moment, lastUsedAt: moment.nullable() }).nullable(),
    passkeys: z.array(PasskeyView),
    recoveryCodes: z
      .strictObject({ left: z.int(), made: z.int(), madeAt: moment })
      .nullable()
      .meta({ description: 'null until the first second factor is confirmed' }),
    openid: z
      .array(
        z.strictObject({ issuer: z.string(), linkedAt: moment, lastUsedAt: moment.nullable() }),
      )
      .meta({ description: 'providers by which this account signed in' }),
  })
  .meta({ id: 'SignInMethods' })

export type SignInMethods = z.infer<typeof SignInMethods>

const passkeyReference = z.strictObject({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.string()).optional(),
})

const requirement = z.enum(['required', 'preferred', 'discouraged'])

/** `PublicKeyCredentialCreationOptionsJSON` of WebAuthn: what `startRegistration` takes. */
export const PasskeyCreation = z
  .strictObject({
    rp: z.strictObject({ id: z.string(), name: z.string() }),
    user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
    challenge: z.string(),
    pubKeyCredParams: z.array(z.strictObject({ alg: z.int(), type: z.literal('public-key') })),
    timeout: z.int(),
    excludeCredentials: z.array(passkeyReference),
    authenticatorSelection: z.strictObject({
      residentKey: requirement,
      requireResidentKey: z.boolean(),
      userVerification: requirement,
    }),
    attestation: z.literal('none'),
    extensions: z.strictObject({ credProps: z.boolean() }),
  })
  .meta({ id: 'PasskeyCreation' })

export type PasskeyCreation = z.infer<typeof PasskeyCreation>

/** `PublicKeyCredentialRequestOptionsJSON` of WebAuthn: what `startAuthentication` takes. */
export const PasskeyRequest = z
  .strictObject({
    rpId: z.string(),
    challenge: z.string(),
    timeout: z.int(),
    userVerification: requirement,
    allowCredentials: z
      .array(passkeyReference)
      .meta({ description: 'empty: any discoverable passkey of this site' }),
  })
  .meta({ id: 'PasskeyRequest' })

export type PasskeyRequest = z.infer<typeof PasskeyRequest>

const attachment = z.enum(['platform', 'cross-platform']).optional()
/** What extensions gave is not looked at. */
const clientExtensionResults = z.looseObject({})

/** `RegistrationResponseJSON` of WebAuthn: what `startRegistration` gives. */
export const PasskeyCreated = z
  .object({
    id: base64url,
    rawId: base64url,
    type: z.literal('public-key'),
    authenticatorAttachment: attachment,
    clientExtensionResults,
    response: z.object({
      clientDataJSON: base64url,
      attestationObject: base64url,
      transports: z.array(z.string().max(50)).max(20).optional(),
    }),
  })
  .meta({ id: 'PasskeyCreated' })

export type PasskeyCreated = z.infer<typeof PasskeyCreated>

/** `AuthenticationResponseJSON` of WebAuthn: what `startAuthentication` gives. */
export const PasskeyAssertion = z
  .object({
    id: base64url,
    rawId: base64url,
    type: z.literal('public-key'),
    authenticatorAttachment: attachment,
    clientExtensionResults,
    response: z.object({
      clientDataJSON: base64url,
      authenticatorData: base64url,
      signature: base64url,
      userHandle: base64url.optional(),
    }),
  })
  .meta({ id: 'PasskeyAssertion' })

export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>

export const AddPasskey = z
  .strictObject({ name: PasskeyName, created: PasskeyCreated })
  .meta({ id: 'AddPasskey' })

export type AddPasskey = z.infer<typeof AddPasskey>

export const PasskeyAdded = z
  .strictObject({ passkey: PasskeyView, recoveryCodes })
  .meta({ id: 'PasskeyAdded' })

export type PasskeyAdded = z.infer<typeof PasskeyAdded>

export const RenamePasskey = z.strictObject({ name: PasskeyName }).meta({ id: 'RenamePasskey' })

export type RenamePasskey = z.infer<typeof RenamePasskey>

/**
 * What `GET /api/v1/session/openid/callback` leads to `/sign-in?error=CODE` with. Details are in the
 * log: what a provider says is not for strangers.
 *
 * - `openid.off`: no provider is set up.
 * - `openid.expired`: it took too long, was done before, or began in another browser.
 * - `openid.refused`: the person said no at the provider, or the provider did.
 * - `openid.failed`: the provider's answer does not hold.
 * - `openid.address_unverified`: the provider does not vouch for the mail address.
 * - `openid.invitation_expired`: they were invited, and too long ago.
 * - `openid.no_account`: nobody here has this address, and accounts are not made by signing in.
 * - `openid.unreachable`: the provider does not answer.
 * - `account.disabled`: the account was closed.
 */
export const OPENID_SIGN_IN_ERRORS = [
  'openid.off',
  'openid.expired',
  'openid.refused',
  'openid.failed',
  'openid.address_unverified',
  'openid.no_account',
  'openid.invitation_expired',
  'openid.unreachable',
  'account.disabled',
] as const

export type OpenIdSignInError = (typeof OPENID_SIGN_IN_ERRORS)[number]
