/** Names and numbers of `Registry.xml` ([MS-GPPREF] section 2.2.1; icons as observed). */

import {
  isKeyOnly,
  type RegistryAction,
  type RegistryData,
  type RegistryEntry,
} from './document.ts'

export const CLASSES = {
  RegistrySettings: '{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}',
  Registry: '{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}',
  Collection: '{53B533F5-224C-47e3-B01B-CA3B3F3FF4BF}',
} as const

/** Attributes that are values, or made from values: all others are kept as they are. */
export const KNOWN = {
  RegistrySettings: new Set(['clsid', 'disabled']),
  Collection: new Set(
    'clsid name changed uid desc bypassErrors userContext removePolicy disabled'.split(' '),
  ),
  Registry: new Set(
    'clsid name status image changed uid desc bypassErrors userContext removePolicy disabled'.split(
      ' ',
    ),
  ),
  Properties: new Set('action displayDecimal default hive key name type value'.split(' ')),
} as const

export const ACTION_LETTERS = { create: 'C', replace: 'R', update: 'U', delete: 'D' } as const

/** The action of a letter; a missing one means update. */
export function findAction(letter: string): RegistryAction | undefined {
  switch (letter.toUpperCase()) {
    case 'C':
      return 'create'
    case 'R':
      return 'replace'
    case '':
    case 'U':
      return 'update'
    case 'D':
      return 'delete'
    default:
      return undefined
  }
}

const ACTION_ICONS = { create: 0, replace: 1, update: 2, delete: 3 } as const

/** The icon in GPMC: by the kind of what is changed, and by the action. */
export function iconOf(entry: RegistryEntry): number {
  return (isKeyOnly(entry) ? 0 : typeIcon(entry.data)) + ACTION_ICONS[entry.action]
}

function typeIcon(data: RegistryData | undefined): number {
  switch (data?.type) {
    case undefined:
    case 'REG_SZ':
    case 'REG_EXPAND_SZ':
    case 'REG_MULTI_SZ':
      return 5
    case 'REG_DWORD':
    case 'REG_QWORD':
      return 10
    case 'REG_BINARY':
    case 'bytes':
    case 'text':
      return 15
  }
}
