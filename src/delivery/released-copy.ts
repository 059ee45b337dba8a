/** What may leave. */

import type { Strength } from '../rules/decision.ts'

declare const released: unique symbol

/**
 * One copy of a message, protected as its decision says and read back to prove it. Promise 3: the
 * queue takes nothing else, and only `messages/release.ts` makes one.
 */
export interface ReleasedCopy {
  readonly [released]: true
  readonly strength: Strength
  /** The message as it travels; every line ends with CRLF. */
  readonly content: Uint8Array
}
