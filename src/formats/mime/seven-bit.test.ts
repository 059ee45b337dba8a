import { describe, expect, test } from 'vitest'
import { decodeLatin1, encodeLatin1 } from '../../base/bytes.ts'
import { splitMessage, walkEntities, type Entity } from './entity.ts'
import { describesContent } from './header-fields.ts'
import { surveyContent } from './line-ends.ts'
import { MAX_LINE_BYTES, prepareForSigning } from './seven-bit.ts'
import { collect, sourceOf } from './source.ts'
import { decodeBody } from './transfer-encoding.ts'

function prepare(text: string) {
  const source = sourceOf(encodeLatin1(text))
  const root = splitMessage(source)
  const prepared = prepareForSigning(source, root, root.fields.filter(describesContent))
  return { text: decodeLatin1(collect(prepared.pieces())), isUnchanged: prepared.isUnchanged }
}

const lines = (...all: string[]) => all.join('\r\n')

describe('M-17: prepareForSigning', () => {
  test.for([
    {
      name: 'leaves what is safe as it is',
      input: lines('From: a@x.example', 'Content-Type: text/plain', '', 'Hello.', ''),
      is: lines('Content-Type: text/plain', '', 'Hello.', ''),
    },
    {
      name: 'makes line ends CRLF',
      input: 'Content-Type: text/plain\n\nOne.\nTwo.\n',
      is: lines('Content-Type: text/plain', '', 'One.', 'Two.', ''),
    },
    {
      name: 'encodes text with bytes above 127 as quoted-printable',
      input: lines(
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit',
        '',
        'caf\xc3\xa9',
        '',
      ),
      is: lines(
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'caf=C3=A9',
        '',
      ),
    },
    {
      name: 'encodes binary as base64, its line feeds kept',
      input: lines('Content-Type: application/x', 'Content-Transfer-Encoding: binary', '', 'a\nb'),
      is: lines('Content-Type: application/x', 'Content-Transfer-Encoding: base64', '', 'YQpi', ''),
    },
    {
      name: 'encodes only the parts that need it',
      input: lines(
        'Content-Type: multipart/mixed; boundary=b',
        'Content-Transfer-Encoding: 8bit',
        '',
        'pre\xe9',
        '--b',
        '',
        'plain',
        '--b',
        'Content-Type: text/plain',
        '',
        '\xe9',
        '--b--',
        '',
      ),
      is: lines(
        'Content-Type: multipart/mixed; boundary=b',
        'Content-Transfer-Encoding: 7bit',
        '',
        'pre?',
        '--b',
        '',
        'plain',
        '--b',
        'Content-Type: text/plain',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '=E9',
        '--b--',
        '',
      ),
    },
    {
      name: 'never touches what is signed already',
      input: lines(
        'Content-Type: multipart/signed; boundary=b',
        '',
        '--b',
        '',
        'caf\xe9',
        '--b--',
        '',
      ),
      is: lines(
        'Content-Type: multipart/signed; boundary=b',
        '',
        '--b',
        '',
        'caf\xe9',
        '--b--',
        '',
      ),
    },
    {
      name: 'ends a header that ends without line end',
      input: 'Content-Type: text/plain',
      is: lines('Content-Type: text/plain', '', ''),
    },
  ])('$name', ({ input, is }) => {
    expect(prepare(input).text).toBe(is)
  })

  test.for([
    { bytes: MAX_LINE_BYTES, isUnchanged: true },
    { bytes: MAX_LINE_BYTES + 1, isUnchanged: false },
  ])('a line of $bytes bytes passes unchanged: $isUnchanged', ({ bytes, isUnchanged }) => {
    const input = lines('Content-Type: text/plain', '', 'x'.repeat(bytes), '')
    const prepared = prepare(input)
    expect(prepared.isUnchanged).toBe(isUnchanged)
    const source = sourceOf(encodeLatin1(prepared.text))
    const content = surveyContent(source, { start: 0, end: source.sizeBytes })
    expect(content.longestLineBytes).toBeLessThanOrEqual(MAX_LINE_BYTES)
  })

  test('what it encodes decodes to the same bytes', () => {
    const body = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')
    const input = lines(
      'Content-Type: application/x',
      'Content-Transfer-Encoding: binary',
      '',
      body,
    )
    const source = sourceOf(encodeLatin1(prepare(input).text))
    const [root] = [...walkEntities(splitMessage(source))] as [Entity]
    expect(decodeLatin1(collect(decodeBody(source, root)))).toBe(body)
  })
})
