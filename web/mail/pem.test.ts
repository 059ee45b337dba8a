import { expect, test } from 'vitest'
import { withLineEnds } from './pem.ts'

const KEY = `-----BEGIN PRIVATE KEY-----
${'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg'.padEnd(64, 'x')}
${'y'.repeat(64)}
zz/+z==
-----END PRIVATE KEY-----
`

test('M1: a key that was pasted into one line has its line ends again', () => {
  for (const between of ['', ' ', '\r\n', '\n']) {
    expect(withLineEnds(KEY.replaceAll('\n', between)).trimEnd()).toBe(KEY.trimEnd())
  }
})

test('M1: what is no PEM is left as it is', () => {
  for (const text of ['', 'no key', '-----BEGIN X-----a: b-----END X-----', '{"a": 1}']) {
    expect(withLineEnds(text)).toBe(text)
  }
})
