import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig, settingFacts } from './config.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-config-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function read(
  env: Record<string, string>,
  more: { yaml?: string; flags?: Record<string, string> } = {},
) {
  if (more.yaml !== undefined) writeFileSync(join(folder, 'sealpost.yaml'), more.yaml)
  return readConfig({ env, folder, ...(more.flags && { flags: more.flags }) })
}

/** The mistakes that reading names. */
function mistakes(...sources: Parameters<typeof read>): readonly string[] {
  try {
    read(...sources)
  } catch (error) {
    expect(error).toMatchObject({ code: 'config.invalid' })
    return (error as { detail: { mistakes: string[] } }).detail.mistakes
  }
  return []
}

test('nothing set is a hub on loopback with everything in ./data', () => {
  expect(read({})).toEqual({
    data: join(folder, 'data'),
    http: { host: '127.0.0.1', port: 8080 },
    trustedProxies: [],
    smtp: { host: '127.0.0.1', port: 2525 },
    hostname: hostname(),
    databaseConnections: 10,
    masterKeyFile: join(folder, 'data', 'master.key'),
    roles: ['web', 'smtp', 'worker'],
    sizeLimit: 52_428_800,
    recipientsLimit: 1_000,
    logLevel: 'info',
    unknownVariables: [],
  })
})

test('a flag goes before a variable, a variable before the file, the file before the default', () => {
  const yaml =
    'http: 127.0.0.1:1\nsmtp: 127.0.0.1:1\nsmtpRelay: 127.0.0.1:1\nrecipientsLimit: 200\n'
  const env = { SEALPOST_SMTP: '127.0.0.1:2', SEALPOST_SMTP_RELAY: '127.0.0.1:2' }
  expect(read(env, { yaml, flags: { smtpRelay: '127.0.0.1:3' } })).toMatchObject({
    http: { port: 1 },
    smtp: { port: 2 },
    smtpRelay: { port: 3 },
    recipientsLimit: 200,
    logLevel: 'info',
  })
})

test('a variable set to nothing is not set', () => {
  expect(read({ SEALPOST_HTTP: '', DATABASE_URL: '' })).toMatchObject({ http: { port: 8080 } })
})

test('every mistake is named at once, each with where it stands', () => {
  const env = {
    SEALPOST_HTTP: '8080',
    SEALPOST_ROLES: 'web,boss',
    DATABASE_URL: 'mysql://localhost',
    SEALPOST_TLS_KEY_FILE: 'key.pem',
  }
  const yaml = 'sizeLimit: 10T\nrecipientsLimit: 12.5\ncolour: blue\n'
  expect(mistakes(env, { yaml, flags: { smtp: '127.0.0.1:65536' } })).toEqual([
    'sealpost.yaml: colour is no setting',
    'SEALPOST_HTTP: expected host:port, such as 127.0.0.1:2525',
    '--smtp: expected host:port, such as 127.0.0.1:2525',
    'DATABASE_URL: expected postgres://…',
    'SEALPOST_ROLES: expected some of web, smtp, worker',
    'sealpost.yaml: sizeLimit: expected a size from 64K to 1G, such as 50M',
    'sealpost.yaml: recipientsLimit: expected a whole number from 100 to 10000',
    'SEALPOST_TLS_CERTIFICATE_FILE and SEALPOST_TLS_KEY_FILE go together',
  ])
})

test.for(['just words', '- a\n- b', 'http: [', 'http: a: b'])(
  'a file of something else is a mistake: %j',
  (yaml) => {
    expect(mistakes({}, { yaml })).toEqual([
      'sealpost.yaml: expected lines such as "http: 127.0.0.1:8080"',
    ])
  },
)

test('an empty file sets nothing, a file that was asked for must be there', () => {
  expect(mistakes({}, { yaml: '# later\n' })).toEqual([])
  expect(mistakes({ SEALPOST_CONFIG: 'other.yaml' })).toEqual(['other.yaml: cannot be read'])
})

test.for([
  { value: '0.0.0.0:25', is: { host: '0.0.0.0', port: 25 } },
  { value: 'mail.example.com:65535', is: { host: 'mail.example.com', port: 65_535 } },
  { value: '[::1]:25', is: { host: '::1', port: 25 } },
  { value: '*:25', is: { host: '::', port: 25 } },
  { value: 'localhost:0', is: { host: 'localhost', port: 0 } },
  { value: '::1:25', is: undefined },
  { value: '[mail]:25', is: undefined },
  { value: ':25', is: undefined },
  { value: 'localhost', is: undefined },
  { value: 'localhost:', is: undefined },
  { value: 'localhost:-1', is: undefined },
  { value: 'localhost:65536', is: undefined },
])('an address to listen on: $value', ({ value, is }) => {
  if (is === undefined) expect(mistakes({ SEALPOST_SMTP: value })).toHaveLength(1)
  else expect(read({ SEALPOST_SMTP: value }).smtp).toEqual(is)
})

test('the listener for known mail servers is off unless it has an address', () => {
  expect(read({ SEALPOST_SMTP_RELAY: 'off' }).smtpRelay).toBeUndefined()
  expect(mistakes({ SEALPOST_SMTP_RELAY: 'on' })).toHaveLength(1)
})

test.for([
  { value: '65536', bytes: 65_536 },
  { value: '64K', bytes: 65_536 },
  { value: '25m', bytes: 26_214_400 },
  { value: '25 MB', bytes: 26_214_400 },
  { value: '1G', bytes: 1_073_741_824 },
  { value: '65535', bytes: undefined },
  { value: '2G', bytes: undefined },
  { value: '', bytes: 52_428_800 },
  { value: '-1M', bytes: undefined },
  { value: '1e9', bytes: undefined },
])('a size of $value', ({ value, bytes }) => {
  if (bytes === undefined) expect(mistakes({ SEALPOST_SIZE_LIMIT: value })).toHaveLength(1)
  else expect(read({ SEALPOST_SIZE_LIMIT: value }).sizeLimit).toBe(bytes)
})

test('paths start where the hub was started', () => {
  const env = {
    SEALPOST_DATA: '/srv/mail',
    SEALPOST_TLS_KEY_FILE: 'k',
    SEALPOST_TLS_CERTIFICATE_FILE: '/c',
  }
  expect(read(env)).toMatchObject({
    data: '/srv/mail',
    masterKeyFile: '/srv/mail/master.key',
    tlsKeyFile: join(folder, 'k'),
    tlsCertificateFile: '/c',
  })
})

test('a variable that looks like a setting and is none is told of', () => {
  const env = { SEALPOST_SMTP_REALY: 'x', SEALPOST_CORPORA: 'x', PATH: '/bin' }
  expect(read(env).unknownVariables).toEqual(['SEALPOST_SMTP_REALY'])
})

test('docs/configuration.md shows every setting as it is', () => {
  const rows = settingFacts().map(
    ({ name, env, flag, unit, shown, about }) =>
      `| \`${env}\` | \`${flag}\` | \`${name}\` | ${unit} | ${shown} | ${about} |`,
  )
  const table = [
    '| Variable | Flag | In `sealpost.yaml` | Unit | Default | What it is for |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
  const file = join(import.meta.dirname, '../../docs/configuration.md')
  const document = readFileSync(file, 'utf8')
  if (process.env['UPDATE_GOLDEN'] !== undefined) {
    writeFileSync(file, document.replace(/\| Variable \|(?:.*\n)+?(?=\n)/, `${table}\n`))
    return
  }
  expect(document).toContain(table)
})
