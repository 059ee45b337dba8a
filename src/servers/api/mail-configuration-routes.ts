/** Routes of the mail configuration. Every save is tested by a mail to whoever saved. */

import type { FieldIssue } from '../../base/field-issues.ts'
import {
  ClearMailConfigurationQuery,
  MailConfigurationView,
  type MailWarning,
  SaveMailConfiguration,
} from '../../contract/mail-configuration.ts'
import { PolicySaved } from '../../contract/policies.ts'
import type { MailConfiguration } from '../../delivery/configuration/mail-configuration.ts'
import type { Tester } from '../../delivery/configuration/mail-tests.ts'
import type { ApiHub } from './api-hub.ts'
import type { AccountCaller } from './caller.ts'
import { testView } from './mail-test-routes.ts'
import { policyRoutes, secretViews } from './policy-routes.ts'
import { type Route, route } from './route.ts'

const BASE = '/api/v1/mail-configuration'

export const showMailConfiguration = route({
  method: 'GET',
  path: BASE,
  summary: 'How the hub sends mail',
  permission: 'mail-configuration.read',
  replies: { 200: MailConfigurationView },
  async handle({ caller }, { mailConfiguration }) {
    return { status: 200, body: await view(mailConfiguration, caller) }
  },
})

export const saveMailConfiguration = route({
  method: 'PUT',
  path: BASE,
  summary: 'Save how the hub sends mail, and test it by a mail to the caller',
  permission: 'mail-configuration.change',
  body: SaveMailConfiguration,
  replies: { 200: PolicySaved },
  async handle({ body, caller }, hub) {
    const { mailConfiguration } = hub
    const { values, secrets, basedOn, comment } = body
    await refuseToMoveSecret(body, caller, hub)
    const change = { secrets, basedOn, comment, by: testerOf(caller) }
    const { version, testId } = await mailConfiguration.save(values, change)
    return { status: 200, body: { version, testId } }
  },
})

export const clearMailConfiguration = route({
  method: 'DELETE',
  path: BASE,
  summary: 'Take the mail configuration away: mail waits in the queue',
  permission: 'mail-configuration.change',
  query: ClearMailConfigurationQuery,
  replies: { 200: PolicySaved },
  async handle({ query, caller }, { mailConfiguration }) {
    const { version } = await mailConfiguration.clear({ ...query, by: testerOf(caller) })
    return { status: 200, body: { version, testId: null } }
  },
})

export const mailConfigurationHistory = policyRoutes({
  base: BASE,
  of: 'the mail configuration',
  read: 'mail-configuration.read',
  change: 'mail-configuration.change',
  kind: ({ mailConfiguration }) => mailConfiguration.kind,
  async rollBack({ mailConfiguration }, { by, ...order }) {
    const saved = await mailConfiguration.rollBack({ ...order, by: testerOf(by) })
    return { version: saved.version, testId: saved.testId }
  },
})

export const MAIL_CONFIGURATION_ROUTES: readonly Route[] = [
  showMailConfiguration,
  saveMailConfiguration,
  clearMailConfiguration,
  ...mailConfigurationHistory,
]

/**
 * A secret that is kept goes to no other server than it was entered for, unless by somebody who
 * signed in a moment ago: whoever finds an open browser does not get it.
 *
 * @throws HubError `session.not_recent`, `policy.version_not_found`
 */
export async function refuseToMoveSecret(
  { values, ...kept }: Pick<SaveMailConfiguration, 'values' | 'secrets' | 'basedOn'>,
  { sessionId }: AccountCaller,
  { mailConfiguration, accounts }: Pick<ApiHub, 'mailConfiguration' | 'accounts'>,
): Promise<void> {
  if (await mailConfiguration.movesSecret(values, kept)) {
    await accounts.sessions.requireRecent(sessionId)
  }
}

/** Whoever changes the configuration is who its test goes to. */
export function testerOf({ id, name, address, roles }: AccountCaller): Tester {
  return { id, name, address, roles }
}

async function view(
  configuration: MailConfiguration,
  { address }: AccountCaller,
): Promise<MailConfigurationView> {
  const current = await configuration.current()
  const last = await configuration.lastTest()
  const values = current?.document ?? null
  const version = current?.version
  return {
    values,
    effective: await configuration.effective(values),
    secrets: current === undefined ? {} : secretViews(current.secrets),
    warnings: values === null ? [] : (await configuration.warnings(values)).map(warningView),
    version: version?.number ?? 0,
    changedAt: version?.at.toISOString() ?? null,
    changedBy: version === undefined ? null : { id: version.by.id, name: version.by.name },
    lastTest: last === undefined ? null : testView(last),
    testRecipient: address,
    hostName: configuration.hostName,
  }
}

function warningView({ path, code, params = {} }: FieldIssue): MailWarning {
  return { path, code, params: { ...params } }
}
