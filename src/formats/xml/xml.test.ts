import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { escapeAttribute, escapeText, isXmlText } from './characters.ts'
import { attributeOf, elementsOf, findElement, localName, textOf } from './element.ts'
import { encodeXml, type XmlEncoding } from './encoding.ts'
import { XML_LIMITS } from './limits.ts'
import { parseXml, parseXmlText } from './xml.ts'

const read = (text: string) => parseXml(encodeUtf8(text)).root
const codeOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    if (error instanceof HubError) return error.code
    throw error
  }
  return 'nothing'
}

test('M5: an element knows its name, its attributes, what is in it, and where it stood', () => {
  const text =
    '<?xml version="1.0" encoding="utf-8"?>\r\n<!-- a -->\r\n<bkp:a x="1 &amp; &#x32;"\r\n\ty=\'"\'>' +
    'one<b/>&lt;two&#13;\r\n<![CDATA[<three>&amp;]]></bkp:a>\r\n<?end?>\r\n'
  const root = read(text)
  expect(root.name).toBe('bkp:a')
  expect(localName(root.name)).toBe('a')
  expect(attributeOf(root, 'x')).toBe('1 & 2')
  expect(attributeOf(root, 'y')).toBe('"')
  expect(attributeOf(root, 'z')).toBeUndefined()
  expect(textOf(root)).toBe('one<two\r\n<three>&amp;')
  expect(elementsOf(root).map(({ name }) => name)).toEqual(['b'])
  const b = findElement(root, 'b')
  expect(text.slice(b?.start, b?.end)).toBe('<b/>')
  expect(text.slice(root.start, root.end)).toMatch(/^<bkp:a [^]*<\/bkp:a>$/)
  expect(text.slice(root.contentStart, root.contentEnd)).toMatch(/^one[^]*\]\]>$/)
})

test('M5: an attribute’s line ends and tabs are spaces unless they are references', () => {
  expect(attributeOf(read('<a x="1\r\n2\t3&#xA;4&#x9;5"/>'), 'x')).toBe('1 2 3\n4\t5')
})

test.for(['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be'] as const)(
  'M5: a document in %s is read, and written again with the same bytes',
  (encoding: XmlEncoding) => {
    const text = '<?xml version="1.0" encoding="utf-16"?><é 이름="메일 📧"/>'
    const bytes = encodeXml(text, encoding)
    const document = parseXml(bytes)
    expect(document.encoding).toBe(encoding)
    expect(document.text).toBe(text)
    expect(attributeOf(document.root, '이름')).toBe('메일 📧')
    expect(encodeXml(document.text, document.encoding)).toEqual(bytes)
  },
)

const bomb = `<!DOCTYPE a [<!ENTITY a "a">${'<!ENTITY b "&a;&a;&a;">'.repeat(9)}]><a>&b;</a>`

describe('M5: refused by name', () => {
  test.for([
    { name: 'a document type', text: '<!DOCTYPE a><a/>', code: 'xml.doctype_refused' },
    {
      name: 'a document type in lower case',
      text: '<!doctype a><a/>',
      code: 'xml.doctype_refused',
    },
    { name: 'entities that grow', text: bomb, code: 'xml.doctype_refused' },
    {
      name: 'an entity from a file',
      text: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      code: 'xml.doctype_refused',
    },
    { name: 'an entity that is not declared', text: '<a>&nbsp;</a>', code: 'xml.entity_unknown' },
    { name: 'an entity in an attribute', text: '<a x="&x;"/>', code: 'xml.entity_unknown' },
    {
      name: 'an entity named as a property',
      text: '<a>&constructor;</a>',
      code: 'xml.entity_unknown',
    },
    {
      name: 'another encoding',
      text: '<?xml version="1.0" encoding="windows-1252"?><a/>',
      code: 'xml.encoding_unsupported',
    },
    { name: '65 levels', text: '<a>'.repeat(65) + '</a>'.repeat(65), code: 'xml.too_deep' },
    {
      name: '201 attributes',
      text: `<a${Array.from({ length: 201 }, (_each, index) => ` x${index}=""`).join('')}/>`,
      code: 'xml.too_large',
    },
    { name: 'nothing', text: '', code: 'xml.malformed' },
    { name: 'only a comment', text: '<!-- a -->', code: 'xml.malformed' },
    { name: 'two roots', text: '<a/><b/>', code: 'xml.malformed' },
    { name: 'text behind the root', text: '<a/>b', code: 'xml.malformed' },
    { name: 'no end', text: '<a><b></b>', code: 'xml.malformed' },
    { name: 'the end of another', text: '<a><b></a></b>', code: 'xml.malformed' },
    { name: 'an end too many', text: '<a></a></a>', code: 'xml.malformed' },
    { name: 'an attribute twice', text: '<a x="" x=""/>', code: 'xml.malformed' },
    { name: 'an attribute without quotes', text: '<a x=1/>', code: 'xml.malformed' },
    { name: 'attributes without a space', text: '<a x="1"y="2"/>', code: 'xml.malformed' },
    { name: 'a < in an attribute', text: '<a x="<b>"/>', code: 'xml.malformed' },
    { name: 'an & that begins nothing', text: '<a>b & c</a>', code: 'xml.malformed' },
    { name: 'a reference to NUL', text: '<a>&#0;</a>', code: 'xml.malformed' },
    { name: 'a reference beyond Unicode', text: '<a>&#x110000;</a>', code: 'xml.malformed' },
    { name: 'a reference to half a character', text: '<a>&#xD800;</a>', code: 'xml.malformed' },
    { name: 'a control character', text: '<a>\u0001</a>', code: 'xml.malformed' },
    { name: 'a comment with dashes', text: '<a><!-- a -- b --></a>', code: 'xml.malformed' },
    { name: 'a comment without an end', text: '<a><!-- a', code: 'xml.malformed' },
    { name: 'CDATA without an end', text: '<a><![CDATA[', code: 'xml.malformed' },
    { name: 'the end of CDATA alone', text: '<a>]]></a>', code: 'xml.malformed' },
    {
      name: 'a declaration in the middle',
      text: '<a/><?xml version="1.0"?>',
      code: 'xml.malformed',
    },
    { name: 'another version', text: '<?xml version="2.0"?><a/>', code: 'xml.malformed' },
    { name: 'something else', text: 'PReg', code: 'xml.malformed' },
  ])('$name', ({ text, code }) => {
    expect(codeOf(() => read(text))).toBe(code)
  })

  test('bytes that are not UTF-8', () => {
    expect(codeOf(() => parseXml(Uint8Array.of(0x3c, 0x61, 0xff, 0x3e)))).toBe('xml.malformed')
  })

  test('UTF-16 of an odd length', () => {
    expect(codeOf(() => parseXml(Uint8Array.of(0xff, 0xfe, 0x3c)))).toBe('xml.malformed')
  })

  test('more bytes or nodes than allowed, and not one less', () => {
    const limits = { ...XML_LIMITS, sizeBytes: 12, nodes: 3 }
    expect(codeOf(() => parseXml(encodeUtf8('<a><b/>c</a>'), limits))).toBe('nothing')
    expect(codeOf(() => parseXml(encodeUtf8('<a><b/>c</a>\n'), limits))).toBe('xml.too_large')
    expect(codeOf(() => parseXmlText('<a>b<c/></a>', { ...limits, nodes: 2 }))).toBe(
      'xml.too_large',
    )
  })
})

test('M5: 64 levels and 200 attributes are read', () => {
  expect(read('<a>'.repeat(64) + '</a>'.repeat(64)).name).toBe('a')
  const attributes = Array.from({ length: 200 }, (_each, index) => ` x${index}=""`).join('')
  expect(read(`<a${attributes}/>`).attributes).toHaveLength(200)
})

test.for([
  { name: 'spaces in a tag', text: `<a${' '.repeat(500_000)}b` },
  { name: 'spaces in a declaration', text: `<?xml version="1.0"${' '.repeat(500_000)}b` },
  { name: 'nearly comments', text: `<a>${'<!-'.repeat(200_000)}` },
  { name: 'ampersands', text: `<a>${'&'.repeat(500_000)}</a>` },
  { name: 'references that do not end', text: `<a>${'&aaaaaaaaaaaaaaaa'.repeat(30_000)}</a>` },
  { name: 'a name of 500,000 letters', text: `<${'a'.repeat(500_000)}/>` },
])('A-15: takes time by the length, not by its square: $name', ({ text }) => {
  const start = performance.now()
  expect(codeOf(() => read(text))).toMatch(/^xml\./)
  expect(performance.now() - start).toBeLessThan(3_000)
})

test('M5: whatever a text is, it survives as attribute and as text', () => {
  const text = fc.string({ unit: 'binary' }).filter(isXmlText)
  fc.assert(
    fc.property(text, text, (attribute, content) => {
      const root = read(`<a x="${escapeAttribute(attribute)}">${escapeText(content)}</a>`)
      expect(attributeOf(root, 'x')).toBe(attribute)
      expect(textOf(root)).toBe(content)
    }),
  )
})

test('M5: a document with anything changed in it is read or refused by name', () => {
  const sample =
    '<?xml version="1.0"?><!--x--><a b="c&amp;d"><![CDATA[e]]>&#x41;<f g=\'h\'/><?i j?></a>'
  const piece = fc.constantFrom(...'<>/"\'&;=!-[]?# ax\0\u00e9', '<!--', ']]>', '<a>', '</a>', '&#')
  fc.assert(
    fc.property(fc.nat(sample.length), fc.nat(6), piece, (at, removed, put) => {
      const text = sample.slice(0, at) + put + sample.slice(at + removed)
      expect(codeOf(() => read(text))).toMatch(/^(xml\..*|nothing)$/)
    }),
    { numRuns: 1_000 },
  )
})
