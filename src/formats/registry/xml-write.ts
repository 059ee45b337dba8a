/**
 * Writes `Registry.xml`.
 *
 * What still says what its source text says is written as that text; the rest in the shape of GPMC:
 * no space before `/>`, CRLF and a tab before each item but the first of its collection, the end of the
 * root on a line of its own behind a registry item. The result is read again before it is given out, so
 * that no source text, wherever it came from, can make a file say something else than the values.
 */

import { HubError } from '../../base/errors.ts'
import { encodeXml } from '../xml/encoding.ts'
import { XML_LIMITS } from '../xml/limits.ts'
import { parseXmlText, type XmlElement } from '../xml/xml.ts'
import { entriesOf, type RegistryDocument, type RegistryItem } from './document.ts'
import {
  fragmentItem,
  meaningOf,
  ownMeaningOf,
  settingsMeaningOf,
  withoutSources,
} from './sameness.ts'
import { CLASSES } from './xml-names.ts'
import { parseRegistryXml, readItem, readSettings } from './xml-read.ts'
import { collectionTag, entryXml, attributesXml } from './xml-item.ts'

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\r\n'
const LEAD = '\r\n\t'

/**
 * @throws HubError `registry.unwritable`: something that this file cannot say, with the item's name;
 *   `registry.too_large`: collections too deep
 */
export function encodeRegistryXml(document: RegistryDocument): Uint8Array {
  checkDepth(document.items)
  const meaning = meaningOf(document)
  const kept = documentXml(document)
  if (meaningOfXml(kept) === meaning) return kept
  const plain = withoutSources(document)
  const written = documentXml(plain)
  if (meaningOfXml(written) === meaning) return written
  const culprit = entriesOf(plain.items).find(({ entry }) => !isWritable(entry))
  throw new HubError('registry.unwritable', 'Registry.xml cannot say what is in these settings', {
    detail: { item: culprit?.label },
  })
}

function isWritable(item: RegistryItem): boolean {
  const alone = { items: [item], isFragment: true }
  return meaningOfXml(documentXml(alone)) === meaningOf(alone)
}

/** Undefined when it cannot be read. */
function meaningOfXml(bytes: Uint8Array): string | undefined {
  return meaningOfRead(() => meaningOf(parseRegistryXml(bytes)))
}

function meaningOfRead(read: () => string): string | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof HubError) return undefined
    throw error
  }
}

function checkDepth(items: readonly RegistryItem[], depth = 2): void {
  // Properties and what is in them need two levels more.
  if (depth > XML_LIMITS.depth - 2) {
    throw new HubError('registry.too_large', 'collections are nested too deep')
  }
  for (const item of items) if (item.kind === 'collection') checkDepth(item.items, depth + 1)
}

function documentXml(document: RegistryDocument): Uint8Array {
  const { items, source } = document
  const only = fragmentItem(document)
  if (only !== undefined) {
    const isKept = source !== undefined && isSurrounding(source.open + '<a/>' + source.close)
    const { open, close } = isKept ? source : { open: DECLARATION, close: '\r\n' }
    return encodeXml(open + itemXml(only) + close, isKept ? source.encoding : 'utf-8')
  }
  const shell = source !== undefined && keepsSettings(document, source) ? source : undefined
  const inner = itemsXml(items, shell !== undefined)
  if (shell !== undefined) return encodeXml(shell.open + inner + shell.close, shell.encoding)
  const open = `<RegistrySettings clsid="${CLASSES.RegistrySettings}"${attributesXml({
    disabled: document.disabled === true ? '1' : undefined,
    more: document.attributes,
  })}>`
  const lineEnd = items.at(-1)?.kind === 'registry' ? '\r\n' : ''
  const close = `${lineEnd}${document.otherXml ?? ''}</RegistrySettings>\r\n`
  return encodeXml(DECLARATION + open + inner + close, 'utf-8')
}

function isSurrounding(xml: string): boolean {
  return meaningOfRead(() => parseXmlText(xml).name) === 'a'
}

function itemsXml(items: readonly RegistryItem[], isLeadKept: boolean): string {
  return items
    .map((item, index) => {
      const usual = index === 0 ? '' : LEAD
      return (isLeadKept ? (item.source?.lead ?? usual) : usual) + itemXml(item)
    })
    .join('')
}

function itemXml(item: RegistryItem): string {
  const isKept = keepsItem(item)
  if (item.kind === 'registry') return isKept ? (item.source?.open ?? '') : entryXml(item)
  const inner = itemsXml(item.items, isKept)
  if (isKept && item.source !== undefined) return item.source.open + inner + item.source.close
  return `${collectionTag(item)}${inner}${item.filters ?? ''}${item.otherXml ?? ''}</Collection>`
}

/** The start and end of `<RegistrySettings>`, and what stands between items, say what the values say. */
function keepsSettings(
  document: RegistryDocument,
  { open, close }: { open: string; close: string },
): boolean {
  if (document.items.length > 0 && !close.includes('</RegistrySettings')) return false
  const xml = open + leadsOf(document.items) + close
  const said = meaningOfRead(() => settingsMeaningOf(readSettings(settingsOf(xml), xml)))
  return said === settingsMeaningOf(document)
}

function settingsOf(xml: string): XmlElement {
  const root = parseXmlText(xml)
  if (root.name === 'RegistrySettings') return root
  throw new HubError('registry_xml.malformed', 'there is another root')
}

/** The source of an item, without the items in it, says what the values say. */
function keepsItem(item: RegistryItem): boolean {
  const { source } = item
  if (source === undefined) return false
  const inner = item.kind === 'collection' ? item.items : []
  if (inner.length > 0 && !source.close.includes('</Collection')) return false
  const xml = source.open + leadsOf(inner) + source.close
  const said = meaningOfRead(() => {
    const root = parseXmlText(xml)
    const isWhole = root.start === 0 && root.end === xml.length && isItemOf(item, root)
    return isWhole ? ownMeaningOf(readItem(root, { text: xml, lead: '' })) : ''
  })
  return said === ownMeaningOf(item)
}

function isItemOf(item: RegistryItem, { name }: XmlElement): boolean {
  return name === (item.kind === 'collection' ? 'Collection' : 'Registry')
}

function leadsOf(items: readonly RegistryItem[]): string {
  return items.map(({ source }) => source?.lead ?? '').join('')
}
