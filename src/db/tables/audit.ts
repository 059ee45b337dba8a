export interface AuditTables {
  /** Append-only: a trigger refuses everything but inserts. */
  auditEntry: AuditEntryTable
}

export interface AuditEntryTable {
  /** 1, 2, 3… without gaps, in the order in which they were recorded. */
  number: number
  at: Date
  /** What was done, `thing.do`. */
  action: string
  /** The thing it was done to: an id or an address. */
  subject: string
  /** Who did it: an account's id, or `command`, `setup`, `hub`. */
  by: string
  /** Canonical JSON, byte for byte what was hashed. */
  detail: string
  /** Hash of the entry before; 32 zero bytes in the first. */
  previousHash: Buffer
  hash: Buffer
}
