/** Writes `.reg` files as regedit does: version 5, UTF-16LE with a byte order mark, CRLF, lines of 80 characters. */

import { concat, toHex } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { encodeData } from './data-bytes.ts'
import type { RegistryData } from './document.ts'
import { TYPE_NUMBERS } from './names.ts'
import type { RegKey, RegValue } from './reg-read.ts'

const HEADER = 'Windows Registry Editor Version 5.00\r\n\r\n'
/** What a line with bytes may have before its backslash. */
const LINE_CHARACTERS = 77

/** @throws HubError `registry.unwritable`: a key or name with a control character, data without a type */
export function encodeReg(keys: readonly RegKey[]): Uint8Array {
  const text = HEADER + keys.map(keyText).join('')
  if (!text.isWellFormed()) throw unwritable('a name is no Unicode text')
  return concat([Uint8Array.of(0xff, 0xfe), Buffer.from(text, 'utf16le')])
}

function keyText({ hive, key, isDeleted, values }: RegKey): string {
  if (hasControls(key)) throw unwritable('a key has a control character')
  const path = key === '' ? hive : `${hive}\\${key}`
  return `[${isDeleted ? '-' : ''}${path}]\r\n${values.map(valueText).join('')}\r\n`
}

function valueText({ name, data }: RegValue): string {
  if (hasControls(name)) throw unwritable('a name has a control character')
  const start = `${name === '' ? '@' : quoted(name)}=`
  return `${start}${data === undefined ? '-' : dataText(data, start.length)}\r\n`
}

function dataText(data: RegistryData, column: number): string {
  if (data.type === 'REG_SZ' && data.value.isWellFormed() && !hasControls(data.value)) {
    return quoted(data.value)
  }
  if (data.type === 'REG_DWORD') return `dword:${data.value.toString(16).padStart(8, '0')}`
  const encoded = encodeData(data)
  if (encoded === undefined) throw unwritable(`data of type ${data.type} has no form in it`)
  const { typeNumber, bytes } = encoded
  const kind = typeNumber === TYPE_NUMBERS.REG_BINARY ? 'hex:' : `hex(${typeNumber.toString(16)}):`
  return kind + hexText(bytes, column + kind.length)
}

function hexText(bytes: Uint8Array, column: number): string {
  const each = toHex(bytes).match(/../g) ?? []
  let at = column
  return each
    .map((byte, index) => {
      if (index === each.length - 1) return byte
      at += 3
      if (at + 3 <= LINE_CHARACTERS) return `${byte},`
      at = 2
      return `${byte},\\\r\n  `
    })
    .join('')
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

function unwritable(what: string): HubError {
  return new HubError('registry.unwritable', `a .reg file cannot be written: ${what}`)
}
