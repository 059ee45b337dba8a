import { beginOpenIdSignIn, endOpenIdSignIn } from './openid-routes.ts'
import type { Route } from './route.ts'
import * as methods from './sign-in-method-routes.ts'
import * as settings from './sign-in-settings-routes.ts'

/** Ways to sign in beside the password, and their settings. */
export const SIGN_IN_ROUTES: readonly Route[] = [
  methods.giveTotp,
  methods.giveRecoveryCode,
  methods.askForPasskey,
  methods.givePasskey,
  beginOpenIdSignIn,
  endOpenIdSignIn,
  methods.showSignInMethods,
  methods.enrolTotp,
  methods.confirmTotp,
  methods.removeTotp,
  methods.beginPasskey,
  methods.addPasskey,
  methods.renamePasskey,
  methods.removePasskey,
  methods.renewRecoveryCodes,
  settings.showSignInSettings,
  settings.saveSignInSettings,
  ...settings.signInSettingsHistory,
]
