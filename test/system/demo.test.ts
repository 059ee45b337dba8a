import { expect, test } from 'vitest'
import { runCommand } from '../support/command.ts'

interface Demo {
  ok: boolean
  stages: { stage: string; ok: boolean; ms: number; lines: string[] }[]
  message: { deliveries: { state: string }[] }
}

test('the demo is true: what travels is hidden, and the partner reads and trusts it', async () => {
  const ran = await runCommand(['demo', '--once', '--json'], { now: new Date().toISOString() })
  expect(ran.err).toBe('')
  const demo = ran.json<Demo>()
  expect(demo.stages.filter(({ ok }) => !ok)).toEqual([])
  expect(demo).toMatchObject({ ok: true, message: { deliveries: [{ state: 'delivered' }] } })
  expect(demo.stages.at(-2)?.lines).toContain('The keys to the archive are under the third stone.')
  expect(demo.stages.at(-1)?.lines).toEqual(['valid, by ada@example.org'])
  expect(ran.status).toBe(0)
})
