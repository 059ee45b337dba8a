/**
 * `npm run bench` measures everything, `npm run bench -- crypto` one group. Prints a table of
 * ratios; the goals are those of the design. Missing a goal is not a failure: numbers of a busy
 * machine are read by people.
 */

import { argv, versions } from 'node:process'
import { cpus } from 'node:os'
import type { Row } from './measure.ts'
import { TABLE_HEAD, tableLine } from './table.ts'

/** Groups by name; each is loaded only when it is run. A new group is a line here. */
const GROUPS: Readonly<Record<string, () => Promise<{ rows: readonly Row[] }>>> = {
  changes: () => import('./changes.ts'),
  certificates: () => import('./certificates.ts'),
  crypto: () => import('./crypto.ts'),
  large: () => import('./large.ts'),
  messages: () => import('./messages.ts'),
  pages: () => load('../test/browser/page-times.ts'),
  relay: () => import('./relay.ts'),
}

/** By a name that is made here: what runs in a browser is checked with the types of browsers. */
function load(path: string): Promise<{ rows: readonly Row[] }> {
  return import(path) as Promise<{ rows: readonly Row[] }>
}

const wanted = argv.slice(2)
const unknown = wanted.filter((name) => GROUPS[name] === undefined)
if (unknown.length > 0) {
  console.error(
    `no such group: ${unknown.join(', ')} (there are ${Object.keys(GROUPS).join(', ')})`,
  )
  process.exit(2)
}

console.log(`Node ${versions.node}, OpenSSL ${versions.openssl}, ${cpus()[0]?.model ?? 'unknown'}`)
console.log()
for (const line of TABLE_HEAD) console.log(line)
for (const [name, group] of Object.entries(GROUPS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const { rows } = await group()
  for (const row of rows) {
    for (const figure of await row.measure()) console.log(tableLine(row.work, figure))
  }
}
