/** An authenticator in software: makes passkeys and signs with them as WebAuthn level 3 says, ES256 only. */

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type {
  PasskeyAssertion,
  PasskeyCreated,
  PasskeyCreation,
  PasskeyRequest,
} from '../../src/contract/sign-in-methods.ts'

export interface AuthenticatorOptions {
  /** Of the page that the browser shows. */
  readonly origin: string
  /** False: a key without PIN or finger, which only tells that somebody touched it. */
  readonly verifies?: boolean
  /** False: its counter stays 0, as that of synced passkeys does. */
  readonly counts?: boolean
}

/** Flags of authenticator data (section 6.1). */
const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40

export class Authenticator {
  readonly #options: AuthenticatorOptions
  readonly #id = randomBytes(16)
  readonly #privateKey: KeyObject
  readonly #publicKey: KeyObject
  #userHandle = ''
  /** Of signatures so far; a test may turn it back. */
  counter = 0

  constructor(options: AuthenticatorOptions) {
    this.#options = options
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#privateKey = privateKey
    this.#publicKey = publicKey
  }

  /** `navigator.credentials.create` of a browser that shows a page of this authenticator's origin. */
  create(options: PasskeyCreation, { origin = this.#options.origin } = {}): PasskeyCreated {
    this.#userHandle = options.user.id
    const idLength = Buffer.alloc(2)
    idLength.writeUInt16BE(this.#id.byteLength)
    const attested = Buffer.concat([Buffer.alloc(16), idLength, this.#id, this.#coseKey()])
    const attestation = map([
      ['fmt', text('none')],
      ['attStmt', map([])],
      ['authData', bytes(this.#data(options.rp.id, attested))],
    ])
    return {
      id: this.#id.toString('base64url'),
      rawId: this.#id.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData('webauthn.create', options.challenge, origin).toString(
          'base64url',
        ),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
    }
  }

  /** `navigator.credentials.get`. */
  sign(options: PasskeyRequest, { origin = this.#options.origin } = {}): PasskeyAssertion {
    if (this.#options.counts !== false) this.counter += 1
    const data = this.#data(options.rpId)
    const client = clientData('webauthn.get', options.challenge, origin)
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
    return {
      id: this.#id.toString('base64url'),
      rawId: this.#id.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, this.#privateKey).toString('base64url'),
        userHandle: this.#userHandle,
      },
    }
  }

  #data(rpId: string, attested?: Buffer): Buffer {
    const verified = this.#options.verifies === false ? 0 : VERIFIED
    const flags = PRESENT | verified | (attested === undefined ? 0 : ATTESTED)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.counter)
    const host = createHash('sha256').update(rpId).digest()
    return Buffer.concat([host, Buffer.from([flags]), counter, attested ?? Buffer.alloc(0)])
  }

  /** RFC 9053 section 7.1.1: kty EC2, alg ES256, crv P-256, x, y. */
  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' })
    return map([
      [1, integer(2)],
      [3, integer(-7)],
      [-1, integer(1)],
      [-2, bytes(Buffer.from(x, 'base64url'))],
      [-3, bytes(Buffer.from(y, 'base64url'))],
    ])
  }
}

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
}

/** As much of CBOR (RFC 8949) as is needed: everything here is shorter than 64 KiB. */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff])
}

const integer = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value))
const bytes = (value: Buffer) => Buffer.concat([head(2, value.byteLength), value])
const text = (value: string) =>
  Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])

function map(entries: readonly (readonly [number | string, Buffer])[]): Buffer {
  const parts = entries.flatMap(([key, value]) => [
    typeof key === 'number' ? integer(key) : text(key),
    value,
  ])
  return Buffer.concat([head(5, entries.length), ...parts])
}
