import { describe, expect, test } from 'vitest'
import { repeatedParameters, parseContentType, parseDisposition } from './content-type.ts'
import { decodeWords } from './encoded-words.ts'

describe('parseContentType reads', () => {
  test.for<{ name: string; text: string; value: string; parameters?: Record<string, string> }>([
    { name: 'a type', text: 'Text/HTML', value: 'text/html' },
    {
      name: 'quoted and bare parameters',
      text: 'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256;\tboundary="a b"',
      value: 'multipart/signed',
      parameters: {
        protocol: 'application/pkcs7-signature',
        micalg: 'sha-256',
        boundary: 'a b',
      },
    },
    {
      name: 'a value that should have quotes',
      text: 'multipart/signed; protocol=application/pkcs7-signature; boundary=----=_Part_1',
      value: 'multipart/signed',
      parameters: { protocol: 'application/pkcs7-signature', boundary: '----=_Part_1' },
    },
    {
      name: 'comments',
      text: '(what) text/plain (this); (is) charset (a) = (comment) utf-8',
      value: 'text/plain',
      parameters: { charset: 'utf-8' },
    },
    {
      name: 'the first of two parameters of a name',
      text: 'multipart/mixed; boundary=a; boundary=b',
      value: 'multipart/mixed',
      parameters: { boundary: 'a' },
    },
    {
      name: 'a name in RFC 2231',
      text: "application/pdf; name*=utf-8''Rechnung%20M%C3%A4rz.pdf",
      value: 'application/pdf',
      parameters: { name: 'Rechnung März.pdf' },
    },
    {
      name: 'a name in pieces',
      text: 'application/pdf; name*0*=euc-kr\'ko\'%C7%D1; name*1="a b"; name*2*=%20c.pdf',
      value: 'application/pdf',
      parameters: { name: '한a b c.pdf' },
    },
    {
      name: 'a broken escape as text',
      text: "a/b; name*=utf-8''50%",
      value: 'a/b',
      parameters: { name: '50%' },
    },
    { name: 'nonsense as bytes', text: 'plain', value: 'application/octet-stream' },
    { name: 'an empty field as bytes', text: '', value: 'application/octet-stream' },
    {
      name: 'a quote without end',
      text: 'text/plain; charset="utf-8',
      value: 'text/plain',
      parameters: { charset: '"utf-8' },
    },
  ])('$name', ({ text, value, parameters }) => {
    const parsed = parseContentType(text)
    expect(parsed.value).toBe(value)
    expect(Object.fromEntries(parsed.parameters)).toEqual(parameters ?? {})
  })
})

test('a disposition that makes no sense is an attachment', () => {
  expect(parseDisposition('INLINE').value).toBe('inline')
  expect(parseDisposition('; filename=a').value).toBe('attachment')
})

describe('decodeWords displays', () => {
  test.for([
    { value: '=?iso-8859-1?q?Andr=E9_?= Pirard', is: 'André  Pirard' },
    { value: '=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=', is: 'ab' },
    { value: '=?utf-8*en?B?aGk=?= there', is: 'hi there' },
    { value: '=?ks_c_5601-1987?B?x9GxuQ==?=', is: '한국' },
    { value: '=?x-unknown?Q?plain?=', is: 'plain' },
    { value: '=?utf-8?X?bad?=', is: '=?utf-8?X?bad?=' },
    { value: 'nothing to do', is: 'nothing to do' },
  ])('$value', ({ value, is }) => {
    expect(decodeWords(value)).toBe(is)
  })
})

test.for([
  { text: 'a/b; x=1; y=2', repeated: [] },
  { text: 'a/b; x=1; X=1', repeated: ['x'] },
  { text: "a/b; x=1; x*=utf-8''1; y=2", repeated: ['x'] },
  { text: "a/b; x*0*=utf-8''1; x*1=2; x*2*=3", repeated: [] },
  { text: 'a/b; x*0=1; x*1=2; x*1=3', repeated: ['x'] },
  { text: 'a/b; x="y=1; y=2"', repeated: [] },
  { text: 'nothing; x=1; x=2', repeated: [] },
])('repeatedParameters of $text: $repeated', ({ text, repeated }) => {
  expect([...repeatedParameters(text)]).toEqual(repeated)
})
