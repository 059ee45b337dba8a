/**
 * Reads `.reg` files: version 5 in UTF-16 or UTF-8, and REGEDIT4.
 *
 * REGEDIT4 files are in the code page of whoever wrote them, which they do not say: they are read when
 * they are UTF-8, of which ASCII is a part, and refused when not.
 */

import { asBuffer } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { decodeData } from './data-bytes.ts'
import type { Hive, RegistryData } from './document.ts'
import { findHive, plainKey, TYPE_NUMBERS } from './names.ts'

/** A line in brackets, and the values below it. */
export interface RegKey {
  readonly hive: Hive
  /** Without the hive. */
  readonly key: string
  /** The key and all below it is deleted; there are no values then. */
  readonly isDeleted: boolean
  readonly values: readonly RegValue[]
}

export interface RegValue {
  /** Empty for the default value of the key. */
  readonly name: string
  /** Absent when the value is deleted. */
  readonly data?: RegistryData
}

/** What a stranger can make large or many in a `.reg` file. */
export interface RegLimits {
  readonly sizeBytes: number
  /** Keys and values together. */
  readonly entries: number
}

/** Exports of whole programs have some ten thousand values, at two bytes a character. */
export const REG_LIMITS: RegLimits = { sizeBytes: 8 * 1024 * 1024, entries: 50_000 }

/** @throws HubError `registry_reg.malformed` with the line, `registry.too_large` */
export function parseReg(bytes: Uint8Array, limits: RegLimits = REG_LIMITS): readonly RegKey[] {
  if (bytes.byteLength > limits.sizeBytes) {
    throw new HubError('registry.too_large', `a .reg file has at most ${limits.sizeBytes} bytes`)
  }
  const text = decodeText(bytes)
  const header = /^(Windows Registry Editor Version 5\.00|REGEDIT4)[ \t]*(?=\r|\n|$)/.exec(text)
  if (header === null) {
    throw new HubError('registry_reg.malformed', 'a .reg file begins with its version')
  }
  const isAnsi = header[1] === 'REGEDIT4'
  return new RegParser(text, { at: header[0].length, isAnsi, limits }).keys()
}

function decodeText(bytes: Uint8Array): string {
  const mark = asBuffer(bytes.subarray(0, 2)).toString('hex')
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new HubError('registry_reg.malformed', 'a .reg file is read in UTF-16 and UTF-8', {
      cause,
    })
  }
}

const SPACE = /[ \t]*/y
const REST = /[ \t]*(;[^\r\n]*)?(?=[\r\n]|$)/y
const LINE = /[^\r\n]*/y
const HEX = /hex(?:\(([0-9a-f]{1,8})\))?:/iy
const WORD = /(dword|qword):[ \t]*([0-9a-f]{1,16})/iy

class RegParser {
  readonly #text: string
  readonly #isAnsi: boolean
  readonly #limits: RegLimits
  #at: number
  #entries = 0

  constructor(text: string, given: { at: number; isAnsi: boolean; limits: RegLimits }) {
    this.#text = text
    this.#at = given.at
    this.#isAnsi = given.isAnsi
    this.#limits = given.limits
  }

  keys(): readonly RegKey[] {
    const keys: (RegKey & { values: RegValue[] })[] = []
    for (let next = this.#nextSign(); next !== undefined; next = this.#nextSign()) {
      this.#entries += 1
      if (this.#entries > this.#limits.entries) {
        throw new HubError(
          'registry.too_large',
          `a .reg file has at most ${this.#limits.entries} entries`,
        )
      }
      if (next === '[') keys.push(this.#key())
      else {
        const key = keys.at(-1)
        if (key === undefined) throw this.#malformed('a value stands before the first key')
        if (key.isDeleted) throw this.#malformed('a value stands below a key that is deleted')
        key.values.push(this.#value())
      }
    }
    return keys
  }

  /** The first character of the next entry, where the reader then is. */
  #nextSign(): string | undefined {
    for (;;) {
      const sign = this.#text[this.#at]
      if (sign === ';') this.#match(LINE)
      else if (sign === undefined || !' \t\r\n'.includes(sign)) return sign
      else this.#at += 1
    }
  }

  #key() {
    const line = this.#match(LINE)[0].trimEnd()
    if (!line.endsWith(']')) throw this.#malformed('a key has no ] at its end')
    const isDeleted = line.startsWith('[-')
    const path = line.slice(isDeleted ? 2 : 1, -1)
    const end = path.includes('\\') ? path.indexOf('\\') : path.length
    const hive = findHive(path.slice(0, end))
    if (hive === undefined) throw this.#malformed('a key has no known hive')
    return { hive, key: plainKey(path.slice(end)), isDeleted, values: [] as RegValue[] }
  }

  #value(): RegValue {
    const name = this.#name()
    this.#match(SPACE)
    if (this.#text[this.#at] !== '=') throw this.#malformed('a name is followed by no =')
    this.#at += 1
    this.#match(SPACE)
    const data = this.#data()
    this.#match(REST, 'something stands behind a value')
    return data === undefined ? { name } : { name, data }
  }

  #name(): string {
    if (this.#text[this.#at] !== '@') return this.#string()
    this.#at += 1
    return ''
  }

  #data(): RegistryData | undefined {
    const sign = this.#text[this.#at]
    if (sign === '"') return { type: 'REG_SZ', value: this.#string() }
    if (sign === '-') {
      this.#at += 1
      return undefined
    }
    const hex = this.#find(HEX)
    if (hex !== null)
      return this.#bytes(hex[1] === undefined ? TYPE_NUMBERS.REG_BINARY : parseInt(hex[1], 16))
    const [, kind = '', digits = ''] = this.#match(WORD, 'a value has no known form')
    if (kind.toLowerCase() === 'qword') {
      return { type: 'REG_QWORD', value: BigInt(`0x${digits}`).toString() }
    }
    if (digits.length > 8) throw this.#malformed('a dword has more than eight digits')
    return { type: 'REG_DWORD', value: parseInt(digits, 16) }
  }

  /** Between quotes; line ends belong to it. */
  #string(): string {
    if (this.#text[this.#at] !== '"')
      throw this.#malformed('a line is neither key, value nor comment')
    const pieces: string[] = []
    const special = /["\\]/g
    for (let from = this.#at + 1; ;) {
      special.lastIndex = from
      const found = special.exec(this.#text)
      if (found === null) throw this.#malformed('a text has no quote at its end')
      pieces.push(this.#text.slice(from, found.index))
      if (found[0] === '"') {
        this.#at = found.index + 1
        return pieces.join('')
      }
      // A backslash before anything else stands for itself: people forget to double it.
      const next = this.#text[found.index + 1] ?? ''
      const isEscape = next === '"' || next === '\\'
      pieces.push(isEscape ? next : '\\')
      from = found.index + (isEscape ? 2 : 1)
    }
  }

  /** Two digits each, with commas between; a backslash at the end of a line goes on in the next. */
  #bytes(typeNumber: number): RegistryData {
    const lines: string[] = []
    for (;;) {
      const line = this.#match(LINE)[0].replace(/;.*$/, '').trim()
      if (!line.endsWith('\\')) {
        lines.push(line)
        break
      }
      lines.push(line.slice(0, -1))
      this.#match(/\r?\n?/y)
    }
    const digits = lines.join('').replace(/[ \t]/g, '')
    if (digits === '') return this.#typed(typeNumber, new Uint8Array())
    const each = digits.replace(/,$/, '').split(',')
    if (!each.every((byte) => /^[0-9a-f]{1,2}$/i.test(byte))) {
      throw this.#malformed('bytes are two hexadecimal digits with commas between')
    }
    return this.#typed(
      typeNumber,
      Uint8Array.from(each, (byte) => parseInt(byte, 16)),
    )
  }

  #typed(typeNumber: number, bytes: Uint8Array): RegistryData {
    const { REG_SZ, REG_EXPAND_SZ, REG_MULTI_SZ } = TYPE_NUMBERS
    const isText = ([REG_SZ, REG_EXPAND_SZ, REG_MULTI_SZ] as number[]).includes(typeNumber)
    if (!this.#isAnsi || !isText) return decodeData({ typeNumber, bytes })
    const text = decodeText(bytes)
    return decodeData({ typeNumber, bytes: Buffer.from(text, 'utf16le') })
  }

  #find(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found !== null) this.#at = pattern.lastIndex
    return found
  }

  #match(pattern: RegExp, otherwise = 'a line ends early'): RegExpExecArray {
    const found = this.#find(pattern)
    if (found === null) throw this.#malformed(otherwise)
    return found
  }

  #malformed(what: string): HubError {
    const line = this.#text.slice(0, this.#at).split(/\r\n|\r|\n/).length
    return new HubError('registry_reg.malformed', `a .reg file cannot be read: ${what}`, {
      detail: { line },
    })
  }
}
