/** What belongs to one is not there for another, whatever they may do with their own. */

import { expect, onTestFinished, test } from 'vitest'
import { startTestHub } from '../support/test-hub.ts'

test('a program does not find the messages of another program', async () => {
  const hub = await startTestHub()
  onTestFinished(() => hub.close())
  const other = await hub.command.accounts.addCredential('other', { by: 'test' })
  const as = ({ user, secret }: { user: string; secret: string }) => ({
    authorization: `Bearer ${user}.${secret}`,
  })
  const sent = await fetch(`${hub.web}/api/v1/messages`, {
    method: 'POST',
    headers: { ...as(hub.login), 'content-type': 'application/json' },
    body: JSON.stringify({ from: 'ada@example.org', to: ['ben@partner.example'], text: 'hello' }),
  })
  expect(sent.status).toBe(202)
  const path = `${hub.web}${sent.headers.get('location') ?? ''}`
  expect((await fetch(path, { headers: as(hub.login) })).status).toBe(200)
  const refused = await fetch(path, { headers: as(other) })
  const unknown = await fetch(path.replace(/.{4}$/, '0000'), { headers: as(other) })
  expect([refused.status, unknown.status]).toEqual([404, 404])
  expect(await refused.text()).toBe(await unknown.text())
})
