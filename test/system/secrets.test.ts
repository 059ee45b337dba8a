import { expect, onTestFinished, test } from 'vitest'
import { openLogRecorder } from '../support/log-recorder.ts'
import { connectSmtp } from '../support/smtp-client.ts'
import { startTestHub } from '../support/test-hub.ts'

const SUBJECT = 'Thirteen apples'
const BODY = 'the keys are under the third stone'
const RELAY_PASSWORD = 'password-at-the-relay'

test('promise 10: no secret and no content is in the log, in replies or in the timeline', async () => {
  const recorder = openLogRecorder()
  const hub = await startTestHub({ log: recorder.log, sink: {} })
  onTestFinished(() => hub.close())
  const { command, login, sink } = hub
  const relayLogin = { user: 'hub', password: RELAY_PASSWORD }
  const by = { id: 'test', name: 'test' }
  await command.mailConfiguration.changeRelay({ login: relayLogin }, { by })
  await command.mailConfiguration.changeRelay({ login: null }, { by })

  const wrong = connectSmtp(hub.submission, { user: login.user, secret: 'a wrong secret' })
  await expect(wrong).rejects.toThrow(/535/)
  const client = await connectSmtp(hub.submission, login)
  const content = `From: ada@example.org\r\nTo: ben@partner.example\r\nSubject: ${SUBJECT}\r\n\r\n${BODY}\r\n`
  const reply = await client.send({ from: 'ada@example.org', to: ['ben@partner.example'], content })
  const refused = client.send({
    from: 'ada@example.org',
    to: ['nobody@partner.example'],
    content: `X-Sealpost-Encrypt: required\r\n${content}`,
  })
  const refusal = await refused.then(
    () => '',
    (error: Error) => error.message,
  )
  expect(refusal).toContain('nobody@partner.example')
  client.close()
  await sink.received(1)

  const id = /[0-9a-f-]{36}/.exec(reply)?.[0] ?? ''
  await expect
    .poll(async () => (await command.messages.get(id)).deliveries[0]?.state)
    .toBe('delivered')
  const timeline = JSON.stringify(await command.messages.get(id))
  const told = [recorder.text(), timeline, reply, refusal].join('\n')
  expect(recorder.text()).toContain('message.accepted')
  for (const secret of [SUBJECT, BODY, RELAY_PASSWORD, login.secret, 'a wrong secret']) {
    expect(told).not.toContain(secret)
  }
  expect(told).not.toContain('PRIVATE KEY')
})
