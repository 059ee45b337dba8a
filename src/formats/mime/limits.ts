/** What a stranger can make long, deep or many in a MIME message, and how far they may go. */
export interface MimeLimits {
  /** Bytes of one header block. */
  readonly headerBytes: number
  /** Fields of one header block. */
  readonly headerFields: number
  /** Entities of a message, itself included. */
  readonly entities: number
  /** Entities inside each other. */
  readonly depth: number
}

/** Limits for any message. */
export const MIME_LIMITS: MimeLimits = {
  // Long To fields of mailing lists and chains of Received fields reach 100 KB; Postfix stops there.
  headerBytes: 512 * 1024,
  headerFields: 4_000,
  // A digest of a busy list has some hundred.
  entities: 10_000,
  // People forward forwards: ten happen. Deeper than 50 is made by programs that mean harm.
  depth: 50,
}
