import { expect, test } from 'vitest'
import { decodeLatin1, encodeLatin1 } from '../../base/bytes.ts'
import { addressTo } from './graph-envelope.ts'

const rest = 'Subject: hello\r\n\r\nTo: everybody\r\n'

const address = (header: string, recipients: readonly string[]) =>
  decodeLatin1(addressTo(encodeLatin1(`${header}${rest}`), recipients)).split('Subject')[0]

test.for<[string, string, readonly string[], string]>([
  [
    'whose header names all who are due is not changed',
    'To: Ada <ada@a.example>,\r\n Bo <Bo@A.example>\r\nCc: eve@e.example\r\n',
    ['ada@a.example', 'bo@a.example', 'eve@e.example'],
    'To: Ada <ada@a.example>,\r\n Bo <Bo@A.example>\r\nCc: eve@e.example\r\n',
  ],
  [
    'for one of two has the other where no mail goes',
    'To: ada@a.example, bo@a.example\r\n',
    ['bo@a.example'],
    'X-Original-To: ada@a.example, bo@a.example\r\nTo: <bo@a.example>\r\n',
  ],
  [
    'for the second recipient only does not go to the first again',
    'To: ada@a.example\r\nCc: bo@a.example\r\n',
    ['bo@a.example'],
    'X-Original-To: ada@a.example\r\nCc: bo@a.example\r\n',
  ],
  [
    'with a Bcc of its own loses it',
    'To: ada@a.example\r\nBcc: eve@e.example\r\nResent-Bcc: eve@e.example\r\n',
    ['ada@a.example'],
    'To: ada@a.example\r\n',
  ],
  [
    'that names somebody twice names them once',
    'To: ada@a.example\r\nCc: ADA@a.example\r\n',
    ['ada@a.example'],
    'To: ada@a.example\r\nX-Original-Cc: ADA@a.example\r\n',
  ],
  [
    'with a field that nobody can read has it where no mail goes',
    'To: ada@a.example <eve@e.example>\r\n',
    ['ada@a.example'],
    'X-Original-To: ada@a.example <eve@e.example>\r\n',
  ],
  [
    'with a line that is no field loses it',
    'Bcc eve@e.example\r\nTo: ada@a.example\r\n',
    ['ada@a.example'],
    'To: ada@a.example\r\n',
  ],
])('a message %s', ([, header, recipients, expected]) => {
  expect(address(header, recipients)).toBe(expected)
})

test('a blind recipient is in Bcc, and whom others see stays to be read', () => {
  const sent = addressTo(encodeLatin1(`To: ada@a.example\r\n${rest}`), ['eve@e.example'])
  expect(decodeLatin1(sent)).toBe(
    'X-Original-To: ada@a.example\r\nSubject: hello\r\nBcc: <eve@e.example>\r\n\r\nTo: everybody\r\n',
  )
})

test('the body stays byte for byte', () => {
  const body = '\r\nBcc: x\r\n\u00ff\r\n\r\n'
  const sent = addressTo(encodeLatin1(`From: a@b.example\r\n${body}`), ['ada@a.example'])
  expect(decodeLatin1(sent)).toBe(`From: a@b.example\r\nBcc: <ada@a.example>\r\n${body}`)
})
