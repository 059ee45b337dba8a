import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  ADMINISTRATOR,
  APPROVER,
  type Controlled,
  EDITOR,
  HOUSE,
  REVIEWER,
  changeControl,
} from '../../test/support/change-control.ts'
import type { HubError } from '../base/errors.ts'
import { generateSealingKey } from '../base/seal.ts'
import { CHANGE_CONTROL_POLICY } from './approval/change-control-policy.ts'
import { ChangeControl } from './change-control.ts'
import { COMMAND } from './policy-kind.ts'

let hub: Controlled

beforeEach(async () => {
  hub = await changeControl()
})

afterEach(() => hub.database.close())

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error as HubError).code,
  )

const links = [{ target: 'hub' as const, isEnabled: true, order: 7 }]
const house = () => hub.control.create({ kind: 'house', name: '', by: ADMINISTRATOR, links })

test('M9: a page of settings asks accounts for the permissions to edit and to deploy', async () => {
  await house()
  const save = (by: typeof EDITOR | typeof COMMAND) =>
    hub.policies.save(HOUSE, { name: `of ${by.name}` }, { by })
  for (const by of [EDITOR, APPROVER, REVIEWER]) {
    expect(await code(save(by))).toBe('policy.forbidden')
  }
  expect(await code(save(ADMINISTRATOR))).toBe('done')
  expect(await code(save(COMMAND))).toBe('done')
})

test('M10: what a page saves is in the history, in force, and where it had effect before', async () => {
  const { id: policyId } = await house()
  await hub.policies.save(HOUSE, { name: 'Home' }, { by: ADMINISTRATOR, comment: 'moved in' })
  const { policy } = await hub.control.get({ by: REVIEWER, policyId })
  expect(policy).toMatchObject({ newest: 2, comment: 'moved in', revision: 1 })
  expect(policy.production).toMatchObject({ number: 2, links, by: { name: 'administrator' } })
  expect(await hub.control.settings({ by: REVIEWER, policyId, of: 2 })).toMatchObject({ links })
  const [event] = await hub.control.history({ by: REVIEWER, policyId, limit: 1 })
  expect(event).toMatchObject({ verb: 'save', number: 2, isDeployed: true })
})

test('M10: a page saves nothing while somebody has it checked out, or it is in the recycle bin', async () => {
  const { id: policyId } = await house()
  const save = () => code(hub.policies.save(HOUSE, { name: 'Home' }, { by: ADMINISTRATOR }))
  await hub.control.checkOut({ policyId, by: EDITOR })
  expect(await save()).toBe('policy.held_by_other')
  await hub.control.undoCheckOut({ policyId, by: EDITOR })
  await hub.control.delete({ policyId, by: APPROVER, from: 'archive' })
  expect(await save()).toBe('policy.wrong_state')
  // Destroyed, it begins again.
  await hub.control.destroy({ policyId, by: APPROVER })
  expect(await save()).toBe('done')
  expect(await hub.policies.history(HOUSE, { limit: 9 })).toMatchObject([{ number: 1 }])
})

test('M8: a limit on versions holds for what a page saves, and for all when it comes into force', async () => {
  hub.policies.register(CHANGE_CONTROL_POLICY)
  const { id: policyId } = await house()
  const save = (name: string) => hub.policies.save(HOUSE, { name }, { by: COMMAND })
  const limit = (versionLimit: number) =>
    hub.policies.save(CHANGE_CONTROL_POLICY, { rules: [], versionLimit }, { by: COMMAND })
  const said = async () => {
    const versions = await hub.database.db
      .selectFrom('policyVersion')
      .select('erasedAt')
      .where('policyId', '=', policyId)
      .orderBy('number')
      .execute()
    return versions.map(({ erasedAt }) => erasedAt === null)
  }
  await limit(1)
  for (const name of ['a', 'b', 'c']) await save(name)
  expect(await said()).toEqual([false, false, true, true])
  const { audit, clock, log } = hub.control.parts
  const parts = { db: hub.database.db, audit, clock, log, key: generateSealingKey() }
  new ChangeControl({ ...parts, policies: hub.policies }).heedVersionLimit()
  await limit(0)
  await expect.poll(said).toEqual([false, false, false, true])
})
