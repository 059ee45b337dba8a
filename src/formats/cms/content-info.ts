/** ContentInfo, the outermost layer of every CMS object (RFC 5652 section 3). */

import { HubError } from '../../base/errors.ts'
import type { Asn1Limits } from '../asn1/budget.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { readingAs } from '../x509/malformed.ts'

export interface ContentInfo {
  /** Dotted content type; see `CONTENT_TYPE`. */
  readonly contentType: string
  /** Stands before the content itself. */
  readonly reader: Asn1Reader
}

/** See `DEFAULT_LIMITS` of the ASN.1 reader: these hold for one CMS layer. */
export const CMS_LIMITS: Asn1Limits = { maxDepth: 48, maxElements: 250_000 }

/**
 * Opens a ContentInfo in BER or DER. What follows it is ignored when it is only padding of zeros or
 * line ends, which some writers leave behind; anything else is malformed.
 *
 * @throws HubError `asn1.malformed`, `asn1.too_large`, `asn1.too_deep`
 */
export function openContentInfo(bytes: Uint8Array): ContentInfo {
  const outer = Asn1Reader.ber(bytes, CMS_LIMITS)
  const reader = outer.sequence()
  if (!outer.isAtEnd && !isPadding(outer.rest)) {
    throw new HubError('asn1.malformed', 'something follows the ContentInfo')
  }
  return { contentType: reader.objectIdentifier(), reader: reader.explicit(0) }
}

/** Reads something of a CMS object; what is wrong with its ASN.1 becomes `cms.malformed`. */
export function readingCms<T>(what: string, read: () => T): T {
  return readingAs('cms.malformed', what, read)
}

/** True for what may follow a CMS object: zeros and line ends. */
export function isPadding(bytes: Uint8Array): boolean {
  return bytes.every((octet) => octet === 0 || octet === 0x0a || octet === 0x0d)
}
