import { expect, test } from 'vitest'
import { decodeXoauth2Error, encodeXoauth2 } from './xoauth2.ts'

test('M3: the log-in is written as in the example of Exchange Online', () => {
  const user = 'test@contoso.onmicrosoft.com'
  const token = 'EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA'
  expect(encodeXoauth2({ user, token })).toBe(
    'dXNlcj10ZXN0QGNvbnRvc28ub25taWNyb3NvZnQuY29tAWF1dGg9QmVhcmVyIEV3QkFBbDNCQUFVRkZwVUFvN0ozVmUwYmpMQldaV0NjbFJDM0VvQUEBAQ==',
  )
})

test.for([
  {
    about: 'JSON in base64 is read',
    text: Buffer.from('{"status":"401","schemes":"bearer"}').toString('base64'),
    shown: '{"status":"401","schemes":"bearer"}',
  },
  { about: 'what is no base64 stays as it is', text: 'no, sorry', shown: 'no, sorry' },
  { about: 'nothing is nothing', text: '', shown: '' },
  {
    about: 'controls are not shown',
    text: Buffer.from('a\r\n\u001b[31mb').toString('base64'),
    shown: 'a [31mb',
  },
])('of a refusal $about', ({ text, shown }) => {
  expect(decodeXoauth2Error(text)).toBe(shown)
})
