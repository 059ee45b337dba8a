import { expect, test } from 'vitest'
import { isLoopback, plainAddress, subscriberOf } from './ip-address.ts'

test.for([
  { address: '192.0.2.1', plain: '192.0.2.1', loopback: false },
  { address: '::ffff:192.0.2.1', plain: '192.0.2.1', loopback: false },
  { address: '::FFFF:127.0.0.2', plain: '127.0.0.2', loopback: true },
  { address: '127.0.0.1', plain: '127.0.0.1', loopback: true },
  { address: '::1', plain: '::1', loopback: true },
  { address: '2001:db8:ffff::1', plain: '2001:db8:ffff::1', loopback: false },
  { address: '::ffff:7f00:1', plain: '::ffff:7f00:1', loopback: false },
  { address: '127.evil.test', plain: '127.evil.test', loopback: false },
  { address: '', plain: '', loopback: false },
])('"$address" is $plain, loopback: $loopback', ({ address, plain, loopback }) => {
  expect(plainAddress(address)).toBe(plain)
  expect(isLoopback(address)).toBe(loopback)
})

test.for([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::ffff', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0db8:0000:0002::1', '2001:db8:0:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['', ''],
])('%s belongs to %s', ([address = '', subscriber]) => {
  expect(subscriberOf(address)).toBe(subscriber)
})
