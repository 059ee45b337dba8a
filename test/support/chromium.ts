/** The Chromium of the machine, without a window. */

import { type Browser, chromium } from 'playwright-core'

/** Debian's; `scripts/install-peers.sh` installs it. */
const CHROMIUM = '/usr/bin/chromium'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
}
