/** One of the three files of registry settings made from another, by way of the settings. */

import { HubError } from '../../base/errors.ts'
import { isXmlText } from '../xml/characters.ts'
import {
  entriesOf,
  labelOf,
  type Hive,
  type RegistryDocument,
  type RegistryEntry,
  type RegistryItem,
} from './document.ts'
import { type Converted, distinctLosses, type Loss } from './losses.ts'
import { encodePol, parsePol } from './pol.ts'
import { fromPol, toPol } from './pol-convert.ts'
import { fromReg, toReg } from './reg-convert.ts'
import { parseReg } from './reg-read.ts'
import { encodeReg } from './reg-write.ts'
import { parseRegistryXml } from './xml-read.ts'
import { encodeRegistryXml } from './xml-write.ts'

export const REGISTRY_FORMATS = ['xml', 'pol', 'reg'] as const
/** `Registry.xml`, `registry.pol` or a `.reg` file. */
export type RegistryFormat = (typeof REGISTRY_FORMATS)[number]

/** What a conversion has to be told. */
export interface ConversionGiven {
  readonly from: RegistryFormat
  /** Another one. */
  readonly to: RegistryFormat
  /** Of `registry.pol`, which does not say; not needed to write one when all items are of one hive. */
  readonly hive: Hive | undefined
  /** What new items of `Registry.xml` are marked with. */
  readonly stamp: () => { readonly changed: string; readonly uid: string }
}

/** A file's bytes, with what it holds and lacks. */
export interface Conversion {
  readonly bytes: Uint8Array
  /** Items read, and of those the ones that were written, wholly or in part. */
  readonly items: { readonly read: number; readonly written: number }
  readonly hive: Hive | undefined
  readonly losses: readonly Loss[]
}

/**
 * @throws HubError `registry.unwritable`: nothing of it can be written, or no hive is known; what the
 *   readers throw
 */
export function convertRegistry(bytes: Uint8Array, given: ConversionGiven): Conversion {
  const source = readAs(bytes, given)
  const target = writeAs(source.value, given)
  const losses = distinctLosses([...source.losses, ...target.losses])
  const read = entriesOf(source.value.items).length
  const written = read - target.losses.filter(isLeftOut).length
  if (written === 0 && losses.some(isLeftOut)) {
    throw new HubError(
      'registry.unwritable',
      'nothing of these settings can be said in that file',
      {
        detail: { losses: losses.map(({ code }) => code) },
      },
    )
  }
  return { bytes: target.value, items: { read, written }, hive: target.hive, losses }
}

function isLeftOut({ code }: Loss): boolean {
  return code.endsWith('_left_out')
}

function readAs(bytes: Uint8Array, { from, hive }: ConversionGiven): Converted<RegistryDocument> {
  switch (from) {
    case 'xml':
      return { value: parseRegistryXml(bytes), losses: [] }
    case 'reg':
      return fromReg(parseReg(bytes))
    case 'pol': {
      if (hive === undefined) throw unwritable('registry.pol does not say its hive')
      return fromPol(parsePol(bytes), hive)
    }
  }
}

function writeAs(
  document: RegistryDocument,
  { to, hive, stamp }: ConversionGiven,
): Converted<Uint8Array> & { readonly hive: Hive | undefined } {
  switch (to) {
    case 'xml': {
      const { value, losses } = toXml(document, stamp)
      return { value: encodeRegistryXml(value), losses, hive }
    }
    case 'reg': {
      const { value, losses } = toReg(document)
      return { value: encodeReg(value), losses, hive }
    }
    case 'pol': {
      const chosen = hive ?? onlyHive(document)
      const { value, losses } = toPol(document, chosen)
      return { value: encodePol(value), losses, hive: chosen }
    }
  }
}

function onlyHive({ items }: RegistryDocument): Hive {
  const [hive, ...more] = new Set(entriesOf(items).map(({ entry }) => entry.hive))
  if (more.length === 0 && (hive === 'HKEY_LOCAL_MACHINE' || hive === 'HKEY_CURRENT_USER')) {
    return hive
  }
  throw unwritable('registry.pol holds one hive, that of the computer or of the user')
}

/** Settings that came from elsewhere, as new items; those that XML cannot hold are left out. */
function toXml(
  document: RegistryDocument,
  stamp: ConversionGiven['stamp'],
): Converted<RegistryDocument> {
  const losses: Loss[] = []
  const items = document.items.flatMap((item): readonly RegistryItem[] => {
    const code = item.kind === 'registry' ? xmlLossOf(item) : undefined
    if (code === undefined || item.kind === 'collection') return [{ ...item, ...stamp() }]
    losses.push({ code, item: labelOf(item) })
    return []
  })
  return { value: { ...document, items }, losses }
}

function xmlLossOf({ key, name, data }: RegistryEntry): Loss['code'] | undefined {
  if (!isXmlText(key)) return 'key_left_out'
  if (!isXmlText(name)) return 'name_left_out'
  if (data === undefined || data.type === 'REG_DWORD') return undefined
  const texts = typeof data.value === 'string' ? [data.value] : data.value
  return data.type !== 'bytes' && texts.every(isXmlText) ? undefined : 'data_left_out'
}

function unwritable(what: string): HubError {
  return new HubError('registry.unwritable', what)
}
