import type { ContentCipher } from '../formats/cms/content-ciphers.ts'

/** A message to hand on, and to whom. */
export interface OutgoingMessage {
  /** Empty for the null return path. */
  readonly from: string
  /** At least one, none twice. */
  readonly recipients: readonly string[]
  /** Lines end with CRLF; dots are not stuffed. */
  readonly content: Uint8Array
  /** Header fields or addresses need SMTPUTF8. */
  readonly smtpUtf8: boolean
  /** Content has bytes above 127. */
  readonly eightBit: boolean
  /** What it was encrypted with for this way out; absent when it is not encrypted. */
  readonly cipher?: ContentCipher
}
