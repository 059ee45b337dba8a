import { expect, test } from 'vitest'
import { parseRelayUrl } from './relay-url.ts'

test.for([
  {
    text: 'smtp://mail.example.com',
    relay: { host: 'mail.example.com', port: 25, tls: 'opportunistic' },
  },
  {
    text: 'smtp://mail.example.com:2525?tls=required',
    relay: { host: 'mail.example.com', port: 2525, tls: 'required' },
  },
  {
    text: 'smtp://mail.example.com:465',
    relay: { host: 'mail.example.com', port: 465, tls: 'implicit' },
  },
  { text: 'smtp://127.0.0.1:25/?tls=none', relay: { host: '127.0.0.1', port: 25, tls: 'none' } },
  {
    text: 'smtp://[2001:db8::1]:25',
    relay: { host: '2001:db8::1', port: 25, tls: 'opportunistic' },
  },
])('reads $text', ({ text, relay }) => {
  expect(parseRelayUrl(text)).toEqual(relay)
})

test.for([
  '',
  'mail.example.com',
  'http://mail.example.com',
  'smtp://',
  'smtp://mail.example.com:0',
  'smtp://mail.example.com:65536',
  'smtp://mail.example.com/queue',
  'smtp://mail.example.com?tls=maybe',
  'smtp://mail.example.com?tls=none&tls=required',
  'smtp://mail.example.com?ssl=1',
  'smtp://anna:secret@mail.example.com',
])('refuses %j', (text) => {
  expect(() => parseRelayUrl(text)).toThrow(expect.objectContaining({ code: 'relay.malformed' }))
})
