/** Every route of sign-in, profile and people, in the order in which they are listed. */

import * as people from './people-routes.ts'
import * as profile from './profile-routes.ts'
import type { Route } from './route.ts'
import * as session from './session-routes.ts'
import { showSetup } from './setup-routes.ts'

export const ACCOUNT_ROUTES: readonly Route[] = [
  showSetup,
  session.showSession,
  session.signIn,
  session.signOut,
  session.confirmSession,
  session.listSessions,
  session.endSession,
  session.endOtherSessions,
  session.requestPasswordReset,
  session.checkPasswordReset,
  session.completePasswordReset,
  session.checkInvitation,
  session.acceptInvitation,
  profile.showProfile,
  profile.changeProfile,
  profile.changePassword,
  profile.listOwnTokens,
  profile.makeOwnToken,
  profile.revokeOwnToken,
  people.listPeople,
  people.addPerson,
  people.showPerson,
  people.changePerson,
  people.setRoles,
  people.invitePerson,
  people.cancelInvitation,
  people.disableAccount,
  people.enableAccount,
  people.unlockAccount,
  people.endSessionsOf,
  people.listTokensOf,
  people.revokeTokenOf,
]
