/** Names of algorithms, the same in every language. What is not known here is shown as it came. */
const NAMES: Readonly<Record<string, string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
  rsa: 'RSA PKCS#1 v1.5',
  'rsa-pss': 'RSA-PSS',
  ecdsa: 'ECDSA',
  ed25519: 'Ed25519',
  'rsa-pkcs1': 'RSA PKCS#1 v1.5',
  'rsa-oaep': 'RSA-OAEP',
  ecdh: 'ECDH',
}

export function algorithmName(code: string): string {
  return NAMES[code] ?? code
}
