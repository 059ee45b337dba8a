/**
 * What a registry policy says: collections and registry items in order, as plain values of JSON.
 *
 * `Registry.xml` is their file (`xml-read.ts`, `xml-write.ts`); `registry.pol` and `.reg` are
 * converted to and from them, with what is lost told by name (`convert.ts`). The words are those of
 * Group Policy Preferences ([MS-GPPREF] section 2.2.1), in the spelling of their attributes.
 */

import { HubError } from '../../base/errors.ts'
import type { XmlAttribute } from '../xml/xml.ts'
import type { XmlEncoding } from '../xml/encoding.ts'

export const HIVES = [
  'HKEY_LOCAL_MACHINE',
  'HKEY_CURRENT_USER',
  'HKEY_CLASSES_ROOT',
  'HKEY_USERS',
  'HKEY_CURRENT_CONFIG',
] as const
export type Hive = (typeof HIVES)[number]

/** Create does nothing where it is there already; replace deletes first; update sets or creates. */
export const ACTIONS = ['create', 'replace', 'update', 'delete'] as const
export type RegistryAction = (typeof ACTIONS)[number]

/** What a value of the registry holds. */
export type RegistryData =
  | { readonly type: 'REG_SZ' | 'REG_EXPAND_SZ'; readonly value: string }
  | { readonly type: 'REG_MULTI_SZ'; readonly value: readonly string[] }
  /** 0 to 2³²−1. */
  | { readonly type: 'REG_DWORD'; readonly value: number }
  /** 0 to 2⁶⁴−1 in decimal: more than a number of JSON carries. */
  | { readonly type: 'REG_QWORD'; readonly value: string }
  /** Lower-case hex digits without spaces. */
  | { readonly type: 'REG_BINARY'; readonly value: string }
  /**
   * Bytes as they are, in hex, with the number of their type: types that preferences do not have, and
   * data that is not what its type says. In `registry.pol` and `.reg` only.
   */
  | { readonly type: 'bytes'; readonly typeNumber: number; readonly value: string }
  /** The text of a type this does not know, or that is not of its type. In `Registry.xml` only. */
  | { readonly type: 'text'; readonly typeName: string; readonly value: string }

/** What is absent is false, or not said. */
interface CommonOptions {
  /** When it was changed last, as GPMC writes it: `2026-06-01 00:00:00`, UTC. */
  readonly changed?: string
  /** A GUID in braces. */
  readonly uid?: string
  readonly desc?: string
  /** Go on with the next item when this one fails. */
  readonly bypassErrors?: boolean
  /** In the security context of the signed-in user. */
  readonly userContext?: boolean
  /** Remove what was set when it is no longer applied. */
  readonly removePolicy?: boolean
  readonly disabled?: boolean
  /** The element `<Filters>`: item-level targeting, kept and not evaluated. */
  readonly filters?: string
  /** Attributes this does not know, in order. */
  readonly attributes?: readonly XmlAttribute[]
  /** Elements this does not know, one behind the other. */
  readonly otherXml?: string
  readonly source?: RegistrySource
}

/**
 * The text from which something was read. It is written again when it still says the same, so that
 * what nobody changed stays byte for byte; whoever changes a value need not look at it.
 */
export interface RegistrySource {
  /** What stands before: behind the item before, or behind the start tag around it. */
  readonly lead: string
  /** To behind the start tag; of a registry item all of it. */
  readonly open: string
  /** From behind the last item. */
  readonly close: string
}

export interface RegistryCollection extends CommonOptions {
  readonly kind: 'collection'
  readonly name: string
  readonly items: readonly RegistryItem[]
}

/** One key or value, and what is done with it. */
export interface RegistryEntry extends CommonOptions {
  readonly kind: 'registry'
  readonly action: RegistryAction
  readonly hive: Hive
  /** Without the hive, and without a backslash at either end. */
  readonly key: string
  /** Name of the value; empty for the key alone, and for its default value. */
  readonly name: string
  /** The default value of the key is meant. */
  readonly isDefault?: boolean
  /** Absent for a key alone, and where a delete says none. */
  readonly data?: RegistryData
  /** Shown in decimal. No change of meaning: files have hexadecimal. */
  readonly displayDecimal?: boolean
  /** The name shown, where it is not the name of the value. */
  readonly label?: string
  /** The second name shown, where it is not the name of the value. */
  readonly status?: string
  /** Attributes of `<Properties>` this does not know, in order: bit fields. */
  readonly propertyAttributes?: readonly XmlAttribute[]
  /** Elements in `<Properties>` this does not know. */
  readonly propertyXml?: string
}

export type RegistryItem = RegistryCollection | RegistryEntry

export interface RegistryDocument {
  readonly items: readonly RegistryItem[]
  /** All of it is switched off. */
  readonly disabled?: boolean
  /** The file is one item dragged out of GPMC, without `<RegistrySettings>` around it. */
  readonly isFragment?: boolean
  readonly attributes?: readonly XmlAttribute[]
  readonly otherXml?: string
  readonly source?: RegistryDocumentSource
}

export interface RegistryDocumentSource {
  readonly encoding: XmlEncoding
  /** To behind the start tag of `<RegistrySettings>`; of a fragment to before its item. */
  readonly open: string
  /** From behind the last item. */
  readonly close: string
}

/**
 * More than any file of settings has: a key stands once in a `.reg` file and in each of its values here, and
 * one record of `registry.pol` may delete thousands of values of a long key.
 */
const MAX_CHARACTERS = 8 * 1024 * 1024

/** Entries made from another format, which do not become much larger than what they are made from. */
export class EntryList {
  readonly items: RegistryEntry[] = []
  #characters = 0

  /** @throws HubError `registry.too_large` */
  add(entry: RegistryEntry): void {
    // An entry without names is some size too.
    this.#characters += entry.key.length + entry.name.length + 64
    if (this.#characters > MAX_CHARACTERS) {
      throw new HubError('registry.too_large', 'settings become too large when each has its key')
    }
    this.items.push(entry)
  }
}

/** An entry and what the collections around it say. */
export interface PlacedEntry {
  readonly entry: RegistryEntry
  /** Places from the top: `[0, 1]` is the second item of the first collection. */
  readonly path: readonly number[]
  /** Names from the top, for people: `AGPM e-mail security/EncryptSmtp`. */
  readonly label: string
  /** It or a collection around it is switched off. */
  readonly isDisabled: boolean
  /** Targeting of it and of the collections around it. */
  readonly hasFilters: boolean
}

/** All entries in the order in which they are processed, out of their collections. */
export function entriesOf(items: readonly RegistryItem[]): readonly PlacedEntry[] {
  return placed(items, { path: [], label: '', isDisabled: false, hasFilters: false })
}

function placed(
  items: readonly RegistryItem[],
  around: Omit<PlacedEntry, 'entry'>,
): readonly PlacedEntry[] {
  return items.flatMap((item, index) => {
    const own = item.kind === 'collection' ? item.name : labelOf(item)
    const place = {
      path: [...around.path, index],
      label: around.label === '' ? own : `${around.label}/${own}`,
      isDisabled: around.isDisabled || item.disabled === true,
      hasFilters: around.hasFilters || (item.filters ?? '') !== '',
    }
    return item.kind === 'collection' ? placed(item.items, place) : [{ entry: item, ...place }]
  })
}

/** The name under which an entry is shown. */
export function labelOf(entry: RegistryEntry): string {
  return entry.label ?? defaultLabel(entry)
}

/** The name GPMC gives: of the value, or the last part of the key. */
export function defaultLabel({ key, name, isDefault }: RegistryEntry): string {
  if (isDefault === true) return '(Default)'
  return name === '' ? key.slice(key.lastIndexOf('\\') + 1) : name
}

/** True when a whole key is meant and no value of it. */
export function isKeyOnly({ name, isDefault }: Pick<RegistryEntry, 'name' | 'isDefault'>): boolean {
  return name === '' && isDefault !== true
}
