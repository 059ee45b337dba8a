/** A collection's start tag and a registry item in the shape of GPMC. */

import { HubError } from '../../base/errors.ts'
import { escapeAttribute, escapeText, isXmlText } from '../xml/characters.ts'
import type { XmlAttribute } from '../xml/xml.ts'
import {
  defaultLabel,
  isKeyOnly,
  labelOf,
  type RegistryCollection,
  type RegistryData,
  type RegistryEntry,
} from './document.ts'
import { ACTION_LETTERS, CLASSES, iconOf } from './xml-names.ts'

/** @throws HubError `registry.unwritable`: a character that XML does not have */
export function collectionTag(collection: RegistryCollection): string {
  const { name } = collection
  return `<Collection clsid="${CLASSES.Collection}"${attributesXml({ name, ...commonOf(collection) })}>`
}

/** @throws HubError `registry.unwritable`: data that has no form in XML, a character XML does not have */
export function entryXml(entry: RegistryEntry): string {
  const tag = attributesXml({
    name: labelOf(entry),
    status: entry.status ?? defaultLabel(entry),
    image: String(iconOf(entry)),
    ...commonOf(entry),
  })
  const behind = (entry.filters ?? '') + (entry.otherXml ?? '')
  return `<Registry clsid="${CLASSES.Registry}"${tag}>${propertiesXml(entry)}${behind}</Registry>`
}

function commonOf(item: RegistryCollection | RegistryEntry) {
  return {
    changed: item.changed,
    uid: item.uid,
    desc: item.desc === '' ? undefined : item.desc,
    bypassErrors: switched(item.bypassErrors),
    userContext: switched(item.userContext),
    removePolicy: switched(item.removePolicy),
    disabled: switched(item.disabled),
    more: item.attributes,
  }
}

function switched(isOn: boolean | undefined): string | undefined {
  return isOn === true ? '1' : undefined
}

/** Attributes with a space before each: those with a value, in order, then more. */
export function attributesXml({
  more = [],
  ...values
}: Readonly<Record<string, string | undefined | readonly XmlAttribute[]>> & {
  readonly more?: readonly XmlAttribute[] | undefined
}): string {
  const own = Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'string' ? [{ name, value }] : [],
  )
  return [...own, ...more]
    .map(({ name, value }) => {
      if (!isXmlText(value)) throw unwritable(`${name} has a character that XML does not have`)
      return ` ${name}="${escapeAttribute(value)}"`
    })
    .join('')
}

function propertiesXml(entry: RegistryEntry): string {
  const { type, value, inner } = dataXml(isKeyOnly(entry) ? undefined : entry.data)
  const attributes = attributesXml({
    action: ACTION_LETTERS[entry.action],
    displayDecimal: entry.displayDecimal === true ? '1' : '0',
    default: entry.isDefault === true ? '1' : '0',
    hive: entry.hive,
    key: entry.key,
    name: entry.name,
    type,
    value,
    more: entry.propertyAttributes,
  })
  const content = inner + (entry.propertyXml ?? '')
  return content === ''
    ? `<Properties${attributes}/>`
    : `<Properties${attributes}>${content}</Properties>`
}

/** Numbers are hexadecimal, also those that are shown in decimal. */
function dataXml(data: RegistryData | undefined): { type: string; value: string; inner: string } {
  switch (data?.type) {
    case undefined:
      return { type: 'REG_SZ', value: '', inner: '' }
    case 'REG_SZ':
    case 'REG_EXPAND_SZ':
      return { ...data, inner: '' }
    case 'REG_MULTI_SZ':
      return { type: data.type, value: data.value.join(' '), inner: valuesXml(data.value) }
    case 'REG_DWORD':
      return { type: data.type, value: hexDigits(data.value, 8), inner: '' }
    case 'REG_QWORD':
      if (!/^\d{1,20}$/.test(data.value)) throw unwritable('a REG_QWORD is a decimal number')
      return { type: data.type, value: hexDigits(BigInt(data.value), 16), inner: '' }
    case 'REG_BINARY':
      return { type: data.type, value: data.value.replace(/..(?=.)/g, '$& '), inner: '' }
    case 'text':
      return { type: data.typeName, value: data.value, inner: '' }
    case 'bytes':
      throw unwritable(`data of type ${data.typeNumber} has no form in Registry.xml`)
  }
}

function hexDigits(value: number | bigint, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}

function valuesXml(values: readonly string[]): string {
  const each = values.map((value) => {
    if (!isXmlText(value)) throw unwritable('a value has a character that XML does not have')
    return `<Value>${escapeText(value)}</Value>`
  })
  return `<Values>${each.join('')}</Values>`
}

function unwritable(what: string): HubError {
  return new HubError('registry.unwritable', `Registry.xml cannot be written: ${what}`)
}
