/** Hives and types by the names and numbers that files give them. */

import { type Hive, HIVES } from './document.ts'

const SHORT_HIVES: Readonly<Record<string, Hive>> = {
  HKLM: 'HKEY_LOCAL_MACHINE',
  HKCU: 'HKEY_CURRENT_USER',
  HKCR: 'HKEY_CLASSES_ROOT',
  HKU: 'HKEY_USERS',
  HKCC: 'HKEY_CURRENT_CONFIG',
}

/**
 * A hive by its long or short name, in any case. Names out of machine-translated instructions
 * (`HKEY \ _LOCAL \ _MACHINE`) are understood too.
 */
export function findHive(text: string): Hive | undefined {
  const name = withoutBreaks(text)
  return HIVES.find((hive) => hive === name) ?? SHORT_HIVES[name]
}

/** The name of a type in its one spelling; see `findHive`. */
export function typeNameOf(text: string): string {
  return withoutBreaks(text)
}

/** A key without backslashes at its ends. */
export function plainKey(text: string): string {
  let start = 0
  let end = text.length
  while (text[start] === '\\') start += 1
  while (end > start && text[end - 1] === '\\') end -= 1
  return text.slice(start, end)
}

function withoutBreaks(text: string): string {
  return text.replace(/[\s\\]/g, '').toUpperCase()
}

/** Numbers of the types in `registry.pol` and `.reg` ([MS-GPREG] section 2.2.1). */
export const TYPE_NUMBERS = {
  REG_SZ: 1,
  REG_EXPAND_SZ: 2,
  REG_BINARY: 3,
  REG_DWORD: 4,
  REG_MULTI_SZ: 7,
  REG_QWORD: 11,
} as const

/** No type: what a record has that only creates its key. */
export const REG_NONE = 0
