import { tmpdir } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { startApi } from '../../../test/support/api-listener.ts'
import { freshDatabase } from '../../../test/support/database.ts'
import { Audit } from '../../audit/audit.ts'
import { systemClock } from '../../base/clock.ts'
import { silentLog } from '../../base/log.ts'
import { PublicAddress } from '../../base/public-address.ts'
import { AuditPage, AuditVerification } from '../../contract/audit.ts'
import { permissionsOf } from '../../contract/permissions.ts'
import { SystemView } from '../../contract/system.ts'
import { Presence } from '../../delivery/queue/presence.ts'
import { HubWatch } from '../../messages/hub-state/hub-state.ts'
import type { AccountCaller } from './caller.ts'

async function given() {
  const database = await freshDatabase()
  const { db } = database
  const clock = systemClock
  const audit = new Audit({ db, clock })
  const presence = new Presence({ db, clock, log: silentLog, roles: ['web', 'worker'] })
  await presence.start({ alone: false })
  const system = new HubWatch({
    ...{ db, clock, nodeId: presence.id },
    config: { data: tmpdir(), databaseUrl: undefined },
    publicAddress: new PublicAddress({
      publicUrl: undefined,
      http: { host: '127.0.0.1', port: 8080 },
      hostname: 'hub.example.org',
    }),
  })
  const auditor: AccountCaller = {
    is: 'account',
    id: 'account-1',
    personId: 'person-1',
    address: 'a@example.org',
    name: 'A',
    roles: ['auditor'],
    permissions: permissionsOf(['auditor']),
  }
  const api = await startApi({
    audit,
    system,
    sessions: { find: () => Promise.resolve(auditor) },
  })
  onTestFinished(async () => {
    await api.server.close()
    await presence.stop()
    await database.close()
  })
  const get = (path: string) =>
    fetch(`${api.url}${path}`, { headers: { cookie: 'sealpost=auditor' } })
  return { db, audit, get, nodeId: presence.id }
}

test('an auditor searches the audit log and has it verified', async () => {
  const { db, audit, get } = await given()
  for (const action of ['person.add', 'person.rename', 'setup.complete']) {
    await db
      .transaction()
      .execute((tx) => audit.record(tx, { action, subject: 'x', by: 'command', at: new Date() }))
  }
  const page = AuditPage.parse(await (await get('/api/v1/audit?action=person&limit=1')).json())
  expect(page).toMatchObject({
    entries: [{ number: 2, by: { id: 'command', name: null }, subject: { id: 'x' } }],
    next: 2,
  })
  const reply = await get('/api/v1/audit/verification')
  expect(AuditVerification.parse(await reply.json())).toMatchObject({ is: 'whole', entries: 3 })
  for (const query of ['limit=0', 'from=yesterday', 'before=x', 'by=%00', 'more=1']) {
    expect((await get(`/api/v1/audit?${query}`)).status).toBe(400)
  }
})

test('an auditor sees how the hub is', async () => {
  const { get, nodeId } = await given()
  const view = SystemView.parse(await (await get('/api/v1/system')).json())
  expect(view).toMatchObject({
    publicUrl: 'http://localhost:8080',
    nodes: [{ id: nodeId, alive: true, roles: ['web', 'worker'], answersThis: true }],
    warnings: [],
  })
})
