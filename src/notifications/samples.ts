/** Values for looking at a notification. Its links name a host that never exists (RFC 2606). */

import type { NotificationName } from '../contract/notifications.ts'
import type { NotificationValues } from './values.ts'

const LINK = 'https://sample.invalid/this-link-leads-nowhere'
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Values as they could be at a moment. */
export function sampleValues(now: Date): {
  [Name in NotificationName]: NotificationValues<Name>
} {
  const after = (ms: number) => new Date(now.getTime() + ms).toISOString()
  const at = now.toISOString()
  // An address for documentation (RFC 5737).
  const origin = { at, clientAddress: '192.0.2.10', agent: 'Firefox, Windows' }
  const request = {
    ...{ at, action: 'deploy' as const, kind: 'mail', name: '', requester: 'Ben Franklin' },
    ...{ comment: 'The new mail server', changes: ['[#] port: 25 → 587'], more: 0, page: LINK },
  }
  return {
    'policy-request': request,
    'policy-decision': {
      ...{ ...request, verdict: 'approved' as const },
      ...{ decidedBy: 'Ada Lovelace', answer: 'Checked' },
    },
    'policy-failure': { ...request, failure: 'policy.refused' },
    'break-glass': { ...request, reason: 'No mail leaves' },
    'password-reset': { link: LINK, validUntil: after(30 * MINUTE_MS) },
    invitation: { link: LINK, validUntil: after(7 * DAY_MS), invitedBy: 'Ada Lovelace' },
    'new-sign-in': origin,
    'lock-out': { ...origin, until: after(15 * MINUTE_MS) },
    'password-changed': { ...origin, by: 'self' },
    'account-changed': { ...origin, change: 'second-factor-added' },
    'test-mail': {
      at,
      requestedBy: 'Ada Lovelace',
      tested: { values: 'saved', version: 3 },
      protection: 'signed',
    },
    'certificate-expiring': {
      at,
      certificates: [
        {
          address: 'ben@sample.invalid',
          uses: ['signing'],
          notAfter: after(7 * DAY_MS),
          fingerprint: '4f2a91c07be3d815',
        },
        {
          address: 'cleo@sample.invalid',
          uses: ['signing', 'encryption'],
          notAfter: after(30 * DAY_MS),
          fingerprint: '0c66d2f18a497e35',
        },
      ],
      more: 0,
      page: LINK,
    },
  }
}
