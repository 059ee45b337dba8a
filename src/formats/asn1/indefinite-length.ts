/** Where the content of an indefinite length ends: X.690 section 8.1.5. */

import { HubError } from '../../base/errors.ts'
import type { Budget } from './budget.ts'
import { Header } from './header.ts'
import { TAG } from './tags.ts'

/** The header that was decoded last: elements that are passed over cost no memory. */
const header = new Header()

/**
 * Where the end-of-contents octets begin, nested ones passed over. `from` is where the content does,
 * `to` the end of what holds the element, which is `depth` deep.
 *
 * @throws HubError `asn1.malformed`, `asn1.too_deep`, `asn1.too_large`
 */
export function findEndOfContents(
  bytes: Uint8Array,
  { from, to, depth, budget }: { from: number; to: number; depth: number; budget: Budget },
): number {
  let at = from
  let open = 1
  for (;;) {
    if (!header.read(bytes, at, 'ber')) throw malformed('an indefinite length without an end')
    if (header.tag === TAG.endOfContents) {
      if (header.contentBytes !== 0 || header.headerBytes !== 2) {
        throw malformed('a wrong end of contents')
      }
      open -= 1
      if (open === 0) return at
      at += 2
      continue
    }
    budget.spend()
    if (header.contentBytes === undefined) {
      open += 1
      budget.requireDepth(depth + open)
      at += header.headerBytes
      continue
    }
    at += header.headerBytes + header.contentBytes
    if (at > to) throw malformed('an element is longer than what holds it')
  }
}

function malformed(what: string): HubError {
  return new HubError('asn1.malformed', what)
}
