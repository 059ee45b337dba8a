import { HubError, type ErrorCode } from '../../base/errors.ts'

/**
 * Reads something and says, when its ASN.1 is wrong, of what it was a part: an error of the ASN.1
 * layer becomes one of this code with the first as its cause. Errors of other kinds pass.
 *
 * @throws HubError of the code given
 */
export function readingAs<T>(code: ErrorCode, what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof HubError && error.code.startsWith('asn1.')) {
      throw new HubError(code, `${what} cannot be read: ${error.message}`, { cause: error })
    }
    throw error
  }
}
