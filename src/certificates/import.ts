/** Takes certificates that somebody imports, one by one, by the rules of `import-rules.ts`. */

import type { Audit } from '../audit/audit.ts'
import type { HubError } from '../base/errors.ts'
import type { Transaction } from '../db/connection.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import type { Fingerprint } from '../formats/x509/fingerprint.ts'
import { judgeImport } from './import-rules.ts'
import type { PathProblem } from './path-verdict.ts'
import * as store from './store.ts'

/** What became of one object of an imported file. */
export type ImportedObject =
  | {
      /** `known`: it was here before. `trusted`: it was, and is now believed as imported. */
      readonly is: 'added' | 'trusted' | 'known'
      readonly as: 'partner' | 'authority'
      readonly fingerprint: Fingerprint
      readonly subject: string
      readonly addresses: readonly string[]
    }
  | {
      readonly is: 'refused'
      /** Empty when it could not even be read. */
      readonly subject: string
      readonly because: PathProblem | 'no_address' | 'unreadable'
      readonly detail?: string
    }

interface Import {
  readonly at: Date
  readonly by: string
  readonly trustAuthorities: boolean
}

/** Takes what can be taken, with an audit entry for each that is new or newly believed. */
export async function importInto(
  tx: Transaction,
  certificates: readonly Certificate[],
  { audit, ...how }: Import & { readonly audit: Audit },
): Promise<ImportedObject[]> {
  const done: ImportedObject[] = []
  for (const certificate of certificates) done.push(await importOne(tx, certificate, how))
  const changed = done.flatMap((each) =>
    each.is === 'added' || each.is === 'trusted' ? [each] : [],
  )
  if (changed.length > 0) await store.markChanged(tx)
  const { at, by, trustAuthorities: anchor } = how
  for (const { fingerprint, as, subject, addresses } of changed) {
    const detail = { as, name: subject, addresses: [...addresses], anchor }
    await audit.record(tx, { action: 'certificate.import', subject: fingerprint, by, at, detail })
  }
  return done
}

/** An object of a file that could not even be read. */
export function unreadableObject({ message }: HubError): ImportedObject {
  return { is: 'refused', subject: '', because: 'unreadable', detail: message }
}

async function importOne(
  tx: Transaction,
  certificate: Certificate,
  { at, by, trustAuthorities }: Import,
): Promise<ImportedObject> {
  const subject = certificate.subject.text
  const verdict = judgeImport(certificate, at)
  if (verdict.is === 'refused') return { ...verdict, subject }
  const addresses = verdict.is === 'partner' ? verdict.addresses : []
  const is = await store.insertCertificate(tx, {
    certificate,
    owner: verdict.is,
    trust: verdict.is === 'partner' ? 'direct' : trustAuthorities ? 'anchor' : 'path',
    addresses,
    addedAt: at,
    addedBy: by,
  })
  return {
    is,
    as: verdict.is,
    fingerprint: certificate.fingerprint,
    subject,
    addresses: addresses.map(({ address }) => address),
  }
}
