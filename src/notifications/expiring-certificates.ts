/**
 * Tells administrators and certificate officers of certificates that end: those of our people, of the
 * hub and of its authority that are in use, which means that nothing newer took their place.
 *
 * Each is told of 30, 14, 7 days and 1 day before, once; what came to a threshold since the last look
 * is in one mail. That it was told, and the jobs that send the mail, share a transaction.
 */

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { KnownCertificate } from '../certificates/certificate-cache.ts'
import type { Certificates } from '../certificates/certificates.ts'
import type { Database } from '../db/connection.ts'
import type { Notifications } from './notifications.ts'
import * as store from './store.ts'
import type { NotificationValues, Reader } from './values.ts'

export interface ExpiringCertificatesParts {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  readonly certificates: Pick<Certificates, 'findEnding' | 'forSigning' | 'forEncryption'>
  readonly notifications: Pick<Notifications, 'enqueue'>
  /** Whoever is to know. */
  readonly officers: () => Promise<readonly Reader[]>
  /** Fingerprints of the authorities that issue now. */
  readonly authorities: () => Promise<readonly string[]>
  /** The page that lists certificates. */
  readonly page: () => string
}

/** Days before the end, soonest first. */
const THRESHOLDS = [1, 7, 14, 30] as const

const DAY_MS = 86_400_000

/** Looked at in one go; beyond it the rest is found the next day. */
const MAX_ENDING = 10_000

/** Listed in one mail; the others are counted. */
const MAX_LISTED = 50

/** Enough of a fingerprint to find it by. */
const FINGERPRINT_DIGITS = 16

type Use = NotificationValues<'certificate-expiring'>['certificates'][number]['uses'][number]

interface Ending {
  readonly known: KnownCertificate
  /** Or, of an authority, its name. */
  readonly address: string
  readonly uses: readonly Use[]
  /** The threshold that it has come to. */
  readonly days: number
}

export class ExpiringCertificates {
  readonly #parts: ExpiringCertificatesParts

  constructor(parts: ExpiringCertificatesParts) {
    this.#parts = parts
  }

  /** Says how many certificates were told of. While there is nobody to tell, nothing counts as told. */
  async tell(): Promise<number> {
    const { db, clock, log, notifications, officers, page } = this.#parts
    const now = clock.now()
    const readers = await officers()
    const ending = readers.length === 0 ? [] : await this.#findEnding(now)
    if (ending.length === 0) return 0
    const told = await db.transaction().execute(async (tx) => {
      const notices = ending.map(({ known, days }) => ({ fingerprint: known.fingerprint, days }))
      const fresh = new Set(await store.insertCertificateNotices(tx, notices, now))
      const toTell = ending.filter(({ known }) => fresh.has(known.fingerprint))
      if (toTell.length === 0) return 0
      const values = {
        at: now.toISOString(),
        certificates: toTell.slice(0, MAX_LISTED).map(listed),
        more: Math.max(0, toTell.length - MAX_LISTED),
        page: page(),
      }
      for (const { address, name, language } of readers) {
        const reader = { address, name, language }
        await notifications.enqueue(tx, 'certificate-expiring', reader, values)
      }
      return toTell.length
    })
    if (told > 0) log.info('certificates.expiring_told', { told, readers: readers.length })
    return told
  }

  /** Soonest first. */
  async #findEnding(now: Date): Promise<Ending[]> {
    const { certificates, authorities } = this.#parts
    const [longest] = THRESHOLDS.toReversed()
    const before = new Date(now.getTime() + (longest ?? 0) * DAY_MS)
    const current = new Set(await authorities())
    const found: Ending[] = []
    for (const known of await certificates.findEnding({ after: now, before, limit: MAX_ENDING })) {
      const leftMs = known.certificate.notAfter.getTime() - now.getTime()
      const days = THRESHOLDS.find((each) => leftMs <= each * DAY_MS)
      if (days === undefined) continue
      const { fingerprint, certificate } = known
      if (known.owner === 'authority') {
        if (!current.has(fingerprint)) continue
        found.push({ known, address: certificate.subject.text, uses: ['authority'], days })
        continue
      }
      for (const address of known.addresses) {
        const uses = await this.#usesOf(fingerprint, address, now)
        if (uses.length === 0) continue
        found.push({ known, address, uses, days })
        break
      }
    }
    return found
  }

  /** What this very certificate is used for: nothing, when another took its place. */
  async #usesOf(fingerprint: string, address: string, at: Date): Promise<Use[]> {
    const { certificates } = this.#parts
    const encryption = (await certificates.forEncryption([address], at)).get(address) ?? []
    const signing = await certificates.forSigning(address, at)
    const isTaken = (reports: typeof signing) =>
      reports.some(({ certificate, taken }) => taken && certificate === fingerprint)
    return [
      ...(isTaken(signing) ? ['signing' as const] : []),
      ...(isTaken(encryption) ? ['encryption' as const] : []),
    ]
  }
}

function listed({ known, address, uses }: Ending) {
  return {
    address,
    uses: [...uses],
    notAfter: known.certificate.notAfter.toISOString(),
    fingerprint: known.fingerprint.slice(0, FINGERPRINT_DIGITS),
  }
}
