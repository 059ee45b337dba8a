/**
 * `registry.pol`: the registry settings of a group policy, record by record ([MS-GPREG] section 2.2.1).
 *
 * The file does not say its hive: that is the folder it lies in, `Machine` or `User`. Sizes say where
 * data ends, so that data may hold any character of the structure around it. Read are keys of any
 * characters; written only those that the grammar allows.
 */

import { asBuffer, concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'

/** One record: what is set, or by a name with two stars done, in a key. */
export interface PolRecord {
  /** Without the hive. */
  readonly key: string
  /** Empty for the default value of the key, and for the key alone. */
  readonly name: string
  readonly typeNumber: number
  readonly data: Uint8Array
}

/** What a stranger can make large or many in `registry.pol`. */
export interface PolLimits {
  readonly sizeBytes: number
  readonly records: number
}

/** The largest policies known have some thousand settings in some hundred KB. */
export const POL_LIMITS: PolLimits = { sizeBytes: 4 * 1024 * 1024, records: 50_000 }

/** Of the standard: lengths in characters, without the NUL, and bytes of data. */
export const MAX_NAME_CHARACTERS = 259
export const MAX_DATA_BYTES = 65_535
/** Keys in keys, 512 deep with 255 characters each, are what Windows allows; none is near to this. */
const MAX_KEY_CHARACTERS = 16_383

const HEADER = Uint8Array.of(0x50, 0x52, 0x65, 0x67, 1, 0, 0, 0)
const KEY = /^[\x20-\x5b\x5d-\x7e]+(\\[\x20-\x5b\x5d-\x7e]+)*$/

/** True when the grammar allows a key. */
export function isPolKey(key: string): boolean {
  return key.length <= MAX_KEY_CHARACTERS && KEY.test(key)
}

/**
 * All records in their order, which is that in which they are processed.
 *
 * @throws HubError `registry_pol.malformed`, `registry.too_large`
 */
export function parsePol(bytes: Uint8Array, limits: PolLimits = POL_LIMITS): readonly PolRecord[] {
  if (bytes.byteLength > limits.sizeBytes) {
    throw new HubError('registry.too_large', `registry.pol has at most ${limits.sizeBytes} bytes`)
  }
  const file = asBuffer(bytes)
  if (!file.subarray(0, HEADER.length).equals(HEADER)) {
    throw malformed('it does not begin with PReg and version 1', 0)
  }
  const reader = new PolReader(file, HEADER.length)
  const records: PolRecord[] = []
  while (!reader.isAtEnd) {
    if (records.length >= limits.records) {
      throw new HubError('registry.too_large', `registry.pol has at most ${limits.records} records`)
    }
    records.push(reader.record())
  }
  return records
}

class PolReader {
  readonly #file: Buffer
  #at: number

  constructor(file: Buffer, at: number) {
    this.#file = file
    this.#at = at
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#file.byteLength
  }

  record(): PolRecord {
    const start = this.#at
    this.#sign('[')
    const key = this.#text(MAX_KEY_CHARACTERS)
    if (key === '') throw malformed('a record has no key', start)
    this.#sign(';')
    const name = this.#text(MAX_NAME_CHARACTERS)
    this.#sign(';')
    const typeNumber = this.#number()
    this.#sign(';')
    const sizeBytes = this.#number()
    this.#sign(';')
    if (sizeBytes > MAX_DATA_BYTES) throw malformed('data is larger than 65,535 bytes', start)
    const data = this.#take(sizeBytes)
    this.#sign(']')
    return { key, name, typeNumber, data }
  }

  #take(count: number): Buffer {
    const end = this.#at + count
    if (end > this.#file.byteLength) throw malformed('it ends within a record', this.#at)
    const taken = this.#file.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  #sign(character: '[' | ';' | ']'): void {
    const at = this.#at
    if (this.#take(2).readUInt16LE() !== character.charCodeAt(0)) {
      throw malformed(`there is no ${character} where one belongs`, at)
    }
  }

  #number(): number {
    return this.#take(4).readUInt32LE()
  }

  /** Up to its NUL, which is behind then. */
  #text(maxCharacters: number): string {
    const start = this.#at
    for (let count = 0; count <= maxCharacters; count += 1) {
      if (this.#take(2).readUInt16LE() !== 0) continue
      const text = this.#file.toString('utf16le', start, this.#at - 2)
      if (!text.isWellFormed()) throw malformed('a name is no Unicode text', start)
      return text
    }
    throw malformed(`a name is longer than ${maxCharacters} characters`, start)
  }
}

function malformed(what: string, at: number): HubError {
  return new HubError('registry_pol.malformed', `registry.pol cannot be read: ${what}`, {
    detail: { at },
  })
}

/** @throws HubError `registry.unwritable`: a key, name or data that the format does not allow */
export function encodePol(records: readonly PolRecord[]): Uint8Array {
  return concat([HEADER, ...records.map(encodeRecord)])
}

function encodeRecord({ key, name, typeNumber, data }: PolRecord): Uint8Array {
  const isName = name.length <= MAX_NAME_CHARACTERS && !name.includes('\0') && name.isWellFormed()
  if (!isPolKey(key) || !isName || data.byteLength > MAX_DATA_BYTES) {
    throw new HubError('registry.unwritable', 'registry.pol does not allow such a record', {
      detail: { key, name },
    })
  }
  return concat([
    utf16(`[${key}\0;${name}\0;`),
    number(typeNumber),
    utf16(';'),
    number(data.byteLength),
    utf16(';'),
    data,
    utf16(']'),
  ])
}

function utf16(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le')
}

function number(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
