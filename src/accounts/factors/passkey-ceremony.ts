/**
 * The ceremonies of WebAuthn level 3, by `@simplewebauthn/server`: what a browser is asked to sign, and
 * whether what it signed holds. Who it is, and whether the challenge is ours, is asked of the caller.
 */

import { createHash } from 'node:crypto'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { encodeUtf8 } from '../../base/bytes.ts'
import { HubError, messageOf } from '../../base/errors.ts'
import type {
  PasskeyAssertion,
  PasskeyCreated,
  PasskeyCreation,
  PasskeyRequest,
} from '../../contract/sign-in-methods.ts'

/** For the browser; the challenge itself lives a little longer. */
const TIMEOUT_MS = 240_000

/** ES256, EdDSA, RS256 (COSE algorithms): what authenticators have. */
const ALGORITHMS = [-7, -8, -257]

/** Where the hub is opened. A passkey belongs to the host name of its origin. */
export interface Site {
  /** Scheme, host and port: `https://mail.example.org`. */
  readonly origin: string
}

export interface KnownPasskey {
  /** base64url. */
  readonly id: string
  readonly transports: readonly string[]
}

/** A passkey that was made. */
export interface NewPasskey {
  readonly credentialId: Uint8Array
  readonly publicKey: Uint8Array
  readonly counter: number
  readonly transports: readonly string[]
  readonly isSynced: boolean
}

/** Whether a challenge is one of ours; it is used up by asking. */
export type TakeChallenge = (challengeHash: Uint8Array) => Promise<boolean>

/** What is kept of a challenge. */
export function hashChallenge(challenge: string): Uint8Array {
  return createHash('sha256').update(challenge).digest()
}

/** What `startRegistration` of the browser is given. */
export async function creationOptions(
  site: Site,
  owner: { id: string; address: string; name: string; siteName: string },
  existing: readonly KnownPasskey[],
): Promise<PasskeyCreation> {
  const { rp, user, challenge, pubKeyCredParams } = await generateRegistrationOptions({
    rpName: owner.siteName,
    rpID: hostOf(site),
    userName: owner.address,
    userDisplayName: owner.name,
    userID: new Uint8Array(encodeUtf8(owner.id)),
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
  })
  return {
    rp: { id: rp.id ?? hostOf(site), name: rp.name },
    user: { id: user.id, name: user.name, displayName: user.displayName },
    challenge,
    pubKeyCredParams: pubKeyCredParams.map(({ alg }) => ({ alg, type: 'public-key' })),
    timeout: TIMEOUT_MS,
    excludeCredentials: existing.map(reference),
    // A security key without a PIN is welcome, as a second factor only.
    authenticatorSelection: {
      residentKey: 'preferred',
      requireResidentKey: false,
      userVerification: 'preferred',
    },
    attestation: 'none',
    extensions: { credProps: true },
  }
}

/** What `startAuthentication` is given. Without `allowed` the person chooses, and is verified. */
export async function requestOptions(
  site: Site,
  allowed: readonly KnownPasskey[] | undefined,
  { isVerified }: { isVerified: boolean } = { isVerified: allowed === undefined },
): Promise<PasskeyRequest> {
  const { challenge } = await generateAuthenticationOptions({ rpID: hostOf(site) })
  return {
    rpId: hostOf(site),
    challenge,
    timeout: TIMEOUT_MS,
    userVerification: isVerified ? 'required' : 'preferred',
    allowCredentials: (allowed ?? []).map(reference),
  }
}

/** @throws HubError `passkey.refused`: another site's, another challenge, or it does not hold */
export async function verifyCreated(
  site: Site,
  created: PasskeyCreated,
  takeChallenge: TakeChallenge,
): Promise<NewPasskey> {
  const verification = await verifying(
    verifyRegistrationResponse({
      response: created,
      expectedChallenge: (challenge) => takeChallenge(hashChallenge(challenge)),
      expectedOrigin: site.origin,
      expectedRPID: hostOf(site),
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  )
  if (!verification.verified) throw refused('the attestation does not hold')
  const { credential, credentialBackedUp } = verification.registrationInfo
  return {
    credentialId: Buffer.from(credential.id, 'base64url'),
    publicKey: credential.publicKey,
    counter: credential.counter,
    transports: created.response.transports ?? [],
    isSynced: credentialBackedUp,
  }
}

/**
 * The counter that goes with a signature that holds.
 *
 * @throws HubError `passkey.refused`: another site's, another challenge, a counter that did not go
 * up, nobody verified although that was needed, or it does not hold
 */
export async function verifyAssertion(
  site: Site,
  assertion: PasskeyAssertion,
  known: { publicKey: Uint8Array; counter: number; needsVerification: boolean },
  takeChallenge: TakeChallenge,
): Promise<{ counter: number; isSynced: boolean }> {
  const verification = await verifying(
    verifyAuthenticationResponse({
      response: assertion,
      expectedChallenge: (challenge) => takeChallenge(hashChallenge(challenge)),
      expectedOrigin: site.origin,
      expectedRPID: hostOf(site),
      requireUserVerification: known.needsVerification,
      credential: {
        id: assertion.id,
        publicKey: new Uint8Array(known.publicKey),
        counter: known.counter,
      },
    }),
  )
  if (!verification.verified) throw refused('the signature does not hold')
  const { newCounter, credentialBackedUp } = verification.authenticationInfo
  return { counter: newCounter, isSynced: credentialBackedUp }
}

function hostOf({ origin }: Site): string {
  return new URL(origin).hostname
}

function reference({ id, transports }: KnownPasskey) {
  return { id, type: 'public-key' as const, transports: [...transports] }
}

/** The library throws plain errors for whatever a browser, or somebody else, sent wrong. */
async function verifying<Result>(verification: Promise<Result>): Promise<Result> {
  try {
    return await verification
  } catch (cause) {
    if (cause instanceof HubError) throw cause
    throw refused(messageOf(cause), cause)
  }
}

function refused(why: string, cause?: unknown): HubError {
  return new HubError('passkey.refused', `the passkey was refused: ${why}`, { cause })
}
