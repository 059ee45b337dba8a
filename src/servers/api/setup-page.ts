/**
 * The page behind the one-time link of a hub that is not set up yet: one form, no scripts. The whole
 * web interface comes later; this has to work in any browser, by keyboard and read aloud.
 */

import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { SetupRequest } from '../../contract/setup.ts'
import type { ApiHub } from './api-hub.ts'
import { parseRequest, problemFor } from './problem-document.ts'

const STYLE = `
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif }
body { margin: 0; padding: 2rem 1rem }
main { max-width: 34rem; margin: 0 auto }
h1 { font-size: 1.6rem; margin: 0 0 .5rem }
label { display: block; font-weight: 600; margin-top: 1.25rem }
small { display: block; font-weight: 400; opacity: .8 }
input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem .6rem; margin-top: .3rem;
  border: 1px solid #767676; border-radius: .4rem }
button { font: inherit; font-weight: 600; margin-top: 1.75rem; padding: .6rem 1.4rem; border: 0;
  border-radius: .4rem; background: #14532d; color: #fff; cursor: pointer }
:focus-visible { outline: 3px solid #2563eb; outline-offset: 2px }
.problem { border-left: .3rem solid #b91c1c; padding: .4rem .8rem; margin: 1rem 0 0 }
`

/** Nothing but this page's own style and form. */
const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

interface Field {
  readonly name: Exclude<keyof SetupRequest, 'token' | 'adminName' | 'language'>
  readonly label: string
  readonly hint: string
  readonly type: 'text' | 'email' | 'password'
  readonly autocomplete: string
  readonly required: boolean
}

const FIELDS: readonly Field[] = [
  {
    name: 'organization',
    label: 'Organisation',
    hint: 'Its name, as it will stand in certificates.',
    type: 'text',
    autocomplete: 'organization',
    required: true,
  },
  {
    name: 'domain',
    label: 'Mail domain',
    hint: 'What follows the @ in your addresses, such as example.org.',
    type: 'text',
    autocomplete: 'off',
    required: true,
  },
  {
    name: 'adminAddress',
    label: "Administrator's mail address",
    hint: 'Where the hub turns to when someone must act.',
    type: 'email',
    autocomplete: 'email',
    required: true,
  },
  {
    name: 'adminPassword',
    label: "Administrator's password",
    hint: 'Long is better than complicated: a few words will do.',
    type: 'password',
    autocomplete: 'new-password',
    required: true,
  },
  {
    name: 'relay',
    label: 'Outgoing mail server (may wait)',
    hint: 'Where mail leaves through, such as smtp://mail.example.org:587?tls=required',
    type: 'text',
    autocomplete: 'off',
    required: false,
  },
]

/** `GET /setup?token=…` shows the form, `POST /setup` takes it. */
export function serveSetupPage(
  app: FastifyInstance,
  { hub, log }: { hub: ApiHub; log: Log },
): void {
  app.get('/setup', async (request, reply) => {
    if (await hub.isSetUp()) return sendPage(reply, 410, DONE_BEFORE)
    const { token } = request.query as Record<string, unknown>
    return sendPage(reply, 200, form({ values: { token: typeof token === 'string' ? token : '' } }))
  })
  app.post('/setup', async (request, reply) => {
    const values = formValues(request.body)
    try {
      const { relay, ...rest } = values
      const entered = relay === undefined || relay === '' ? rest : { ...rest, relay }
      const setup = parseRequest(SetupRequest, entered, 'form')
      await hub.completeSetup(setup)
      return await sendPage(reply, 200, done(setup))
    } catch (error) {
      if (!(error instanceof HubError)) throw error
      log.info('setup.refused', { code: error.code })
      const problem = problemFor(error, { tells: 'reasons' })
      const fields = (problem.issues ?? []).map(({ path }) => labelOf(path))
      const detail = fields.length === 0 ? problem.detail : `please look at: ${fields.join(', ')}`
      return sendPage(reply, problem.status, form({ values, problem: detail ?? problem.title }))
    }
  })
}

function formValues(body: unknown): Record<string, string> {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : ''
  return Object.fromEntries(new URLSearchParams(text))
}

function labelOf(name: string): string {
  return FIELDS.find((field) => field.name === name)?.label ?? name
}

function form({ values, problem }: { values: Record<string, string>; problem?: string }): string {
  const inputs = FIELDS.map(({ name, label, hint, type, autocomplete, required }) => {
    const value = type === 'password' ? '' : (values[name] ?? '')
    return `<label for="${name}">${label}<small id="${name}-hint">${hint}</small></label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" aria-describedby="${name}-hint" value="${escape(value)}"${required ? ' required' : ''}>`
  })
  return `<h1>Set up Sealpost</h1>
<p>This hub is new. Tell it whom it works for; everything can be changed later.</p>
${problem === undefined ? '' : `<p class="problem" role="alert">That did not work: ${escape(problem)}.</p>`}
<form method="post" action="/setup">
<input type="hidden" name="token" value="${escape(values.token ?? '')}">
${inputs.join('\n')}
<button type="submit">Set up</button>
</form>`
}

const DONE_BEFORE = `<h1>Sealpost is set up</h1>
<p>This link has done its work: the hub was set up before.</p>`

function done({ organization }: SetupRequest): string {
  return `<h1>Done</h1>
<p>Sealpost now works for ${escape(organization)}. Next, on the hub's machine:</p>
<ul>
<li><code>sealpost user add ADDRESS</code> gives someone certificates</li>
<li><code>sealpost credential add NAME</code> lets an application send</li>
</ul>`
}

function sendPage(reply: FastifyReply, status: number, content: string): FastifyReply {
  reply.header('content-security-policy', PAGE_POLICY)
  return reply.code(status).type('text/html; charset=utf-8').send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Set up Sealpost</title>
<style>${STYLE}</style>
</head>
<body><main>
${content}
</main></body>
</html>
`)
}

function escape(text: string): string {
  const names: Record<string, string> = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
    "'": '#39',
  }
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`)
}
