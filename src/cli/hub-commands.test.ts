import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../../test/support/command.ts'
import { type FreshDatabase, freshDatabase } from '../../test/support/database.ts'
import { makeCertificate, personExtensions } from '../../test/support/test-pki.ts'

const folder = mkdtempSync(join(tmpdir(), 'sealpost-commands-'))
afterAll(() => rmSync(folder, { recursive: true }))

let database: FreshDatabase
let environment: Record<string, string>

beforeAll(async () => {
  database = await freshDatabase()
  if (database.connection.is !== 'socket') throw new Error('the databases of tests are on a socket')
  const { user, folder: socket, database: name } = database.connection
  environment = {
    SEALPOST_DATA: folder,
    SEALPOST_HOSTNAME: 'hub.example.org',
    DATABASE_URL: `postgres://${user}@${encodeURIComponent(socket)}:5432/${name}`,
  }
})
afterAll(() => database.close())

const run = (args: readonly string[], stdin = '') =>
  runCommand(args, { environment, stdin, now: new Date().toISOString() })

const SETUP = [
  ...['setup', '--organization', 'Example', '--domain', 'example.org'],
  ...['--admin', 'admin@example.org', '--password-file', '-'],
  ...['--relay', 'smtp://127.0.0.1:2500?tls=none'],
]

const MESSAGE =
  'From: Ada <ada@example.org>\nTo: ben@partner.example\nBcc: bo@partner.example\n\nmeet me at noon\n'

describe('before the set-up', () => {
  test('setup names everything that is missing, at once', async () => {
    const ran = await run(['setup', '--organization', 'Example'])
    expect(ran.status).toBe(2)
    expect(ran.err).toContain('setup needs --domain, --admin, --password-file, --relay')
  })

  test.for([
    { name: 'settings show', args: ['settings', 'show'] },
    { name: 'send', args: ['send', '-'] },
    { name: 'user add', args: ['user', 'add', 'ada@example.org'] },
  ])('$name says what has to be done first', async ({ args }) => {
    const ran = await run(args, MESSAGE)
    expect(ran.status).toBe(3)
    expect(ran.err).toMatch(/set up|set it up/)
  })
})

test('a folder without a hub is named, and does not become one', async () => {
  const data = join(folder, 'mistyped')
  const ran = await runCommand(['settings', 'show', '--data', data])
  expect(ran.status).toBe(3)
  expect(ran.err).toContain(`there is no hub in ${data}`)
  expect(existsSync(data)).toBe(false)
})

describe('a hub that is set up', () => {
  beforeAll(async () => {
    const ran = await run(SETUP, 'correct horse battery staple\n')
    expect(ran.err).toBe('')
    expect(ran.out.toString()).toContain('Example is set up for example.org.')
  })

  test('is not set up a second time', async () => {
    const ran = await run([...SETUP, '--json'], 'correct horse battery staple\n')
    expect(ran.status).toBe(3)
    expect(ran.json()).toMatchObject({ error: { code: 'setup.done_before' } })
  })

  test('shows its settings and changes those that are named', async () => {
    const changed = await run([
      ...[
        'settings',
        'set',
        '--encryption',
        'each-or-bounce',
        '--retention-days',
        '7',
        '--size-limit',
        '25M',
        '--json',
      ],
    ])
    expect(changed.json()).toMatchObject({
      settings: {
        name: 'Example',
        encryptionOutcome: 'each-or-bounce',
        retentionDays: 7,
        sizeLimitBytes: 26_214_400,
      },
    })
    const shown = await run(['settings', 'show'])
    expect(shown.out.toString()).toMatch(/^relay +smtp:\/\/127\.0\.0\.1:2500\?tls=none$/m)
    await run(['settings', 'set', '--encryption', 'all-or-clear'])
  })

  test('a small size limit is taken; mistakes are told in words, all at once', async () => {
    const changed = await run(['settings', 'set', '--size-limit', '2000', '--json'])
    expect(changed.json()).toMatchObject({ settings: { sizeLimitBytes: 2000 } })
    const wrong = await run([
      ...['settings', 'set', '--size-limit', '100', '--retention-days', 'long'],
      ...['--encryption', 'sometimes', '--domain', 'no domain'],
    ])
    for (const words of [
      '"no domain" is no mail domain such as example.com',
      'expected one of all-or-refuse, each-or-bounce,',
      'expected a whole number from 0 to 36500',
      'expected a size from 1K to 1G, such as 50M',
    ]) {
      expect(wrong.err).toContain(words)
    }
  })

  test.for([
    { name: 'nothing to change', args: ['settings', 'set'], status: 2 },
    { name: 'an outcome there is not', args: ['settings', 'set', '--encryption', 'x'], status: 2 },
    {
      name: 'days that are no number',
      args: ['settings', 'set', '--retention-days', 'x'],
      status: 2,
    },
    { name: 'a size that is none', args: ['settings', 'set', '--size-limit', 'x'], status: 2 },
    { name: 'half a log-in', args: ['settings', 'set', '--relay-user', 'ada'], status: 2 },
    { name: 'a limit that is no number', args: ['message', 'list', '--limit', 'x'], status: 2 },
    { name: 'a state there is not', args: ['message', 'list', '--state', 'lost'], status: 2 },
    {
      name: 'a page that begins nowhere',
      args: ['message', 'list', '--before', 'x'],
      status: 2,
    },
    { name: 'no such message', args: ['message', 'show', 'x'], status: 3 },
    { name: 'no such credential', args: ['credential', 'revoke', 'x'], status: 3 },
  ])('$name is answered with status $status', async ({ args, status }) => {
    const ran = await run(args)
    expect({ status: ran.status, out: ran.out.toString() }).toEqual({ status, out: '' })
    expect(ran.err).toMatch(/^sealpost: .+ \(\w+\.\w+\)\n$/)
  })

  test('a credential is shown once, listed without its secret, and revoked', async () => {
    const added = await run(['credential', 'add', 'billing', '--json'])
    const { credential } = added.json<{ credential: { user: string; secret: string } }>()
    const listed = await run(['credential', 'list'])
    expect(listed.out.toString()).toContain(credential.user)
    expect(listed.out.toString()).not.toContain(credential.secret)
    expect((await run(['credential', 'revoke', 'billing'])).status).toBe(0)
    expect((await run(['credential', 'list', '--json'])).json()).toMatchObject({
      credentials: [{ name: 'billing', revokedAt: expect.any(String) as string }],
    })
  })

  test('account reset-link prints a way back in for an account, and for nobody else', async () => {
    const made = await run(['account', 'reset-link', 'admin@example.org'])
    expect(made.err).toBe('')
    expect(made.out.toString()).toMatch(/^http:\/\/localhost:\d+\/password-reset#[\w-]{43}$/m)
    const bare = await run([
      ...['account', 'reset-link', 'admin@example.org', '--remove-second-factors', '--json'],
    ])
    expect(bare.json()).toMatchObject({ secondFactorsRemoved: false })
    const nobody = await run(['account', 'reset-link', 'nobody@example.org'])
    expect(nobody.status).toBe(3)
    expect(nobody.err).toContain('no account')
  })

  test('people get certificates, and partners bring theirs; one that is unfit is refused by name', async () => {
    const added = await run(['user', 'add', 'ada@example.org', '--json'])
    expect(added.json()).toMatchObject({ person: { address: 'ada@example.org' } })
    const ben = makeCertificate(folder, {
      name: 'ben',
      subject: '/CN=Ben',
      extensions: personExtensions('ben@partner.example'),
    })
    const weak = makeCertificate(folder, {
      name: 'weak',
      subject: '/CN=Weak',
      key: 'rsa1024',
      extensions: personExtensions('weak@partner.example'),
    })
    const imported = await run(['cert', 'import', `${ben.path}.crt`, `${weak.path}.crt`, '--json'])
    expect(imported.status).toBe(1)
    expect(imported.json()).toMatchObject({
      imported: [
        { is: 'added', as: 'partner', addresses: ['ben@partner.example'] },
        { is: 'refused', because: 'weak_key' },
      ],
    })
    const list = (await run(['cert', 'list'])).out.toString()
    expect(list).toMatch(/partner .*ben@partner\.example/)
    expect(list).toMatch(/person +here .*ada@example\.org/)
  })

  test('send takes the envelope from the header, and message show tells the story', async () => {
    const sent = await run(['send', '-'], MESSAGE)
    expect(sent.err).toBe('')
    const id = sent.out.toString().trim()
    const list = (await run(['message', 'list'])).out.toString()
    expect(list).toContain(id)
    expect(list).toContain('ben@partner.example and 1 more  waiting')
    const shown = (await run(['message', 'show', id])).out.toString()
    expect(shown).toMatch(/signed as ada@example\.org with certificate/)
    expect(shown).toContain('bo@partner.example: in clear, not every recipient has a usable')
    expect(shown).not.toContain('noon')

    for (const order of ['hold', 'release', 'retry', 'cancel']) {
      expect((await run(['message', order, id])).status).toBe(0)
    }
    expect((await run(['message', 'list', '--state', 'cancelled'])).out.toString()).toContain(id)
  })

  test('what must be encrypted and cannot be is refused with the names', async () => {
    const message = `X-Sealpost-Encrypt: required\n${MESSAGE}`
    const ran = await run(['send', '-', '--json'], message)
    expect(ran.status).toBe(3)
    expect(ran.json()).toMatchObject({
      error: {
        code: 'message.recipient_without_certificate',
        detail: { recipients: ['bo@partner.example'] },
      },
    })
  })

  test.for([
    { name: 'a message without From', text: 'To: a@b.example\n\n', says: 'say --from' },
    { name: 'a message for nobody', text: 'From: a@b.example\n\n', says: 'say --to' },
  ])('send refuses $name', async ({ text, says }) => {
    const ran = await run(['send', '-'], text)
    expect(ran).toMatchObject({ status: 2, err: expect.stringContaining(says) as string })
  })
})
