/** Object identifiers of CMS and of the algorithms in it. */

/** What a ContentInfo holds (RFC 5652 section 14, RFC 5083). */
export const CONTENT_TYPE = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  compressedData: '1.2.840.113549.1.9.16.1.9',
  authEnvelopedData: '1.2.840.113549.1.9.16.1.23',
} as const

/** Signed attributes (RFC 5652 section 11, RFC 8551 section 2.5, RFC 5035, RFC 6211). */
export const SIGNED_ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  smimeCapabilities: '1.2.840.113549.1.9.15',
  encryptionKeyPreference: '1.2.840.113549.1.9.16.2.11',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  algorithmProtection: '1.2.840.113549.1.9.52',
} as const

/** How content keys are encrypted with RSA (RFC 3370 section 4.2, RFC 8017 appendix A.2). */
export const KEY_ENCRYPTION_OID = {
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaOaep: '1.2.840.113549.1.1.7',
  labelSpecified: '1.2.840.113549.1.1.9',
} as const
