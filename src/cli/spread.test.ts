import { Command } from 'commander'
import { expect, test } from 'vitest'
import { spreadOptions } from './spread.ts'

const command = new Command('verify')
  .argument('<file>')
  .option('--trust <file...>')
  .option('--crl <file...>')
  .option('--at <time>')
  .option('--json')

test.for([
  { args: 'm --trust a b --at now', is: 'm --trust=a --trust=b --at now' },
  { args: '--trust a m', is: '--trust=a m' },
  { args: '--trust a b m', is: '--trust=a --trust=b m' },
  { args: '--trust a m --json', is: '--trust=a m --json' },
  { args: '--trust a m --at now --crl c', is: '--trust=a m --at now --crl=c' },
  { args: '--trust a --trust b m', is: '--trust=a --trust=b m' },
  { args: '--trust a --crl c m', is: '--trust=a --crl=c m' },
  { args: 'm --trust - a', is: 'm --trust=- --trust=a' },
  { args: '--trust a -- m', is: '--trust=a -- m' },
  { args: '--trust a -- --json', is: '--trust=a -- --json' },
  { args: '--trust a --trust b', is: '--trust=a --trust=b' },
  { args: '--at --trust m', is: '--at --trust m' },
])('`$args` is read as `$is`', ({ args, is }) => {
  expect(spreadOptions(args.split(' '), command).join(' ')).toBe(is)
})
