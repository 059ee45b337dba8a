/**
 * A hub in the middle of its work: people and partners with certificates, messages in every state,
 * a day of traffic, a test of the way out that failed. Needs nothing of the test runner, so that
 * `npm run screenshots` uses it too.
 */

import { NEW_MAIL_CONFIGURATION } from '../../../src/contract/new-mail-configuration.ts'
import type { MessageState } from '../../../src/contract/message-list.ts'
import { type ApiSession, signInByApi } from '../../support/api-session.ts'
import { makeCa, makeIdentity } from '../../support/identities.ts'
import { storeMessage } from '../../support/stored-messages.ts'
import { commandOn, databaseOf } from './hub-inside.ts'
import { ADMIN, type InterfaceHub, setUp, startInterfaceHub } from './hub.ts'

export interface FilledHub extends InterfaceHub {
  readonly api: ApiSession
  /** A message in each state. */
  readonly messages: Readonly<Record<MessageState, string>>
  /** A message whose content is not kept any more. */
  readonly erasedId: string
  /** Somebody with an account and a certificate, who is not signed in. */
  readonly personId: string
  /** One that is checked out, and the request for another. */
  readonly policies: { readonly checkedOut: string; readonly requestId: string }
  /** Not used yet; they open the pages of links. */
  readonly invitationLink: string
}

const LONG_NAME =
  'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh, Maria-Magdalena Anneliese Friederike'

/** How long the filling waits for the hub to have done something. */
const PATIENCE_MS = 60_000
const HOUR_MS = 3_600_000
/** What is in the queue for longer, and for how many hours. */
const OLDER_IN_QUEUE = [
  ...([0.5, 0.7, 3, 30] as const).map((hours) => [hours, 'waiting'] as const),
  ...([4, 9] as const).map((hours) => [hours, 'held'] as const),
]
/** Of the day before, one in an hour. */
const OLDER_MESSAGES = 24

/** Starts and fills a hub. */
export async function startFilledHub(): Promise<FilledHub> {
  const hub = await startInterfaceHub({ sink: { faults: { reply: { rcpt: answerFor } } } })
  try {
    await setUp(hub)
    const api = await signInByApi(hub.url, ADMIN)
    const erasedId = await giveTrust(hub)
    const personId = await givePeople(api)
    const messages = await giveMessages(api)
    await giveSecondVersion(api)
    await giveFailedTest(api, hub)
    const policies = await givePolicies(api)
    const invitationLink = await invitationOf(hub)
    return { ...hub, api, messages, erasedId, personId, policies, invitationLink }
  } catch (error) {
    await hub.close()
    throw error
  }
}

/** A hub on its first day: set up, and nothing else. */
export async function startEmptyHub(): Promise<FilledHub> {
  const hub = await startInterfaceHub()
  await setUp(hub)
  const none = { waiting: '', held: '', delivered: '', partly: '', failed: '', cancelled: '' }
  const api = await signInByApi(hub.url, ADMIN)
  const policies = { checkedOut: '', requestId: '' }
  const nobody = { erasedId: '', personId: '' }
  return { ...hub, api, messages: none, ...nobody, policies, invitationLink: hub.url }
}

/** Partners whose mail fails or has to wait have it in their names. */
function answerFor(line: string): string | undefined {
  if (line.includes('<gone')) return '550 5.1.1 There is nobody of this name here.'
  if (line.includes('<later')) return '451 4.7.1 Greylisted, come back in a few minutes.'
  return undefined
}

/** Certificates of our people and of partners, one of which ends soon; and older mail. Names what is erased. */
async function giveTrust(hub: InterfaceHub): Promise<string> {
  await using command = await commandOn(hub)
  const by = 'command'
  for (const local of ['ada', 'grace', 'emmy']) {
    const address = `${local}@example.org`
    const known = (await command.accounts.findAccountOfAddress(address))?.personId
    const person =
      known === undefined
        ? await command.accounts.addPerson({ address, name: nameOf(local), by })
        : { id: known, address, name: nameOf(local) }
    await command.authority.issueFor(person, { by, keyType: 'p-256' })
  }
  const issuer = makeCa({ name: 'Partner CA' })
  const soon = new Date(Date.now() + 10 * 24 * HOUR_MS)
  for (const [address, notAfter] of [
    ['ben@partner.example', undefined],
    ['carla@partner.example', soon],
  ] as const) {
    const made = makeIdentity({ address, issuer, ...(notAfter && { notAfter }) })
    await command.certificates.import(made.certificate.der, { by })
  }
  const database = await databaseOf(hub)
  try {
    for (let count = 0; count < OLDER_MESSAGES; count += 1) {
      await storeMessage(database.db, {
        at: new Date(Date.now() - HOUR_MS - (count * 23 * HOUR_MS) / OLDER_MESSAGES),
        from: `${['ada', 'grace', 'emmy'][count % 3] ?? ''}@example.org`,
        isSigned: count % 5 !== 0,
        deliveries: [
          {
            to: `reader-${count}@partner.example`,
            state: count % 9 === 0 ? 'failed' : 'delivered',
            strength: count % 2 === 0 ? 'encrypted' : 'clear',
          },
        ],
      })
    }
    for (const [hours, state] of OLDER_IN_QUEUE) {
      const at = new Date(Date.now() - hours * HOUR_MS)
      const dueAt = new Date(Date.now() + 12 * HOUR_MS)
      const delivery = { to: `slow-${hours}@elsewhere.example`, state, dueAt, reply: '450 Later' }
      await storeMessage(database.db, { at, deliveries: [delivery] })
    }
    const at = new Date(Date.now() - 40 * 24 * HOUR_MS)
    return await storeMessage(database.db, { at, contentErasedAt: new Date(), deliveries: [{}] })
  } finally {
    await database.close()
  }
}

const nameOf = (local: string) => ({ ada: ADMIN.name, grace: 'Grace Hopper' })[local] ?? LONG_NAME

/** Accounts with roles, people without one, an invitation; says who has a bit of everything. */
async function givePeople(api: ApiSession): Promise<string> {
  const { people } = await api.done<{ people: { id: string; address: string }[] }>(
    'GET',
    '/api/v1/people',
  )
  const idOf = (address: string) => people.find((each) => each.address === address)?.id ?? ''
  await api.done('POST', `/api/v1/people/${idOf('grace@example.org')}/invitation`, {
    roles: ['auditor', 'certificate-officer'],
  })
  await api.done('POST', '/api/v1/people', {
    address: 'alan.mathison.turing.of.the.national.physical.laboratory@example.org',
    name: 'Alan Turing',
    invite: { roles: ['administrator', 'approver', 'editor', 'reviewer', 'auditor'] },
  })
  await api.done('POST', '/api/v1/people', {
    address: 'jiwoo@example.org',
    name: '김지우',
    language: 'ko',
  })
  return idOf('grace@example.org')
}

/** Sends mail that comes to each end, and waits until it did. */
async function giveMessages(api: ApiSession): Promise<FilledHub['messages']> {
  const send = async (...to: string[]) => {
    const { id } = await api.done<{ id: string }>('POST', '/api/v1/messages', {
      from: `${ADMIN.name} <${ADMIN.address}>`,
      to,
      subject: 'Your order of last week, with the list of what could not be had',
      text: 'Attached.\n',
    })
    return id
  }
  const order = (id: string, name: string) =>
    api.done('POST', `/api/v1/messages/${id}/orders`, { order: name })
  const messages = {
    delivered: await send('ben@partner.example'),
    partly: await send('ben@partner.example', 'gone@partner.example', 'dora@partner.example'),
    failed: await send('gone@partner.example'),
    waiting: await send('later@partner.example', 'carla@partner.example'),
    held: await send('later-still@partner.example'),
    cancelled: await send('later-or-never@partner.example'),
  }
  const come = (id: string, is: (recipients: Delivery[]) => boolean) =>
    until(async () => {
      const { recipients } = await api.done<{ recipients: Delivery[] }>(
        'GET',
        `/api/v1/messages/${id}`,
      )
      return is(recipients)
    }, `message ${id}`)
  const isTried = (recipients: Delivery[]) => recipients.every(({ attempts }) => attempts > 0)
  for (const id of Object.values(messages)) await come(id, isTried)
  await order(messages.held, 'hold')
  await order(messages.cancelled, 'cancel')
  return messages
}

interface Delivery {
  readonly state: string
  readonly attempts: number
}

/** Something to roll back. */
async function giveSecondVersion(api: ApiSession): Promise<void> {
  const { version, values } = await api.done<{ version: number; values: object }>(
    'GET',
    '/api/v1/mail-configuration',
  )
  const { testId } = await api.done<{ testId: string }>('PUT', '/api/v1/mail-configuration', {
    basedOn: version,
    values: { ...values, senderName: 'Sealpost of Example', totalSeconds: 90 },
    comment: 'The name was asked for by the help desk.',
  })
  await overIn(api, testId)
}

/** A policy that is being edited, one that waits for an approval, and a template. */
async function givePolicies(api: ApiSession): Promise<FilledHub['policies']> {
  const order = (id: string, revision: number, more: object) =>
    api.done<Ordered>('POST', `/api/v1/policies/${id}/orders`, { revision, ...more })
  const create = (kind: string) =>
    api.done<Ordered>('POST', '/api/v1/policies', { kind, name: kind, comment: 'For the audit.' })
  const edited = await create('sign-in')
  await order(edited.id, edited.revision, {
    verb: 'check-out',
    comment: 'The provider moves to another address next week, which people were told by mail.',
  })
  const asked = await create('change-control')
  const named = await order(asked.id, asked.revision, { verb: 'label', label: 'First draft' })
  const saved = { verb: 'save-as-template', name: `Change control as ${LONG_NAME} wants it` }
  await order(asked.id, named.revision, saved)
  const { requestId } = await order(asked.id, named.revision, {
    ...{ verb: 'deploy', comment: 'So that nobody weakens the settings alone.' },
    asRequest: { cc: 'grace@example.org' },
  })
  return { checkedOut: edited.id, requestId: requestId ?? '' }
}

interface Ordered {
  readonly id: string
  readonly revision: number
  readonly requestId: string | null
}

/** A test of values that are wrong, so that its failure stands on the page. */
async function giveFailedTest(api: ApiSession, { sink }: InterfaceHub): Promise<void> {
  const { version } = await api.done<{ version: number }>('GET', '/api/v1/mail-configuration')
  const { id } = await api.done<{ id: string }>('POST', '/api/v1/mail-tests', {
    basedOn: version,
    values: {
      ...NEW_MAIL_CONFIGURATION.smtp,
      host: '127.0.0.1',
      port: sink.port,
      encryption: 'starttls-required',
      authentication: false,
      senderAddress: 'hub@example.org',
    },
  })
  await overIn(api, id)
}

/** Waits for the end of a test. */
function overIn(api: ApiSession, id: string): Promise<void> {
  return until(async () => {
    const { state } = await api.done<{ state: string }>('GET', `/api/v1/mail-tests/${id}`)
    return state === 'over'
  }, 'the test')
}

/** The link of the newest invitation, out of its mail. */
async function invitationOf({ sink, url }: InterfaceHub): Promise<string> {
  const link = () => {
    const mails = sink.messages.map(({ content }) => Buffer.from(content).toString('latin1'))
    const text = mails.findLast((each) => each.includes('/invitation#'))?.replaceAll('=\r\n', '')
    return text?.split(/\s+/).find((word) => word.startsWith(`${url}/invitation#`))
  }
  await until(() => Promise.resolve(link() !== undefined), 'the invitation')
  return link() ?? ''
}

/** Waits until something is so. */
async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what} did not come to its end`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
