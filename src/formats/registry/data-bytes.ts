/** Data as bytes, as `registry.pol` and `hex(…)` of `.reg` hold it ([MS-GPREG] section 2.2.1). */

import { asBuffer, toHex } from '../../base/bytes.ts'
import type { RegistryData } from './document.ts'
import { TYPE_NUMBERS } from './names.ts'

/** Data with the number of its type. */
export interface TypedBytes {
  readonly typeNumber: number
  readonly bytes: Uint8Array
}

/** Bytes of data; undefined for what has no type with a number, or a text that is no Unicode. */
export function encodeData(data: RegistryData): TypedBytes | undefined {
  switch (data.type) {
    case 'REG_SZ':
    case 'REG_EXPAND_SZ':
      return texts(TYPE_NUMBERS[data.type], `${data.value}\0`)
    case 'REG_MULTI_SZ':
      return texts(TYPE_NUMBERS[data.type], `${data.value.map((each) => `${each}\0`).join('')}\0`)
    case 'REG_DWORD': {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32LE(data.value)
      return { typeNumber: TYPE_NUMBERS[data.type], bytes }
    }
    case 'REG_QWORD': {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64LE(BigInt(data.value))
      return { typeNumber: TYPE_NUMBERS[data.type], bytes }
    }
    case 'REG_BINARY':
      return { typeNumber: TYPE_NUMBERS[data.type], bytes: Buffer.from(data.value, 'hex') }
    case 'bytes':
      return { typeNumber: data.typeNumber, bytes: Buffer.from(data.value, 'hex') }
    case 'text':
      return undefined
  }
}

function texts(typeNumber: number, text: string): TypedBytes | undefined {
  if (!text.isWellFormed()) return undefined
  return { typeNumber, bytes: Buffer.from(text, 'utf16le') }
}

/**
 * Data of bytes. Texts may lack their last NUL, as Windows allows; what is not of its type otherwise, and
 * what has another type, stays bytes.
 */
export function decodeData({ typeNumber, bytes }: TypedBytes): RegistryData {
  return typed(typeNumber, bytes) ?? { type: 'bytes', typeNumber, value: toHex(bytes) }
}

function typed(typeNumber: number, bytes: Uint8Array): RegistryData | undefined {
  const buffer = asBuffer(bytes)
  switch (typeNumber) {
    case TYPE_NUMBERS.REG_SZ:
    case TYPE_NUMBERS.REG_EXPAND_SZ: {
      const value = textOf(buffer)?.replace(/\0$/, '')
      if (value === undefined || value.includes('\0')) return undefined
      return { type: typeNumber === TYPE_NUMBERS.REG_SZ ? 'REG_SZ' : 'REG_EXPAND_SZ', value }
    }
    case TYPE_NUMBERS.REG_MULTI_SZ: {
      const value = textOf(buffer)?.replace(/\0{1,2}$/, '')
      if (value === undefined) return undefined
      if (value === '') return { type: 'REG_MULTI_SZ', value: [] }
      const each = value.split('\0')
      return each.includes('') ? undefined : { type: 'REG_MULTI_SZ', value: each }
    }
    case TYPE_NUMBERS.REG_DWORD:
      if (buffer.byteLength !== 4) return undefined
      return { type: 'REG_DWORD', value: buffer.readUInt32LE() }
    case TYPE_NUMBERS.REG_QWORD:
      if (buffer.byteLength !== 8) return undefined
      return { type: 'REG_QWORD', value: buffer.readBigUInt64LE().toString() }
    case TYPE_NUMBERS.REG_BINARY:
      return { type: 'REG_BINARY', value: toHex(bytes) }
    default:
      return undefined
  }
}

function textOf(buffer: Buffer): string | undefined {
  if (buffer.byteLength % 2 !== 0) return undefined
  const text = buffer.toString('utf16le')
  return text.isWellFormed() ? text : undefined
}
