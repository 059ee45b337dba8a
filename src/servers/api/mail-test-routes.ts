/** Routes of the tests of the mail configuration: start one, watch it. */

import { StartMailTest } from '../../contract/mail-configuration.ts'
import type { MailStage } from '../../contract/mail-stages.ts'
import {
  MAIL_TEST_EVENT,
  type MailTestResult,
  MailTestStarted,
  MailTestView,
} from '../../contract/mail-tests.ts'
import type { MailTest } from '../../delivery/configuration/mail-tests.ts'
import { refuseToMoveSecret } from './mail-configuration-routes.ts'
import type { ServerEvent } from './event-stream.ts'
import { type Route, route } from './route.ts'

export const startMailTest = route({
  method: 'POST',
  path: '/api/v1/mail-tests',
  summary: 'Test the mail configuration, saved or as shown, by a mail to the caller',
  permission: 'mail-configuration.change',
  body: StartMailTest,
  replies: { 202: MailTestStarted },
  async handle({ body, caller }, hub) {
    const { mailConfiguration } = hub
    const { id: account, name, address } = caller
    const by = { id: account, name, address }
    if (!('saved' in body)) await refuseToMoveSecret(body, caller, hub)
    const id =
      'saved' in body
        ? await mailConfiguration.testSaved(by)
        : await mailConfiguration.testShown(body.values, { ...body, by })
    return { status: 202, body: { id }, headers: { location: `/api/v1/mail-tests/${id}` } }
  },
})

export const showMailTest = route({
  method: 'GET',
  path: '/api/v1/mail-tests/:id',
  summary: 'What a test of the mail configuration came to so far',
  permission: 'mail-configuration.read',
  replies: { 200: MailTestView },
  async handle({ params }, { mailTests }) {
    return { status: 200, body: testView(await mailTests.get(params.id ?? '')) }
  },
})

export const watchMailTest = route({
  method: 'GET',
  path: '/api/v1/mail-tests/:id/events',
  summary: 'The test as it is, and again with every change, until it is over',
  permission: 'mail-configuration.read',
  streams: true,
  replies: { 200: MailTestView },
  async handle({ params, gone }, { mailTests }) {
    const { id } = await mailTests.get(params.id ?? '')
    return { status: 200, events: eventsOf(mailTests.watch(id, gone)) }
  },
})

export const MAIL_TEST_ROUTES: readonly Route[] = [startMailTest, showMailTest, watchMailTest]

async function* eventsOf(tests: AsyncIterable<MailTest>): AsyncGenerator<ServerEvent> {
  for await (const test of tests) yield { event: MAIL_TEST_EVENT, data: testView(test) }
}

/** Names every field: the sealed secrets are not among them. */
export function testView(test: MailTest): MailTestView {
  const { id, state, startedAt, finishedAt, by, byName, recipient } = test
  return {
    ...{ id, state, recipient },
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    by: { id: by, name: byName },
    tested: { values: test.tested, version: test.version },
    // What the hub wrote into its own rows.
    values: test.document as MailTestView['values'],
    stages: test.stages as MailStage[],
    outcome: test.outcome as MailTestResult | null,
  }
}
