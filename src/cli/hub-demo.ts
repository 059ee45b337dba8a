/**
 * `sealpost demo`: a whole hub in a temporary folder, two people and a partner, and one message on
 * its way from one to the other. Nothing is played: it is the hub, a mail server and SMTP between them.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeUtf8, encodeUtf8 } from '../base/bytes.ts'
import { readConfig } from '../base/config.ts'
import { HubError } from '../base/errors.ts'
import { openLog } from '../base/log.ts'
import { SmtpTransport } from '../delivery/smtp/smtp-client.ts'
import type { MessageRecord } from '../messages/record/store.ts'
import { explainDecision } from '../rules/explain.ts'
import type { Order } from './commands.ts'
import { DemoPartner } from './demo-partner.ts'
import { excerpt, Story } from './demo-story.ts'
import type { CommandHub, HubStart, RunningHub } from './hub-access.ts'
import { messageLines } from './message-view.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

const ADA = 'ada@example.org'
const CARL = 'carl@example.org'
const BEN = 'ben@partner.example'
const SECRET = 'The keys to the archive are under the third stone.'

const MESSAGE = [
  `From: Ada Lovelace <${ADA}>`,
  `To: Ben Partner <${BEN}>`,
  'Subject: The archive',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Dear Ben,',
  '',
  SECRET,
  '',
  'Ada',
  '',
].join('\r\n')

/** A machine that is busy with other things needs its time. */
const ARRIVES_WITHIN_MS = 30_000

export interface DemoOptions {
  readonly once?: boolean
}

/** Exit status 0 when everything was as it should be; without `--once` it stays up until Ctrl-C. */
export async function demoCommand(
  { options, isJson }: Order<DemoOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  const story = new Story(isJson ? undefined : surroundings.stdout)
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-demo-'))
  // Last in, first out.
  const cleanUp: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })]
  try {
    const stage = await prepare(folder, { story, surroundings, cleanUp })
    const message = await showMessage(stage, story)
    if (options.once !== true) await lookAround(stage, { story, message })
    const ends = story.isTrue ? 'All of that was true.' : 'Something was not as it should be.'
    return {
      isYes: story.isTrue,
      json: { ok: story.isTrue, stages: story.stages, message },
      lines: ['', ends],
    }
  } finally {
    for (const step of cleanUp.reverse()) await step()
  }
}

/** Everything that the message needs. */
interface DemoStage {
  readonly start: HubStart
  readonly command: CommandHub
  readonly hub: RunningHub
  readonly partner: DemoPartner
  readonly login: { user: string; secret: string }
}

async function prepare(
  folder: string,
  {
    story,
    surroundings,
    cleanUp,
  }: { story: Story; surroundings: Surroundings; cleanUp: (() => Promise<void>)[] },
): Promise<DemoStage> {
  const env = {
    SEALPOST_DATA: join(folder, 'data'),
    SEALPOST_HTTP: '127.0.0.1:0',
    SEALPOST_SMTP: '127.0.0.1:0',
    SEALPOST_HOSTNAME: 'hub.example.org',
    SEALPOST_POSTGRES_BIN: surroundings.environment['SEALPOST_POSTGRES_BIN'],
  }
  const { clock } = surroundings
  const start = { config: readConfig({ env, folder }), clock, log: openLog('error') }
  await story.say('', 'Sealpost: one message on its way', '')

  const partner = await DemoPartner.open(BEN, clock)
  const { host, port } = await partner.listen()
  cleanUp.push(() => partner.close())
  await story.tell(`a partner, ${BEN}, has keys of their own and a mail server`, {
    lines: [`${host}:${port}, STARTTLS`],
  })

  const { openForCommand, startHub } = await surroundings.hubs()
  const setting = await openForCommand(start)
  try {
    await story.tell('a hub has its own database', { lines: [start.config.data] })
    await setting.setUp({
      settings: {
        name: 'Example Ltd',
        domains: ['example.org'],
        relay: { host, port, tls: 'opportunistic' },
      },
      admin: { address: 'admin@example.org', password: crypto.randomUUID() },
    })
    await story.tell('it is set up for Example Ltd: root, issuing authority, identity')
    for (const address of [ADA, CARL]) await addPerson(setting, address)
    await story.tell('Ada and Carl have certificates, to sign with and to be encrypted to')
    await setting.certificates.import(partner.certificate.der, { by: 'demo' })
    await story.tell(`the certificate of ${BEN} is imported`, {
      lines: [partner.certificate.fingerprint],
    })
  } finally {
    await setting[Symbol.asyncDispose]()
  }

  const hub = await startHub(start)
  cleanUp.push(() => hub.stop())
  const command = await openForCommand(start)
  cleanUp.push(async () => command[Symbol.asyncDispose]())
  const login = await command.accounts.addCredential('demo', { by: 'demo' })
  await story.tell('the hub serves', {
    lines: [`submission ${hub.submissionAddress ?? ''}`, `API        ${hub.webAddress ?? ''}`],
  })
  return { start, command, hub, partner, login }
}

async function addPerson({ accounts, authority }: CommandHub, address: string): Promise<void> {
  const name = address.slice(0, address.indexOf('@'))
  const person = await accounts.addPerson({ address, name, by: 'demo' })
  await authority.issueFor(person, { by: 'demo' })
}

/** Sends the message and follows it; gives its record. */
async function showMessage(stage: DemoStage, story: Story): Promise<MessageRecord> {
  await story.say('', "What Ada's program hands over:", '')
  await story.say(...excerpt(MESSAGE, 20).map((line) => `    ${line}`), '')
  const reply = await submit(stage)
  const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(reply)?.[0] ?? ''
  await story.tell('it was taken by SMTP: it is on stable storage', { lines: [reply] })

  const { command, partner } = stage
  const { decision } = await command.messages.get(id)
  const isPlanned =
    decision.is === 'send' &&
    decision.signing.is === 'signed' &&
    decision.recipients.every(({ gets }) => gets === 'encrypted')
  await story.tell('it was decided', { ok: isPlanned, lines: explainDecision(decision) })

  const arrived = await inTime(partner.receive())
  const travelled = decodeUtf8(arrived.content)
  const isHidden = !travelled.includes(SECRET) && travelled.includes('authEnveloped-data')
  await story.tell(`it has arrived at the mail server of ${BEN}`, {
    ok: isHidden && arrived.client.tls !== undefined,
    lines: [`over ${arrived.client.tls ?? 'a connection in clear'}`],
  })
  const message = await delivered(command, id)
  await story.tell('what became of it is recorded', {
    ok: message.deliveries.every(({ state }) => state === 'delivered'),
    lines: message.deliveries.map(({ recipient, state, reply: words }) =>
      [recipient, state, words].join(': '),
    ),
  })
  await story.say('', 'What travelled:', '')
  await story.say(...excerpt(travelled, 22).map((line) => `    ${line}`), '')

  const establishment = await command.authority.find()
  if (establishment === undefined) throw new HubError('authority.missing', 'no authority')
  const read = partner.read(arrived.content, establishment.root)
  const text = decodeUtf8(read.content)
  await story.tell(`${BEN} opens it`, {
    ok: read.wasEncrypted && text.includes(SECRET),
    lines: excerpt(text, 20),
  })
  const { verdict } = read
  await story.tell('its signature is checked', {
    ok: verdict.is === 'valid' && verdict.signer === ADA,
    lines: [
      verdict.is === 'valid' ? `valid, by ${verdict.signer}` : `${verdict.is}: ${verdict.because}`,
    ],
  })
  return message
}

/** As any program would: over SMTP, with its log-in. Gives the server's reply. */
async function submit({ start, hub, login }: DemoStage): Promise<string> {
  const { hostname: host, port } = new URL(hub.submissionAddress ?? '')
  const transport = new SmtpTransport(
    {
      ...{ host, port: Number(port), tls: 'none', helloName: 'program.example.org' },
      login: { by: 'password', user: login.user, password: login.secret },
    },
    start,
  )
  const { recipients } = await transport.deliver({
    from: ADA,
    recipients: [BEN],
    content: encodeUtf8(MESSAGE),
    smtpUtf8: false,
    eightBit: false,
  })
  await transport.close()
  const [result] = recipients
  if (result?.is === 'delivered') return `${result.reply.code} ${result.reply.text}`
  throw new HubError('demo.failed', `the message was not taken: ${result?.because ?? 'no reply'}`)
}

async function delivered({ messages }: CommandHub, id: string): Promise<MessageRecord> {
  for (const until = performance.now() + ARRIVES_WITHIN_MS; ; await sleep(20)) {
    const message = await messages.get(id)
    const isOver = message.deliveries.every(({ state }) => state !== 'waiting')
    if (isOver || performance.now() > until) return message
  }
}

async function inTime<Value>(promise: Promise<Value>): Promise<Value> {
  const late = new AbortController()
  try {
    return await Promise.race([
      promise,
      sleep(ARRIVES_WITHIN_MS, undefined, late).then(() => {
        throw new HubError('demo.failed', 'the message did not arrive in time')
      }),
    ])
  } finally {
    late.abort()
  }
}

/** Stays up until Ctrl-C, and says what there is to look at. */
async function lookAround(
  { start, hub, login }: DemoStage,
  { story, message }: { story: Story; message: MessageRecord },
): Promise<void> {
  await story.say('', 'What the hub says of it (sealpost message show):', '')
  await story.say(...messageLines(message).map((line) => `    ${line}`))
  await story.say(
    '',
    'The hub stays up for a look around:',
    `    sealpost message list --data ${start.config.data}`,
    `    sealpost cert list --data ${start.config.data}`,
    `    curl -u ${login.user}:${login.secret} ${hub.webAddress ?? ''}/api/v1/messages/${message.id}`,
    '',
    'Ctrl-C ends it and removes the folder.',
  )
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
