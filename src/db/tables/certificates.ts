import type { Generated } from 'kysely'

export interface CertificateTables {
  /** By which a hub sees that it has the right master key. */
  masterKeyCheck: MasterKeyCheckTable
  /** Private keys, sealed. */
  key: KeyTable
  /** Certificates of everyone: our people, partners, authorities. None is ever deleted. */
  certificate: CertificateTable
  /** The addresses of a certificate, for looking it up. */
  certificateAddress: CertificateAddressTable
  /** Our own certificate authorities, past ones too. */
  authority: AuthorityTable
  /** What officers were told of certificates that end. */
  certificateNotice: CertificateNoticeTable
  /** Counts changes of the tables above, so that other processes notice them. */
  certificateChange: CertificateChangeTable
}

export interface MasterKeyCheckTable {
  /** Always true, and the key: there is one master key. */
  onlyOne: Generated<boolean>
  /** Something known, sealed for the purpose `master-key-check`. */
  sealed: Buffer
}

export type KeyType = 'rsa-2048' | 'rsa-3072' | 'p-256'

export interface KeyTable {
  id: string
  type: KeyType
  /** SubjectPublicKeyInfo. Unique. */
  publicKey: Buffer
  /** PKCS#8, sealed for the purpose `key:ID`. */
  sealed: Buffer
  createdAt: Date
}

/** Whose it is. `hub`: the identity under which the hub itself writes mail. */
export type CertificateOwner = 'person' | 'partner' | 'hub' | 'authority'

/**
 * Why it is believed.
 *
 * - `anchor`: an authority that is trusted, and with it what it issues.
 * - `direct`: an administrator imported this very certificate.
 * - `path`: only if a valid path leads from it to an anchor.
 */
export type CertificateTrust = 'anchor' | 'direct' | 'path'

export interface CertificateTable {
  /** SHA-256 of the DER, 64 hex digits. */
  fingerprint: string
  der: Buffer
  owner: CertificateOwner
  trust: CertificateTrust
  /** Of our people: whose. */
  personId: string | null
  /** Its private key, when that is here. */
  keyId: string | null
  /** Our authority that issued it, when one did. */
  issuedBy: string | null
  /** Names as text, for lists. */
  subject: string
  issuer: string
  notBefore: Date
  notAfter: Date
  addedAt: Date
  /** An account's id, or `command`, `setup`, `hub`. */
  addedBy: string
}

export interface CertificateAddressTable {
  /** The whole address in lower case, the domain as A-labels. */
  addressKey: string
  fingerprint: string
  /** As the certificate has it. */
  address: string
}

export interface AuthorityTable {
  fingerprint: string
  /** The root issues the issuing authority, and that issues for people. */
  role: 'root' | 'issuing'
  createdAt: Date
  /** When another took its place. At most one of each role has none. */
  retiredAt: Date | null
}

export interface CertificateNoticeTable {
  fingerprint: string
  /** Days before its end that this was about; once for each. */
  days: number
  toldAt: Date
}

export interface CertificateChangeTable {
  /** Always true, and the key. */
  onlyOne: Generated<boolean>
  version: number
}
