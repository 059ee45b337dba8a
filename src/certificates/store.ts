/** Queries on certificates, their addresses and the authorities among them. */

import { sql } from 'kysely'
import { asBuffer } from '../base/bytes.ts'
import type { Database, Transaction } from '../db/connection.ts'
import type { CertificateOwner, CertificateTrust } from '../db/tables/certificates.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import type { Fingerprint } from '../formats/x509/fingerprint.ts'

const COLUMNS = [
  'fingerprint',
  'der',
  'owner',
  'trust',
  'personId',
  'keyId',
  'issuedBy',
  'addedAt',
  'addedBy',
] as const

/** What is kept of a certificate besides what it says itself. */
export interface StoredCertificate {
  readonly fingerprint: Fingerprint
  readonly der: Uint8Array
  readonly owner: CertificateOwner
  readonly trust: CertificateTrust
  readonly personId: string | null
  readonly keyId: string | null
  readonly issuedBy: string | null
  readonly addedAt: Date
  readonly addedBy: string
}

export interface NewCertificate {
  readonly certificate: Certificate
  readonly owner: CertificateOwner
  readonly trust: CertificateTrust
  readonly personId?: string
  readonly keyId?: string
  readonly issuedBy?: Fingerprint
  /** Address and what it is looked up by. */
  readonly addresses: readonly { readonly key: string; readonly address: string }[]
  readonly addedAt: Date
  readonly addedBy: string
}

/**
 * Adds a certificate. One that is there already stays as it is, but that one which was believed only
 * by its path is believed as it is said now; those of our own people and of the hub never change.
 */
export async function insertCertificate(
  tx: Transaction,
  added: NewCertificate,
): Promise<'added' | 'trusted' | 'known'> {
  const { certificate } = added
  const row = await tx
    .insertInto('certificate')
    .values({
      fingerprint: certificate.fingerprint,
      der: asBuffer(certificate.der),
      owner: added.owner,
      trust: added.trust,
      personId: added.personId ?? null,
      keyId: added.keyId ?? null,
      issuedBy: added.issuedBy ?? null,
      subject: certificate.subject.text,
      issuer: certificate.issuer.text,
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
      addedAt: added.addedAt,
      addedBy: added.addedBy,
    })
    .onConflict((conflict) =>
      conflict
        .column('fingerprint')
        .doUpdateSet({ trust: added.trust })
        .where('certificate.trust', '=', 'path')
        .where('certificate.owner', 'in', ['partner', 'authority'])
        .where('certificate.owner', '=', added.owner)
        .where(sql.lit(added.trust), '<>', 'path'),
    )
    .returning(sql<boolean>`xmax = 0`.as('isNew'))
    .executeTakeFirst()
  if (row === undefined) return 'known'
  if (!row.isNew) return 'trusted'
  const addresses = added.addresses.map(({ key, address }) => ({
    addressKey: key,
    address,
    fingerprint: certificate.fingerprint,
  }))
  if (addresses.length > 0) await tx.insertInto('certificateAddress').values(addresses).execute()
  return 'added'
}

/** Says to all processes that certificates changed; the last thing before the audit entry. */
export async function markChanged(tx: Transaction): Promise<void> {
  await tx
    .updateTable('certificateChange')
    .set({ version: sql`version + 1` })
    .execute()
}

export async function findChangeVersion(db: Database): Promise<number> {
  const { version } = await db
    .selectFrom('certificateChange')
    .select('version')
    .executeTakeFirstOrThrow()
  return version
}

/** Certificates of these addresses, by address key. */
export async function findByAddresses(
  db: Database,
  keys: readonly string[],
): Promise<Map<string, StoredCertificate[]>> {
  const rows = await db
    .selectFrom('certificateAddress')
    .innerJoin('certificate', 'certificate.fingerprint', 'certificateAddress.fingerprint')
    .select([
      'certificateAddress.addressKey',
      ...COLUMNS.map((name) => `certificate.${name}` as const),
    ])
    .where('certificateAddress.addressKey', '=', sql<string>`any(${keys})`)
    .orderBy('certificate.notBefore', 'desc')
    .orderBy('certificate.fingerprint')
    .execute()
  return Map.groupBy(rows.map(stored), ({ addressKey }) => addressKey)
}

export async function findByFingerprint(
  db: Database,
  fingerprint: string,
): Promise<StoredCertificate | undefined> {
  const row = await db
    .selectFrom('certificate')
    .select(COLUMNS)
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst()
  return row === undefined ? undefined : stored(row)
}

/** Those whose fingerprint begins with these hex digits, two at the most. */
export async function findByPrefix(db: Database, prefix: string): Promise<StoredCertificate[]> {
  const rows = await db
    .selectFrom('certificate')
    .select(COLUMNS)
    .where('fingerprint', 'like', `${prefix}%`)
    .orderBy('fingerprint')
    .limit(2)
    .execute()
  return rows.map(stored)
}

/** Those whose private keys are here, of one address or of everyone. */
export async function findWithKeys(db: Database, limit: number): Promise<StoredCertificate[]> {
  const rows = await db
    .selectFrom('certificate')
    .select(COLUMNS)
    .where('keyId', 'is not', null)
    .where('owner', '<>', 'authority')
    .orderBy('notBefore', 'desc')
    .orderBy('fingerprint')
    .limit(limit)
    .execute()
  return rows.map(stored)
}

/**
 * Those of our own people and of the hub, and those of authorities whose keys are here, that end in a
 * span of time, with the addresses that they name. Soonest first.
 */
export async function findEnding(
  db: Database,
  { after, before, limit }: { after: Date; before: Date; limit: number },
): Promise<(StoredCertificate & { addresses: string[] })[]> {
  const rows = await db
    .selectFrom('certificate')
    .select(COLUMNS)
    .select((select) =>
      select
        .selectFrom('certificateAddress')
        .select(sql<string[]>`array_agg(address order by address)`.as('addresses'))
        .whereRef('certificateAddress.fingerprint', '=', 'certificate.fingerprint')
        .as('addresses'),
    )
    .where('notAfter', '>', after)
    .where('notAfter', '<=', before)
    .where((where) =>
      where.or([
        where('owner', 'in', ['person', 'hub']),
        where.and([where('owner', '=', 'authority'), where('keyId', 'is not', null)]),
      ]),
    )
    .orderBy('notAfter')
    .orderBy('fingerprint')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...stored(row), addresses: row.addresses ?? [] }))
}

/** Certificates of authorities, anchors first. */
export async function findAuthorities(db: Database, limit: number): Promise<StoredCertificate[]> {
  const rows = await db
    .selectFrom('certificate')
    .select(COLUMNS)
    .where('owner', '=', 'authority')
    .orderBy('trust')
    .orderBy('fingerprint')
    .limit(limit)
    .execute()
  return rows.map(stored)
}

/** In the order in which they were added, after one of them when it is given. */
export async function listCertificates(
  db: Database,
  { owner, limit, after }: { owner?: CertificateOwner; limit: number; after?: StoredCertificate },
): Promise<StoredCertificate[]> {
  let query = db.selectFrom('certificate').select(COLUMNS)
  if (owner !== undefined) query = query.where('owner', '=', owner)
  if (after !== undefined) {
    const { addedAt, fingerprint } = after
    query = query.where((where) =>
      where.or([
        where('addedAt', '>', addedAt),
        where.and([where('addedAt', '=', addedAt), where('fingerprint', '>', fingerprint)]),
      ]),
    )
  }
  const rows = await query.orderBy('addedAt').orderBy('fingerprint').limit(limit).execute()
  return rows.map(stored)
}

/** The fingerprint was one when it was stored: the column holds nothing else. */
function stored<Row extends { fingerprint: string }>(
  row: Row,
): Omit<Row, 'fingerprint'> & { fingerprint: Fingerprint } {
  return { ...row, fingerprint: row.fingerprint as Fingerprint }
}
