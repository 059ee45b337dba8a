import { expect, onTestFinished, test } from 'vitest'
import { decodeLatin1 } from '../../src/base/bytes.ts'
import { NEW_MAIL_CONFIGURATION } from '../../src/contract/new-mail-configuration.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

async function given() {
  const hub = await startTestHub()
  onTestFinished(() => hub.close())
  const [admin] = await hub.command.accounts.findAccountsWithRole('administrator')
  if (admin === undefined) throw new Error('a hub that is set up has an administrator')
  return { hub, by: { id: admin.id, name: admin.name, address: admin.address } }
}

function valuesFor({ host, port }: { host: string; port: number }) {
  return {
    ...NEW_MAIL_CONFIGURATION.smtp,
    ...{ host, port, encryption: 'none' as const, authentication: false },
    ...{ senderAddress: 'post@example.org', senderName: 'The post', envelopeSender: '<>' },
  }
}

async function endOf({ command }: TestHub, id: string) {
  const test = () => command.mailTests.get(id)
  await expect.poll(async () => (await test()).state, { timeout: 20_000 }).toBe('over')
  return test()
}

test('M2: a save sends a mail to whoever saved, signed, from the sender that was saved', async () => {
  const { hub, by } = await given()
  const { mailConfiguration } = hub.command
  const version = (await mailConfiguration.current())?.version.number ?? 0
  const saved = await mailConfiguration.save(valuesFor(hub.sink), {
    ...{ secrets: {}, basedOn: version, comment: '', by },
  })
  const ended = await endOf(hub, saved.testId)
  expect(ended.outcome).toEqual({ is: 'accepted' })
  expect((ended.stages as { state: string }[]).map(({ state }) => state)).not.toContain('failed')
  await hub.sink.received(1)
  const [mail] = hub.sink.messages
  expect(mail).toMatchObject({ from: '', recipients: [by.address] })
  const content = decodeLatin1(mail?.content ?? new Uint8Array())
  expect(content).toContain('The post')
  expect(content).toContain('post@example.org')
  expect(content).toContain('multipart/signed')
})

test('M2: a server that is not there fails the test at its stage, and nothing hangs', async () => {
  const { hub, by } = await given()
  const { host, port } = hub.sink
  await hub.sink.close()
  const shown = valuesFor({ host, port })
  const { mailConfiguration } = hub.command
  const basedOn = (await mailConfiguration.current())?.version.number ?? 0
  const id = await mailConfiguration.testShown(shown, { secrets: {}, basedOn, by })
  expect((await endOf(hub, id)).outcome).toMatchObject({
    ...{ is: 'failed', stage: 'connect' },
    cause: { code: 'connect.refused' },
  })
})
