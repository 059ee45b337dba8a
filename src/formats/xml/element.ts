/** What is asked of an element. Names are compared as written, with their prefixes. */

import type { XmlElement } from './xml.ts'

/** The value of an attribute, if it is there. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((attribute) => attribute.name === name)?.value
}

/** The elements directly inside, in order; with a name only those. */
export function elementsOf(element: XmlElement, name?: string): readonly XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement =>
      child.kind === 'element' && (name === undefined || child.name === name),
  )
}

/** The first element of a name directly inside. */
export function findElement(element: XmlElement, name: string): XmlElement | undefined {
  return elementsOf(element, name)[0]
}

/** The text directly inside, without that of elements inside. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (child.kind === 'text' ? child.value : '')).join('')
}

/** A name without its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
