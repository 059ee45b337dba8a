/** What people hold in their hands: an application for one-time codes, and a passkey. */

import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'

/** The codes that an authenticator application shows for a secret, one for each half minute. */
export function authenticatorApp(secret: string): { code(at?: Date): string } {
  const totp = new TOTP({ secret: secret.replaceAll(/\s/g, '') })
  return { code: (at = new Date()) => totp.generate({ timestamp: at.getTime() }) }
}

/** A device with a fingerprint that is always the right one; it belongs to the page's browser. */
export async function plugInAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}
