/** Which recipients share one message. */

import type { Copy, PlannedRecipient, UnplacedRecipient } from './decision.ts'

/**
 * Puts recipients into copies: those named in the header share one copy of each strength, and each
 * blind recipient has a copy and an envelope of its own. Shared, the recipient infos of an
 * encrypted message would tell every reader who else got it (RFC 8551 section 3.3 names the leak
 * for Bcc), and so may the trace fields that a server adds from the envelope.
 */
export function copiesFor(
  unplaced: readonly UnplacedRecipient[],
  isBlind: (address: string) => boolean,
): { recipients: PlannedRecipient[]; copies: Copy[] } {
  const copies: { strength: Copy['strength']; recipients: string[]; certificates: string[] }[] = []
  const shared = new Map<Copy['strength'], number>()

  const recipients = unplaced.map((recipient): PlannedRecipient => {
    if (recipient.gets === 'bounce') return recipient
    const blind = isBlind(recipient.address)
    let index = blind ? undefined : shared.get(recipient.gets)
    if (index === undefined) {
      index = copies.push({ strength: recipient.gets, recipients: [], certificates: [] }) - 1
      if (!blind) shared.set(recipient.gets, index)
    }
    const copy = copies[index]
    copy?.recipients.push(recipient.address)
    if (recipient.gets === 'encrypted') copy?.certificates.push(recipient.certificate)
    return { ...recipient, copy: index }
  })
  return { recipients, copies }
}
