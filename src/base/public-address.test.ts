import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { PublicAddress } from './public-address.ts'

const read = (env: Record<string, string>) =>
  readConfig({ env: { SEALPOST_HOSTNAME: 'hub.example.org', ...env }, folder: '/nowhere' })

test.for([
  [{}, 'http://localhost:8080'],
  [{ SEALPOST_HTTP: '[::1]:80' }, 'http://localhost'],
  [{ SEALPOST_HTTP: '*:8080' }, 'http://hub.example.org:8080'],
  [{ SEALPOST_HTTP: '0.0.0.0:8080' }, 'http://hub.example.org:8080'],
  [{ SEALPOST_HTTP: '192.0.2.1:8080' }, 'http://192.0.2.1:8080'],
  [{ SEALPOST_HTTP: '[2001:db8::1]:8080' }, 'http://[2001:db8::1]:8080'],
  [{ SEALPOST_PUBLIC_URL: 'https://Mail.example.org/' }, 'https://mail.example.org'],
  [{ SEALPOST_PUBLIC_URL: 'https://mail.example.org:8443' }, 'https://mail.example.org:8443'],
] as const)('with %j people open %s', ([env, origin]) => {
  const address = new PublicAddress(read(env))
  expect(address.origin).toBe(origin)
  expect(address.link('/setup?token=x')).toBe(`${origin}/setup?token=x`)
  expect(address.isHttps).toBe(origin.startsWith('https:'))
})

test('a port that the system chose is told later', () => {
  const address = new PublicAddress(read({ SEALPOST_HTTP: '127.0.0.1:0' }))
  address.listensOn(12345)
  expect(address.origin).toBe('http://localhost:12345')
})

test.for([
  'mail.example.org',
  'ftp://mail.example.org',
  'https://mail.example.org/hub',
  'https://',
])('%s is no address of a web interface', (url) => {
  expect(() => read({ SEALPOST_PUBLIC_URL: url })).toThrow('SEALPOST_PUBLIC_URL')
})

test('proxies are addresses or networks', () => {
  expect(read({ SEALPOST_TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies).toEqual([
    '10.0.0.0/8',
    '::1',
  ])
  for (const text of ['proxy', '10.0.0.0/33', '10.0.0.0/8/8', '1.2.3.4/x']) {
    expect(() => read({ SEALPOST_TRUSTED_PROXIES: text })).toThrow('SEALPOST_TRUSTED_PROXIES')
  }
})
