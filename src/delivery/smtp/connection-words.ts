/** What Node says of a connection that did not come about, for those who run mail servers. */

/** Node's advice to its programmers after what is wrong with a certificate. */
const ADVICE = /; if the root CA is installed locally.*$/s

/** One short reason. */
export function connectionWords(error: Error): string {
  // OpenSSL's own text begins with a thread's number and ends with a line of its source.
  if ('reason' in error && typeof error.reason === 'string') return error.reason
  // Several addresses that all refuse make an error with a code and no words.
  if (error.message === '') return 'code' in error ? String(error.code) : 'unknown'
  return error.message.replace(ADVICE, '')
}

/** What is wrong with a certificate, by Node's code. */
export function certificateWords(code: string): string {
  return CERTIFICATE_WORDS[code] ?? code
}

const CERTIFICATE_WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not yet valid',
  CERT_REVOKED: 'the certificate was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in certificate chain',
  UNABLE_TO_GET_ISSUER_CERT: 'the issuer of the certificate is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of the certificate is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the issuer of the certificate is not known',
  EE_KEY_TOO_SMALL: 'the key of the certificate is too weak',
  INVALID_PURPOSE: 'the certificate is not made for servers',
  INVALID_CA: 'the certificate was issued by one that may issue none',
}
