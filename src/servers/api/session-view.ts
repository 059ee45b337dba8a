import type { FoundSession, OpenedSession } from '../../accounts/sessions/session.ts'
import { type Permission, permissionsOf } from '../../contract/permissions.ts'
import type { SessionView } from '../../contract/session.ts'
import type { ApiHub } from './api-hub.ts'
import type { CookieToSet } from './cookies.ts'
import { csrfTokenOf } from './csrf.ts'
import type { BodyReply } from './route.ts'

/** The answer that opens a session, or goes on with it: the cookie, and what the interface shows. */
export async function openedReply(opened: OpenedSession, hub: ApiHub): Promise<BodyReply> {
  const body = await sessionView({ token: opened.token, found: opened }, hub)
  return { status: 200, body, cookies: [sessionCookie(opened)] }
}

/** Takes the cookie away. */
export const NO_SESSION: CookieToSet = { name: 'session', value: '' }

function sessionCookie({ token, session }: OpenedSession): CookieToSet {
  const maxAgeSeconds = (session.endsAt.getTime() - session.authenticatedAt.getTime()) / 1000
  return { name: 'session', value: token, maxAgeSeconds }
}

/** What whoever has this session, or none, is shown. */
export async function sessionView(
  { token, found }: { token: string | undefined; found: FoundSession | undefined },
  hub: ApiHub,
): Promise<SessionView> {
  const { accounts } = hub
  const [isSetUp, organization, signInMethods] = await Promise.all([
    hub.isSetUp(),
    accounts.organizationName(),
    accounts.signInMethods(),
  ])
  const common = { isSetUp, signInMethods, ...(organization === undefined ? {} : { organization }) }
  if (found === undefined || token === undefined) {
    return { state: 'signed-out', signedIn: false, notices: [], ...common }
  }
  const { session, account } = found
  const { id, personId, address, name, language, roles } = account
  const csrfToken = csrfTokenOf(token)
  if (session.state === 'needs-second-factor') {
    const secondFactors = [...(await accounts.secondFactors.methodsOf(id))]
    const { state } = session
    return { state, signedIn: false, notices: [], csrfToken, secondFactors, language, ...common }
  }
  const mustEnrol = await accounts.mustEnrol(found)
  const permissions = mustEnrol ? new Set<Permission>() : permissionsOf(roles)
  return {
    state: mustEnrol ? 'needs-enrolment' : 'signed-in',
    signedIn: true,
    account: { id, personId, address, name, language },
    sessionId: session.id,
    roles: ['person', ...roles],
    permissions: [...permissions],
    language,
    csrfToken,
    recentUntil: accounts.sessions.recentUntil(session).toISOString(),
    notices: await accounts.notices(permissions),
    ...common,
  }
}
