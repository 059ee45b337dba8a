import type { FoundToken } from '../accounts/api-tokens/api-tokens.ts'
import { NeededFactor } from '../accounts/factors/needed-factor.ts'
import type { FoundSession } from '../accounts/sessions/session.ts'
import { buildSignInMethods } from '../accounts/sign-in-methods.ts'
import { noticesFor } from '../delivery/configuration/mail-notices.ts'
import type { MailSide } from '../messages/mail-side.ts'
import { MessageDetails } from '../messages/record/detail.ts'
import { HubWatch } from '../messages/hub-state/hub-state.ts'
import type { Notifications } from '../notifications/notifications.ts'
import { parseRelayUrl } from '../policies/relay-url.ts'
import type { Requests } from '../policies/requests/requests.ts'
import { SIGN_IN_POLICY, secondFactorRule, signInSettings } from '../policies/sign-in-policy.ts'
import { callerOfSession, callerOfToken } from '../servers/api/account-api.ts'
import type { ApiHub } from '../servers/api/api-hub.ts'
import { enqueueAccountJob, type Foundation } from './foundation.ts'
import { setUp } from './set-up.ts'

/** `/readyz` has to answer within a second; a database that takes longer is not ready. */
const READY_WITHIN_MS = 800

/** What the listeners ask of the hub. */
export function apiHub(
  foundation: Foundation,
  { messages, nodeId }: MailSide,
  { notifications, requests }: { notifications: Notifications; requests: Requests },
): ApiHub {
  const { accounts, organization, audit, accountSide, factors, signals } = foundation
  const { policies, mailConfiguration, mailTests, changeControl } = foundation
  const signInMethods = buildSignInMethods({
    ...{ ...foundation, ...accountSide },
    site: foundation.publicAddress,
    enqueue: enqueueAccountJob,
    settings: () => signInSettings(policies),
  })
  const neededFactor = new NeededFactor({ factors, needs: () => secondFactorRule(policies) })
  const mustEnrol = (found: FoundSession) => neededFactor.isMissing(found)
  const bySession = async (found: FoundSession | undefined) =>
    found && callerOfSession(found, { mustEnrol: await mustEnrol(found) })
  const byToken = (found: FoundToken | undefined) => found && callerOfToken(found)
  const { sessions, apiTokens } = accountSide
  return {
    ...{ policies, mailConfiguration, mailTests, changeControl, requests },
    audit,
    signInMethods,
    system: new HubWatch({ ...foundation, nodeId }),
    accounts: {
      ...accountSide,
      secondFactors: factors,
      mustEnrol,
      organizationName: async () => (await organization.find())?.name,
      isSetupLinkValid: (token) => organization.isSetupLinkValid(token),
      notices: (permissions) => noticesFor(permissions, () => mailConfiguration.notices()),
      async signInMethods() {
        const name = await signInMethods.openid.name()
        return {
          password: true,
          passkey: true,
          ...(name === undefined ? {} : { openid: { name } }),
        }
      },
    },
    sessions: { find: async (token) => bySession(await sessions.find(token)) },
    tokens: { find: async (id, secret) => byToken(await apiTokens.find(id, secret)) },
    callers: {
      async again({ sessionId, tokenId }) {
        if (sessionId !== undefined) return bySession(await sessions.findById(sessionId))
        return tokenId === undefined ? undefined : byToken(await apiTokens.findById(tokenId))
      },
      onChange(hear) {
        const stops = [
          signals.on('account', hear),
          // The sign-in settings may ask more of anybody.
          signals.on('policy', (kind) => kind !== SIGN_IN_POLICY.kind || hear(undefined)),
        ]
        return () => stops.forEach((stop) => stop())
      },
    },
    async authenticate(user, secret) {
      const credential = await accounts.checkCredential(user, secret)
      return credential && { credential: credential.name }
    },
    messages,
    messageDetails: new MessageDetails(foundation),
    accept: (submission) => messages.accept(submission),
    async findMessage(id, caller) {
      const message = await messages.find(id)
      if (caller.is === 'account') return message
      return message?.client.credential === caller.credential ? message : undefined
    },
    notifications: {
      list: (language) => notifications.list(language),
      preview: (name, language) => notifications.preview(name, language),
      async sendSample(name, { id, address, name: called }, language) {
        const own = (await accounts.findAccount(id))?.language ?? 'en'
        const reader = { address, name: called, language: language ?? own }
        return notifications.sendSample(name, reader)
      },
    },
    async readiness(): Promise<Record<string, boolean>> {
      const found = await within(READY_WITHIN_MS, organization.find())
      // Of a database that does not answer nobody knows what is in it.
      if (found === 'too late') return { database: false }
      return { database: true, set_up: found !== undefined }
    },
    isSetUp: async () => (await organization.find()) !== undefined,
    async completeSetup({ token, organization: name, domain, relay, ...admin }) {
      await setUp(foundation, {
        settings: {
          name,
          domains: [domain],
          ...(relay === undefined ? {} : { relay: parseRelayUrl(relay) }),
        },
        admin: {
          address: admin.adminAddress,
          password: admin.adminPassword,
          name: admin.adminName,
          language: admin.language,
        },
        token,
      })
    },
  }
}

/** What a promise gives, or `too late` when it takes longer or fails. */
async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value | 'too late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'too late'>((resolve) => {
    timer = setTimeout(() => resolve('too late'), ms)
  })
  try {
    return await Promise.race([promise.catch(() => 'too late' as const), late])
  } finally {
    clearTimeout(timer)
  }
}
