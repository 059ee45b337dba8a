/**
 * What the hub knows of certificates, kept in memory for the hot path and dropped when it changes.
 *
 * Several processes may share a database. Every change counts up a number there; it is looked at
 * once a second at the most, so another process's change is seen within a second, and our own at
 * once. Certificates themselves never change: they are parsed once and kept.
 */

import type { Clock } from '../base/clock.ts'
import type { Database } from '../db/connection.ts'
import { type Certificate, parseCertificate } from '../formats/x509/certificate.ts'
import type { Fingerprint } from '../formats/x509/fingerprint.ts'
import {
  type CandidateReport,
  type ChoicePurpose,
  type Considered,
  type TrustBase,
  chooseCertificate,
} from './choice.ts'
import * as store from './store.ts'

/** How long a change of another process may go unnoticed. */
const RECHECK_MS = 1_000

/** About 10 KB each with its KeyObject and what is prebuilt for it. */
const MAX_PARSED = 20_000

/** Correspondents of a large organisation; strangers' addresses are asked for too. */
const MAX_ADDRESSES = 100_000

/** More authorities than any trust store has. */
const MAX_AUTHORITIES = 10_000

/** A certificate with what is stored beside it. */
export interface KnownCertificate extends store.StoredCertificate {
  readonly certificate: Certificate
}

/** Reports that were made, and hold from one moment to another (exclusive), in milliseconds. */
interface TimedReports {
  readonly reports: readonly CandidateReport[]
  readonly fromMs: number
  readonly untilMs: number
}

/** All that is dropped together. */
interface Knowledge {
  readonly byAddress: Map<string, readonly KnownCertificate[]>
  readonly byFingerprint: Map<string, KnownCertificate>
  readonly reports: Map<string, TimedReports>
  trust: Promise<TrustBase> | undefined
  version: number | undefined
  checkedAtMs: number
}

export class CertificateCache {
  readonly #db: Database
  readonly #clock: Clock
  readonly #parsed = new Map<Fingerprint, Certificate>()
  #knowledge = nothingKnown()
  #checking: Promise<void> | undefined

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db
    this.#clock = clock
  }

  /** Forgets what may have changed: after a change of our own is committed. */
  drop(): void {
    this.#knowledge = nothingKnown()
  }

  /** Certificates that name these addresses (as address keys); none is an empty list. */
  async byAddresses(
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, readonly KnownCertificate[]>> {
    return this.#byAddresses(await this.#current(), keys)
  }

  /** The certificate of this fingerprint. */
  async find(fingerprint: string): Promise<KnownCertificate | undefined> {
    const { byFingerprint } = await this.#current()
    const kept = byFingerprint.get(fingerprint)
    if (kept !== undefined) return kept
    const row = await store.findByFingerprint(this.#db, fingerprint)
    if (row === undefined) return undefined
    const known = this.known(row)
    keep(byFingerprint, fingerprint, known, MAX_PARSED)
    return known
  }

  /** The authorities: those that are trusted, and those that only help to find a path. */
  async trust(): Promise<TrustBase> {
    return this.#trust(await this.#current())
  }

  /** For each address what became of its certificates, best first. */
  async reports(
    keys: readonly string[],
    { purpose, at }: { purpose: ChoicePurpose; at: Date },
  ): Promise<ReadonlyMap<string, readonly CandidateReport[]>> {
    const knowledge = await this.#current()
    const result = new Map<string, readonly CandidateReport[]>()
    const atMs = at.getTime()
    for (const key of keys) {
      const kept = knowledge.reports.get(`${purpose} ${key}`)
      const holds = kept !== undefined && atMs >= kept.fromMs && atMs < kept.untilMs
      if (holds) result.set(key, kept.reports)
    }
    const missing = keys.filter((key) => !result.has(key))
    if (missing.length === 0) return result
    const trust = await this.#trust(knowledge)
    for (const [key, known] of await this.#byAddresses(knowledge, missing)) {
      const considered = known.map(asConsidered)
      const reports = chooseCertificate(considered, { purpose, at, trust })
      const span = steadySpan(
        [...known.map((each) => each.certificate), ...trust.anchors, ...trust.others],
        atMs,
      )
      keep(knowledge.reports, `${purpose} ${key}`, { reports, ...span }, MAX_ADDRESSES)
      result.set(key, reports)
    }
    return result
  }

  /** A row with its certificate, parsed once. */
  known(row: store.StoredCertificate): KnownCertificate {
    let certificate = this.#parsed.get(row.fingerprint)
    if (certificate === undefined) {
      certificate = parseCertificate(row.der)
      keep(this.#parsed, row.fingerprint, certificate, MAX_PARSED)
    }
    return { ...row, certificate }
  }

  async #byAddresses(
    { byAddress }: Knowledge,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, readonly KnownCertificate[]>> {
    const result = new Map<string, readonly KnownCertificate[]>()
    for (const key of keys) {
      const kept = byAddress.get(key)
      if (kept !== undefined) result.set(key, kept)
    }
    const missing = [...new Set(keys)].filter((key) => !result.has(key))
    if (missing.length === 0) return result
    const found = await store.findByAddresses(this.#db, missing)
    for (const key of missing) {
      const known = (found.get(key) ?? []).map((row) => this.known(row))
      keep(byAddress, key, known, MAX_ADDRESSES)
      result.set(key, known)
    }
    return result
  }

  #trust(knowledge: Knowledge): Promise<TrustBase> {
    knowledge.trust ??= this.#loadTrust().catch((error: unknown) => {
      knowledge.trust = undefined
      throw error
    })
    return knowledge.trust
  }

  async #loadTrust(): Promise<TrustBase> {
    const rows = await store.findAuthorities(this.#db, MAX_AUTHORITIES)
    const known = rows.map((row) => this.known(row))
    const where = (isAnchor: boolean) =>
      known.filter(({ trust }) => (trust === 'anchor') === isAnchor).map((each) => each.certificate)
    return { anchors: where(true), others: where(false) }
  }

  async #current(): Promise<Knowledge> {
    const sinceMs = this.#clock.now().getTime() - this.#knowledge.checkedAtMs
    if (sinceMs >= RECHECK_MS || sinceMs < 0) {
      this.#checking ??= this.#check().finally(() => (this.#checking = undefined))
      await this.#checking
    }
    return this.#knowledge
  }

  async #check(): Promise<void> {
    const checkedAtMs = this.#clock.now().getTime()
    const version = await store.findChangeVersion(this.#db)
    if (version !== this.#knowledge.version) this.#knowledge = nothingKnown()
    this.#knowledge.version = version
    this.#knowledge.checkedAtMs = checkedAtMs
  }
}

export function asConsidered({ certificate, trust, keyId }: KnownCertificate): Considered {
  return { certificate, trust, hasKey: keyId !== null }
}

/** Verdicts change only when one of the certificates begins or ends: the span without that. */
function steadySpan(
  certificates: readonly Certificate[],
  atMs: number,
): { fromMs: number; untilMs: number } {
  let fromMs = -Infinity
  let untilMs = Infinity
  for (const { notBefore, notAfter } of certificates) {
    for (const change of [notBefore.getTime(), notAfter.getTime() + 1]) {
      if (change <= atMs) fromMs = Math.max(fromMs, change)
      else untilMs = Math.min(untilMs, change)
    }
  }
  return { fromMs, untilMs }
}

function nothingKnown(): Knowledge {
  return {
    byAddress: new Map(),
    byFingerprint: new Map(),
    reports: new Map(),
    trust: undefined,
    version: undefined,
    checkedAtMs: -Infinity,
  }
}

/** Keeps a value; the one that was kept first makes room. */
function keep<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, limit: number): void {
  const [oldest] = map.keys()
  if (map.size >= limit && oldest !== undefined && !map.has(key)) map.delete(oldest)
  map.set(key, value)
}
