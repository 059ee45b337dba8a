import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  ADMINISTRATOR as by,
  changeControl,
  type Controlled,
} from '../../../test/support/change-control.ts'
import { AGPM_TEMPLATE } from './agpm-template.ts'
import { REGISTRY_POLICY } from './registry-kind.ts'
import { provideTemplate } from '../../policies/templates/ready-templates.ts'

let side: Controlled

beforeEach(async () => {
  side = await changeControl()
  side.policies.register(REGISTRY_POLICY)
})
afterEach(() => side.database.close())

const provide = () => provideTemplate(side.control.parts, AGPM_TEMPLATE)

async function templates() {
  const { policies } = await side.control.list({ by, tab: 'templates', limit: 10 })
  return policies.map(({ id, kind, name }) => ({ id, kind, name }))
}

const { id, kind, name } = AGPM_TEMPLATE

test('M5: the template AGPM e-mail security is made once, whoever else makes it at the same time', async () => {
  await Promise.all(Array.from({ length: 8 }, provide))
  await provide()
  expect(await templates()).toEqual([{ id, kind, name: 'AGPM e-mail security' }])
  const { db } = side.database
  const events = db.selectFrom('policyEvent').select(['verb', 'by']).where('policyId', '=', id)
  expect(await events.execute()).toEqual([{ verb: 'create', by: 'hub' }])
})

test('M5: a policy that is made from it says what the documented procedure says', async () => {
  await provide()
  const from = { template: id }
  const made = await side.control.create({ by, kind, name: 'Our servers', from })
  const { document } = await side.control.settings({ by, policyId: made.id, of: 'newest' })
  expect(document).toEqual({
    items: [
      {
        ...{ kind: 'collection', name },
        items: [
          { name: 'EncryptSmtp', data: { type: 'REG_DWORD', value: 1 } },
          { name: 'SmtpPort', data: { type: 'REG_DWORD', value: 587 } },
        ].map((value) => ({
          ...{ kind: 'registry', action: 'update', hive: 'HKEY_LOCAL_MACHINE' },
          ...{ key: 'SOFTWARE\\Microsoft\\AGPM', displayDecimal: true },
          ...value,
        })),
      },
    ],
  })
  expect(REGISTRY_POLICY.validate(REGISTRY_POLICY.schema.parse(document), {}).issues).toEqual([])
})

test('M5: once somebody deleted or destroyed it, it is not made again', async () => {
  await provide()
  await side.control.delete({ by, policyId: id, from: 'archive' })
  await provide()
  expect(await templates()).toEqual([])
  await side.control.destroy({ by, policyId: id })
  await provide()
  expect(await templates()).toEqual([])
})

test('M5: a template of that name that somebody made stays', async () => {
  const own = await side.control.create({ by, kind, name: 'Own', from: 'empty' })
  const saved = await side.control.saveAsTemplate({ by, policyId: own.id, name })
  await provide()
  expect(await templates()).toEqual([{ id: saved.id, kind, name }])
})
