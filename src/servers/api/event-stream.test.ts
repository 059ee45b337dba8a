import { once } from 'node:events'
import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startApi } from '../../../test/support/api-listener.ts'
import { encodeEvents, type ServerEvent } from './event-stream.ts'
import { route } from './route.ts'

const forever = () => new Promise<never>(() => undefined)

async function givenStream(events: (gone: AbortSignal) => AsyncIterable<ServerEvent>) {
  const stream = route({
    method: 'GET',
    path: '/api/v1/events',
    summary: 'Tells what happens',
    permission: 'messages.read',
    credentials: true,
    streams: true,
    replies: { 200: z.strictObject({ n: z.int() }) },
    handle: ({ gone }) => Promise.resolve({ status: 200, events: events(gone) }),
  })
  const api = await startApi({}, { routes: [stream] })
  const headers = { authorization: 'Bearer app.secret' }
  return {
    ...api,
    get: (init?: RequestInit) => fetch(`${api.url}/api/v1/events`, { headers, ...init }),
  }
}

test('events arrive as they happen, and the reply ends with them', async () => {
  const { get, server } = await givenStream(async function* () {
    yield { id: '1', event: 'stage', data: { n: 1 } }
    yield await Promise.resolve({ data: { n: 2, text: 'two\nlines' } })
  })
  onTestFinished(() => server.close())
  const reply = await get()
  expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(await reply.text()).toBe(
    ': open\n\nid: 1\nevent: stage\ndata: {"n":1}\n\ndata: {"n":2,"text":"two\\nlines"}\n\n',
  )
})

test('a source is told when its reader goes away, and when the server stops', async () => {
  const ended: string[] = []
  const { url, server } = await givenStream(async function* (gone) {
    yield { data: { n: 1 } }
    await once(gone, 'abort')
    ended.push('told')
  })
  const read = () =>
    new Promise<() => void>((resolve) => {
      const headers = { authorization: 'Bearer app.secret' }
      const client = request(`${url}/api/v1/events`, { headers }, (reply) => {
        reply.once('data', () => resolve(() => client.destroy()))
      })
      client.on('error', () => undefined).end()
    })
  const leave = await read()
  leave()
  await expect.poll(() => ended).toEqual(['told'])
  await read()
  await server.close()
  await expect.poll(() => ended).toEqual(['told', 'told'])
})

test('one caller has so many streams open, and no more', async () => {
  const { get, server } = await givenStream(async function* () {
    yield { data: { n: 1 } }
    await forever()
  })
  onTestFinished(() => server.close())
  const leaving = new AbortController()
  for (let count = 0; count < 20; count += 1) {
    expect((await get({ signal: leaving.signal })).status).toBe(200)
  }
  const reply = await get()
  expect([reply.status, await reply.json()]).toMatchObject([429, { code: 'api.streams_too_many' }])
  leaving.abort()
  await expect.poll(async () => (await get()).status).toBe(200)
})

test('silence is filled with comments, and after its time the stream ends', async () => {
  const silent: AsyncIterable<ServerEvent> = { [Symbol.asyncIterator]: () => ({ next: forever }) }
  const stop = new AbortController().signal
  const stream = encodeEvents(silent, { stop, heartbeatMs: 5, longestMs: 1_000 })
  const lines: string[] = []
  for await (const line of stream) lines.push(String(line))
  expect(lines[0]).toBe(': open\n\n')
  expect(lines.filter((line) => line === ': still here\n\n').length).toBeGreaterThan(2)
})
