/**
 * Reads `Registry.xml`, the file of Group Policy Preferences for the registry, and items dragged out of GPMC.
 *
 * Nothing depends on the order of attributes, the case of GUIDs, or white space. What is not known is
 * kept: attributes, elements, targeting, types. What has no meaning at all is refused.
 */

import { HubError } from '../../base/errors.ts'
import { attributeOf, elementsOf, findElement, textOf } from '../xml/element.ts'
import { XML_LIMITS, type XmlLimits } from '../xml/limits.ts'
import { parseXml, type XmlAttribute, type XmlElement } from '../xml/xml.ts'
import {
  defaultLabel,
  isKeyOnly,
  type RegistryCollection,
  type RegistryData,
  type RegistryDocument,
  type RegistryEntry,
  type RegistryItem,
} from './document.ts'
import { findHive, plainKey, typeNameOf } from './names.ts'
import { findAction, KNOWN } from './xml-names.ts'

/** Consoles with thousands of items write some MB; each has about four nodes. */
export const REGISTRY_XML_LIMITS: XmlLimits = {
  ...XML_LIMITS,
  sizeBytes: 4 * 1024 * 1024,
  nodes: 100_000,
}

/**
 * @throws HubError `registry_xml.malformed`: XML, but no registry settings, or an item that says nothing;
 *   `xml.…` as `parseXml`
 */
export function parseRegistryXml(
  bytes: Uint8Array,
  limits: XmlLimits = REGISTRY_XML_LIMITS,
): RegistryDocument {
  const { text, encoding, root } = parseXml(bytes, limits)
  const before = text.slice(0, root.start)
  const behind = text.slice(root.end)
  if (root.name === 'RegistrySettings') {
    const { open, close, ...values } = readSettings(root, text)
    return { ...values, source: { encoding, open: before + open, close: close + behind } }
  }
  if (!isItem(root)) {
    throw malformed(`its root is ${root.name} and not RegistrySettings, Collection or Registry`)
  }
  const source = { encoding, open: before, close: behind }
  return { items: [readItem(root, { text, lead: '' })], isFragment: true, source }
}

/** `<RegistrySettings>` without what stands around it. */
export function readSettings(element: XmlElement, text: string) {
  const { items, open, close } = readItems(element, text)
  return present({
    items,
    disabled: isOn(attributeOf(element, 'disabled') ?? '') || undefined,
    attributes: unknownAttributes(element, KNOWN.RegistrySettings),
    otherXml: xmlOf(
      elementsOf(element).filter((child) => !isItem(child)),
      text,
    ),
    open,
    close,
  })
}

/** A collection or registry item. */
export function readItem(
  element: XmlElement,
  { text, lead }: { text: string; lead: string },
): RegistryItem {
  return element.name === 'Collection'
    ? readCollection(element, { text, lead })
    : readEntry(element, { text, lead })
}

function isItem({ name }: XmlElement): boolean {
  return name === 'Collection' || name === 'Registry'
}

function readItems(element: XmlElement, text: string) {
  const items: RegistryItem[] = []
  let behind = element.contentStart
  for (const child of elementsOf(element).filter(isItem)) {
    items.push(readItem(child, { text, lead: text.slice(behind, child.start) }))
    behind = child.end
  }
  return {
    items,
    open: text.slice(element.start, element.contentStart),
    close: text.slice(behind, element.end),
  }
}

function readCollection(
  element: XmlElement,
  { text, lead }: { text: string; lead: string },
): RegistryCollection {
  const { items, open, close } = readItems(element, text)
  const filters = findElement(element, 'Filters')
  const others = elementsOf(element).filter((child) => !isItem(child) && child !== filters)
  return present<RegistryCollection>({
    kind: 'collection',
    name: attributeOf(element, 'name') ?? '',
    items,
    ...commonOptions(element, KNOWN.Collection),
    filters: filters && xmlOf([filters], text),
    otherXml: xmlOf(others, text),
    source: { lead, open, close },
  })
}

function readEntry(
  element: XmlElement,
  { text, lead }: { text: string; lead: string },
): RegistryEntry {
  const shown = attributeOf(element, 'name') ?? ''
  const properties = findElement(element, 'Properties')
  if (properties === undefined) throw malformed(`item ${quoted(shown)} has no Properties`)
  const filters = findElement(element, 'Filters')
  const value = readProperties(properties, { text, shown })
  const others = elementsOf(element).filter((child) => child !== properties && child !== filters)
  const usual = defaultLabel(value)
  const status = attributeOf(element, 'status') ?? usual
  return present<RegistryEntry>({
    ...value,
    label: shown === usual || shown === '' ? undefined : shown,
    status: status === usual ? undefined : status,
    ...commonOptions(element, KNOWN.Registry),
    filters: filters && xmlOf([filters], text),
    otherXml: xmlOf(others, text),
    source: { lead, open: text.slice(element.start, element.end), close: '' },
  })
}

function readProperties(
  properties: XmlElement,
  { text, shown }: { text: string; shown: string },
): RegistryEntry {
  const said = (name: string) => attributeOf(properties, name) ?? ''
  const action = findAction(said('action'))
  if (action === undefined) throw malformed(`item ${quoted(shown)} has an unknown action`)
  const hive = findHive(said('hive'))
  if (hive === undefined) throw malformed(`item ${quoted(shown)} has no known hive`)
  const name = said('name')
  const isDefault = isOn(said('default'))
  const typeName = typeNameOf(said('type'))
  const values = typeName === 'REG_MULTI_SZ' ? findElement(properties, 'Values') : undefined
  const isNothing = (typeName === '' || typeName === 'REG_SZ') && said('value') === ''
  const hasData = !isKeyOnly({ name, isDefault }) && !(action === 'delete' && isNothing)
  const others = elementsOf(properties).filter((child) => child !== values)
  return present<RegistryEntry>({
    kind: 'registry',
    action,
    hive,
    key: plainKey(said('key')),
    name,
    isDefault: isDefault || undefined,
    data: hasData ? readData(typeName, { value: said('value'), values }) : undefined,
    displayDecimal: isOn(said('displayDecimal')) || undefined,
    propertyAttributes: unknownAttributes(properties, KNOWN.Properties),
    propertyXml: xmlOf(others, text),
  })
}

function readData(
  typeName: string,
  { value, values }: { value: string; values: XmlElement | undefined },
): RegistryData {
  switch (typeName) {
    case '':
    case 'REG_SZ':
      return { type: 'REG_SZ', value }
    case 'REG_EXPAND_SZ':
      return { type: 'REG_EXPAND_SZ', value }
    case 'REG_MULTI_SZ':
      if (values !== undefined) {
        return { type: 'REG_MULTI_SZ', value: elementsOf(values, 'Value').map(textOf) }
      }
      return { type: 'REG_MULTI_SZ', value: value === '' ? [] : [value] }
    case 'REG_DWORD':
      if (!/^[0-9a-f]{1,8}$/i.test(value)) break
      return { type: 'REG_DWORD', value: parseInt(value, 16) }
    case 'REG_QWORD':
      if (!/^[0-9a-f]{1,16}$/i.test(value)) break
      return { type: 'REG_QWORD', value: BigInt(`0x${value}`).toString() }
    case 'REG_BINARY': {
      const digits = value.replace(/[\s,]/g, '').toLowerCase()
      if (!/^[0-9a-f]*$/.test(digits) || digits.length % 2 !== 0) break
      return { type: 'REG_BINARY', value: digits }
    }
  }
  return { type: 'text', typeName, value }
}

function commonOptions(element: XmlElement, known: ReadonlySet<string>) {
  const text = (name: string) => attributeOf(element, name) || undefined
  const flag = (name: string) => isOn(attributeOf(element, name) ?? '') || undefined
  return {
    changed: text('changed'),
    uid: text('uid'),
    desc: text('desc'),
    bypassErrors: flag('bypassErrors'),
    userContext: flag('userContext'),
    removePolicy: flag('removePolicy'),
    disabled: flag('disabled'),
    attributes: unknownAttributes(element, known),
  }
}

function isOn(value: string): boolean {
  return value === '1' || value.toLowerCase() === 'true'
}

function unknownAttributes(
  { attributes }: XmlElement,
  known: ReadonlySet<string>,
): readonly XmlAttribute[] | undefined {
  const unknown = attributes.filter(({ name }) => !known.has(name))
  return unknown.length === 0 ? undefined : unknown
}

/** The text of elements, as it stands. */
function xmlOf(elements: readonly XmlElement[], text: string): string | undefined {
  return elements.map(({ start, end }) => text.slice(start, end)).join('') || undefined
}

/** Without members that are undefined, so that JSON gives back an equal value. */
function present<Value extends object>(value: Value): Value {
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members) as Value
}

function malformed(what: string): HubError {
  return new HubError('registry_xml.malformed', `registry settings cannot be read: ${what}`)
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 100))
}
