import { expect, test } from 'vitest'
import { GATE, gate } from '../../../test/support/change-control.ts'
import { NOTHING } from '../content/content.ts'
import { LEGEND, changesOf } from './comparison.ts'

const all = { target: 'all', isEnabled: true, order: 1 } as const
const secret = (id: string) => ({
  ...{ id, name: 'code', at: new Date(0), by: { id: 'hub', name: 'hub' } },
  sealed: new Uint8Array(),
})

test('M8: a report marks what is in both and differs, only in the first, only in the second', () => {
  const was = { document: gate('red'), links: [all], secrets: [secret('1')] }
  const is = {
    document: { ...gate('blue') },
    links: [{ ...all, target: 'hub' as const }],
    secrets: [secret('2')],
  }
  const marked = changesOf(GATE, was, is).map(({ path, change }) => `${LEGEND[change]} ${path}`)
  expect(marked).toEqual([
    '[#] colour',
    '[-] links.all.isEnabled',
    '[-] links.all.order',
    '[+] links.hub.isEnabled',
    '[+] links.hub.order',
    '[#] secrets.code',
  ])
  expect(changesOf(GATE, was, was)).toEqual([])
})

test('M8: a kind that compares its documents itself is asked, and not of links and secrets', () => {
  const change = { path: 'gate', change: 'changed', isSecret: false } as const
  const kind = { ...GATE, differences: () => [change] }
  const is = { ...NOTHING, document: gate('red'), secrets: [secret('1')] }
  expect(changesOf(kind, NOTHING, is)).toEqual([
    change,
    { path: 'secrets.code', change: 'added', isSecret: true },
  ])
})
