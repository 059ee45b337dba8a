/** Tests of what a request proposes, before it counts. */

import { HubError } from '../../../base/errors.ts'
import { MailTestStarted, MailTestView } from '../../../contract/mail-tests.ts'
import { testView } from '../mail-test-routes.ts'
import { type Route, route } from '../route.ts'
import { actorOf, requestIdOf } from './who-and-which.ts'

const PATH = '/api/v1/policy-requests/:id/test'

export const startRequestTest = route({
  method: 'POST',
  path: PATH,
  summary: 'Test what a request proposes, by a mail to the caller',
  permission: 'policies.change',
  replies: { 202: MailTestStarted },
  async handle({ params, caller }, { requests, accounts }) {
    const requestId = requestIdOf(params.id)
    // Secrets go to the servers that are proposed: not from a browser that somebody left open.
    await accounts.sessions.requireRecent(caller.sessionId)
    const by = { ...actorOf(caller), address: caller.address }
    const id = await requests.testProposed({ requestId, by })
    if (id === undefined) throw new HubError('mail_test.not_found', 'there is nothing to test')
    return { status: 202, body: { id } }
  },
})

export const showRequestTest = route({
  method: 'GET',
  path: PATH,
  summary: 'What the last test of a request came to so far',
  permission: 'policies.read',
  replies: { 200: MailTestView },
  async handle({ params, caller }, { requests, mailTests }) {
    const order = { requestId: requestIdOf(params.id), by: actorOf(caller) }
    const id = await requests.testOf(order)
    if (id === undefined) throw new HubError('mail_test.not_found', 'there was no test')
    return { status: 200, body: testView(await mailTests.get(id)) }
  },
})

export const REQUEST_TEST_ROUTES: readonly Route[] = [startRequestTest, showRequestTest]
