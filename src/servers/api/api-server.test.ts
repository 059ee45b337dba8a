import { connect } from 'node:net'
import * as fc from 'fast-check'
import PostalMime from 'postal-mime'
import { afterEach, describe, expect, test } from 'vitest'
import { startApi, type TestApi } from '../../../test/support/api-listener.ts'
import { decodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { checkContent } from '../../formats/smtp/data.ts'

const open: TestApi[] = []
afterEach(async () => {
  for (const { server } of open.splice(0)) await server.close()
})

async function given(...options: Parameters<typeof startApi>): Promise<TestApi> {
  const api = await startApi(...options)
  open.push(api)
  return api
}

const basic = `Basic ${Buffer.from('app:secret').toString('base64')}`
const hello = { from: 'ada@example.org', to: ['ben@example.net'], subject: 'hi', text: 'hello' }

interface Answer {
  status: number
  body: Record<string, unknown>
  headers: Headers
}

async function post(
  { url }: TestApi,
  body: unknown,
  {
    type = 'application/json',
    path = '/api/v1/messages',
    headers = {},
  }: { type?: string; path?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const reply = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: basic, 'content-type': type, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {
    status: reply.status,
    body: (await reply.json()) as Record<string, unknown>,
    headers: reply.headers,
  }
}

describe('messages as JSON', () => {
  test('a small one becomes plain text, and 202 has its id', async () => {
    const api = await given()
    const reply = await post(api, hello)
    expect(reply).toMatchObject({ status: 202, body: { id: 'message-1' } })
    expect(reply.headers.get('location')).toBe('/api/v1/messages/message-1')
    const [submission] = api.accepted
    expect(submission).toMatchObject({
      envelopeFrom: 'ada@example.org',
      recipients: ['ben@example.net'],
      smtpUtf8: false,
      via: 'api',
      client: { address: '127.0.0.1', credential: 'credential-app' },
    })
    expect(decodeLatin1(submission?.content ?? new Uint8Array())).toBe(
      [
        'From: ada@example.org',
        'To: ben@example.net',
        'Subject: hi',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=us-ascii',
        'Content-Transfer-Encoding: 7bit',
        '',
        'hello',
        '',
      ].join('\r\n'),
    )
  })

  test('everything at once is read by another reader as it was meant, in 7-bit lines', async () => {
    const api = await given()
    const subject = `Grüße an alle ${'und noch viel mehr '.repeat(8)}`.trim()
    const reply = await post(api, {
      from: 'Ada Lovelace <ada@example.org>',
      to: ['"Ben, Jr." <ben@example.net>', 'Zoë <zoe@exämple.net>'],
      cc: ['cc@example.net'],
      bcc: ['hidden@example.net'],
      subject,
      text: 'zwölf Boxkämpfer\n.\nFrom here\n',
      html: `<p>${'ö'.repeat(2000)}</p>`,
      attachments: [
        { filename: 'Übersicht "1".pdf', contentType: 'application/pdf', content: 'JVBERg==' },
        { filename: 'b.bin', content: Buffer.from([0, 1, 255]).toString('base64') },
      ],
      headers: { 'X-Sealpost-Encrypt': 'required', 'Reply-To': 'office@example.org' },
    })
    expect(reply.status).toBe(202)
    const [submission] = api.accepted
    expect(submission?.recipients).toEqual([
      'ben@example.net',
      'zoe@xn--exmple-cua.net',
      'cc@example.net',
      'hidden@example.net',
    ])
    const content = submission?.content ?? new Uint8Array()
    checkContent(content)
    const text = decodeLatin1(content)
    expect(text).toMatch(/^[\r\n\t -~]*$/)
    expect(text).not.toContain('hidden')
    expect(Math.max(...text.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(78)
    const mail = await PostalMime.parse(content)
    expect(mail).toMatchObject({
      subject,
      from: { name: 'Ada Lovelace', address: 'ada@example.org' },
      to: [{ name: 'Ben, Jr.' }, { name: 'Zoë' }],
      text: 'zwölf Boxkämpfer\n.\nFrom here\n',
      html: `<p>${'ö'.repeat(2000)}</p>\n`,
      attachments: [
        { filename: 'Übersicht "1".pdf', mimeType: 'application/pdf' },
        { filename: 'b.bin' },
      ],
    })
    expect(Buffer.from(mail.attachments[1]?.content as ArrayBuffer)).toEqual(
      Buffer.from([0, 1, 255]),
    )
    expect(mail.headers.find(({ key }) => key === 'x-sealpost-encrypt')?.value).toBe('required')
  })

  test.for<[string, object, string]>([
    ['a line end in the subject', { subject: 'a\r\nBcc: x@example.org' }, 'mime.field_malformed'],
    [
      'a line end in an address',
      { to: ['ben@example.net\r\nBcc: x@example.org'] },
      'address.malformed',
    ],
    [
      'a line end in a name',
      { from: '"A\r\nBcc: x@y.org" <ada@example.org>' },
      'mime.field_malformed',
    ],
    ['a line end in a field', { headers: { 'X-A': 'a\nb' } }, 'mime.field_malformed'],
    ['a field name that is two', { headers: { 'X-A: b\r\nX-B': 'c' } }, 'mime.field_malformed'],
    [
      'a line end in a file name',
      { attachments: [{ filename: 'a\r\nb', content: '' }] },
      'mime.field_malformed',
    ],
    [
      'a type with parameters',
      { attachments: [{ filename: 'a', contentType: 'text/html; x', content: '' }] },
      'mime.field_malformed',
    ],
    ['a reserved field', { headers: { bcc: 'x@example.org' } }, 'mime.field_malformed'],
    ['two senders', { from: 'a@example.org, b@example.org' }, 'address.malformed'],
    ['nobody', { to: [] }, 'smtp.recipients_missing'],
    ['no text', { text: undefined }, 'api.body_malformed'],
    ['an unknown member', { priority: 1 }, 'api.body_malformed'],
    ['broken base64', { attachments: [{ filename: 'a', content: '%%' }] }, 'api.body_malformed'],
  ])('A-16: %s is refused', async ([, change, code]) => {
    const api = await given()
    const reply = await post(api, { ...hello, ...change })
    expect(reply).toMatchObject({ status: 400, body: { status: 400, code } })
    expect(reply.headers.get('content-type')).toContain('application/problem+json')
    expect(api.accepted).toEqual([])
  })

  test('the issues of a body are named', async () => {
    const { body } = await post(await given(), { ...hello, to: ['x'] })
    expect(body.issues).toEqual([{ path: 'to.0', message: expect.any(String) as unknown }])
  })
})

describe('raw messages', () => {
  const type = 'message/rfc822; charset=utf-8'
  const raw =
    'From: ada@example.org\r\nTo: ben@example.net\r\nBcc: eve@example.net\r\n\r\n.hello\r\n'

  test('the envelope comes from the header fields, and Bcc goes', async () => {
    const api = await given()
    expect((await post(api, raw, { type })).status).toBe(202)
    expect(api.accepted[0]).toMatchObject({
      envelopeFrom: 'ada@example.org',
      recipients: ['ben@example.net', 'eve@example.net'],
    })
    expect(decodeLatin1(api.accepted[0]?.content ?? new Uint8Array())).toBe(
      'From: ada@example.org\r\nTo: ben@example.net\r\n\r\n.hello\r\n',
    )
  })

  test('the envelope of the request comes first', async () => {
    const api = await given()
    const path = '/api/v1/messages?from=bounce@example.org&to=x@example.net&to=y@example.net'
    expect((await post(api, raw, { type, path })).status).toBe(202)
    expect(api.accepted[0]).toMatchObject({
      envelopeFrom: 'bounce@example.org',
      recipients: ['x@example.net', 'y@example.net'],
    })
  })

  test('a file with line ends of Unix is given CRLF', async () => {
    const api = await given()
    expect((await post(api, raw.replaceAll('\r\n', '\n'), { type })).status).toBe(202)
    expect(decodeLatin1(api.accepted[0]?.content ?? new Uint8Array())).toContain(
      '\r\n\r\n.hello\r\n',
    )
  })

  test.for<[string, string, number, string]>([
    ['mixed line ends', `${raw}a\nb\r\n`, 400, 'smtp.content_malformed'],
    ['a NUL', `${raw}\0\r\n`, 400, 'smtp.content_malformed'],
    ['a long line', `${raw}${'x'.repeat(999)}\r\n`, 400, 'smtp.line_too_long'],
    ['nobody to send it to', 'From: ada@example.org\r\n\r\n', 400, 'smtp.recipients_missing'],
    ['nobody who sends it', 'To: ada@example.org\r\n\r\n', 400, 'address.malformed'],
    ['too much', raw.padEnd(10_001, 'x\r\n'), 413, 'smtp.message_too_large'],
    ['far too much', raw.padEnd(100_000, 'x\r\n'), 413, 'api.body_too_large'],
  ])('%s is refused', async ([, body, status, code]) => {
    const api = await given()
    expect(await post(api, body, { type })).toMatchObject({ status, body: { code } })
    expect(api.accepted).toEqual([])
  })
})

describe('who may', () => {
  test.for([
    undefined,
    'Basic',
    'Basic !!!',
    `Basic ${Buffer.from('app:wrong').toString('base64')}`,
    'Bearer app',
    'Bearer app.wrong',
    'Digest app',
  ])('a request with %j is refused before its body is read', async (authorization) => {
    const { url, accepted } = await given()
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) }
    const reply = await fetch(`${url}/api/v1/messages`, { method: 'POST', headers, body: '{' })
    expect(reply.status).toBe(401)
    expect(reply.headers.get('www-authenticate')).toContain('Basic')
    expect(await reply.json()).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      code: 'api.unauthenticated',
    })
    expect(accepted).toEqual([])
  })

  test('a bearer token is user, dot, secret', async () => {
    const reply = await post(await given(), hello, {
      headers: { authorization: 'Bearer app.secret' },
    })
    expect(reply.status).toBe(202)
  })

  test('who fails too often waits a minute, also with the right secret', async () => {
    let now = new Date('2030-01-01T00:00:00Z')
    const api = await given({}, { clock: { now: () => now } })
    const wrong = { headers: { authorization: 'Bearer app.wrong' } }
    for (let tries = 0; tries < 20; tries += 1)
      expect((await post(api, hello, wrong)).status).toBe(401)
    const reply = await post(api, hello)
    expect(reply).toMatchObject({ status: 429, body: { code: 'api.rate_limited' } })
    expect(reply.headers.get('retry-after')).toBe('60')
    now = new Date('2030-01-01T00:01:00Z')
    expect((await post(api, hello)).status).toBe(202)
  })
})

test('an Idempotency-Key goes along with a digest of the request', async () => {
  const api = await given()
  const key = { headers: { 'idempotency-key': 'order-1' } }
  await post(api, hello, key)
  await post(api, hello, key)
  await post(api, { ...hello, text: 'other' }, key)
  const [first, second, third] = api.accepted
  expect(first?.idempotencyKey).toBe('order-1')
  expect(first?.requestDigest).toMatch(/^[0-9a-f]{64}$/)
  expect(second?.requestDigest).toBe(first?.requestDigest)
  expect(second?.content).toEqual(first?.content)
  expect(third?.requestDigest).not.toBe(first?.requestDigest)
  const bad = await post(api, hello, { headers: { 'idempotency-key': 'x'.repeat(256) } })
  expect(bad).toMatchObject({ status: 400, body: { code: 'idempotency.key_malformed' } })
})

test('what the hub says is the answer: with recipients and words for a fault of the request, without for ours', async () => {
  const errors = [
    new HubError('message.recipient_without_certificate', 'no certificate', {
      detail: { recipients: ['ben@example.net'] },
    }),
    new Error('password is hunter2'),
  ]
  const api = await given({ accept: () => Promise.reject(errors.shift() ?? new Error()) })
  expect(await post(api, hello)).toMatchObject({
    status: 422,
    body: {
      code: 'message.recipient_without_certificate',
      detail: 'no certificate',
      recipients: ['ben@example.net'],
    },
  })
  const { status, body } = await post(api, hello)
  expect({ status, body }).toEqual({
    status: 500,
    body: {
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'internal.unexpected',
    },
  })
})

test('a message can be asked for', async () => {
  const at = new Date('2030-01-01T00:00:00Z')
  const delivery = {
    position: 0,
    recipient: 'ben@example.net',
    copy: 0,
    strength: 'encrypted' as const,
    state: 'delivered' as const,
    attempts: 1,
    dueAt: at,
    status: '2.0.0',
    reply: '250 ok',
    finishedAt: at,
  }
  const api = await given({
    findMessage: (id, caller) =>
      Promise.resolve(
        id === 'm1' && caller.is === 'credential' && caller.credential === 'credential-app'
          ? {
              id,
              acceptedAt: at,
              via: 'api',
              envelopeFrom: 'ada@example.org',
              smtpUtf8: false,
              headerMessageId: null,
              client: { address: '127.0.0.1' },
              sizeBytes: 12,
              facts: {} as never,
              decision: {} as never,
              layers: [],
              contentErasedAt: null,
              deliveries: [delivery],
              events: [{ at, step: 'accepted', detail: {} }],
            }
          : undefined,
      ),
  })
  const get = (id: string) =>
    fetch(`${api.url}/api/v1/messages/${id}`, { headers: { authorization: basic } })
  const found = await get('m1')
  expect(found.status).toBe(200)
  expect(await found.json()).toMatchObject({
    id: 'm1',
    acceptedAt: '2030-01-01T00:00:00.000Z',
    deliveries: [{ recipient: 'ben@example.net', state: 'delivered', dueAt: null }],
    timeline: [{ step: 'accepted' }],
  })
  expect((await get('m2')).status).toBe(404)
  expect((await fetch(`${api.url}/api/v1/messages/m1`)).status).toBe(401)
})

describe('the hub itself', () => {
  test('is alive, and ready when its parts are', async () => {
    let database = true
    const { url } = await given({ readiness: () => Promise.resolve({ database }) })
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    database = false
    const reply = await fetch(`${url}/readyz`)
    expect([reply.status, await reply.json()]).toEqual([
      503,
      { status: 'not_ready', checks: { database: false } },
    ])
  })

  test('describes its API', async () => {
    const { url } = await given()
    const api = (await (await fetch(`${url}/api/openapi.json`)).json()) as Record<string, object>
    expect(api.openapi).toBe('3.1.0')
    expect(Object.keys(api.paths ?? {})).toEqual(
      expect.arrayContaining(['/api/v1/messages', '/api/v1/messages/{id}', '/healthz']),
    )
    expect(JSON.stringify(api)).toContain('"message/rfc822"')
  })

  test.for([
    '/',
    '/api/v1/nothing',
    '/%zz',
    `/${'x'.repeat(5000)}`,
    '/api/v1/messages/a/b',
    '/..%2f..%2fetc/passwd',
  ])('answers %.30j with a problem document', async (path) => {
    const { url } = await given()
    const reply = await fetch(`${url}${path}`)
    expect(reply.headers.get('content-type')).toContain('application/problem+json')
    expect([400, 404]).toContain(reply.status)
  })

  test.for(['text/plain', '', 'application/x-www-form-urlencoded'])(
    'refuses a body of type %j',
    async (type) => {
      expect(await post(await given(), 'x', { type })).toMatchObject({
        status: 415,
        body: { code: 'api.media_type_unsupported' },
      })
    },
  )

  test.for(['{', '[]', 'null', '{"__proto__":{"from":"x"}}', '"\ud800"', '1e999'])(
    'refuses the JSON %j',
    async (body) => {
      expect(await post(await given(), body)).toMatchObject({
        status: 400,
        body: { code: 'api.body_malformed' },
      })
    },
  )

  test('sends headers that leave a browser little to do', async () => {
    const { headers } = await fetch(`${(await given()).url}/healthz`)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('survives what is not HTTP', async () => {
    const { url } = await given()
    await new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
        socket.write('EHLO you\r\n\r\n\0\0'),
      )
      socket
        .on('error', () => undefined)
        .on('close', resolve)
        .resume()
    })
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})

describe('set-up', () => {
  const setup = {
    token: 'token',
    organization: 'Example & Söhne',
    domain: 'example.org',
    adminAddress: 'ada@example.org',
    adminPassword: 'a b c d',
  }
  test('a wrong link is refused', async () => {
    const api = await given()
    const reply = await post(api, { ...setup, token: 'guess' }, { path: '/api/v1/setup' })
    expect(reply).toMatchObject({ status: 403, body: { code: 'setup.link_invalid' } })
    expect(api.setups).toEqual([])
  })

  test('the right one sets the hub up', async () => {
    const api = await given()
    const reply = await post(api, setup, { path: '/api/v1/setup' })
    expect(reply).toMatchObject({ status: 200, body: { organization: 'Example & Söhne' } })
    expect(api.setups).toEqual([setup])
  })
})

test('whatever a client sends, the answer is 202 or a problem with a code, and never our fault', async () => {
  const api = await given()
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a@b.org', 'A <a@b.org>', 'x\r\ny: z', '=?'),
  )
  const json = fc
    .record(
      {
        from: text,
        to: fc.array(text, { maxLength: 3 }),
        cc: fc.array(text, { maxLength: 2 }),
        subject: text,
        text,
        html: text,
        headers: fc.dictionary(fc.oneof(text, fc.constant('X-A')), text, { maxKeys: 2 }),
        attachments: fc.array(
          fc.record({
            filename: text,
            contentType: fc.constantFrom('a/b', 'x'),
            content: fc.base64String(),
          }),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    )
    .map((body) => ({ type: 'application/json', body: JSON.stringify(body) }))
  const raw = fc
    .array(
      fc.oneof(
        text,
        fc.constantFrom('From: a@b.org\r\n', 'To: c@d.org\r\n', 'Bcc: ', '\r\n', '\n', '\r'),
      ),
      { maxLength: 8 },
    )
    .map((lines) => ({ type: 'message/rfc822', body: lines.join('') }))
  await fc.assert(
    fc.asyncProperty(fc.oneof(json, raw), async ({ type, body }) => {
      const reply = await post(api, body, { type })
      expect([202, 400, 413]).toContain(reply.status)
      if (reply.status !== 202) expect(reply.body.code).toMatch(/^[a-z]+\.[a-z_]+$/)
    }),
    { seed: 9457, numRuns: 300 },
  )
  for (const { content, recipients } of api.accepted) {
    checkContent(content)
    for (const recipient of recipients) expect(recipient).toMatch(/^[^\r\n]+@[^\r\n]+$/)
  }
})
