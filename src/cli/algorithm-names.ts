/** Names of algorithms for people; also of those that are only recognised. */

const NAMES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.1', 'RSA PKCS#1 v1.5'],
  ['1.2.840.113549.1.1.7', 'RSA OAEP'],
  ['1.2.840.113549.1.1.10', 'RSA PSS'],
  ['1.2.840.113549.1.1.4', 'RSA with MD5'],
  ['1.2.840.113549.1.1.5', 'RSA with SHA-1'],
  ['1.2.840.113549.1.1.11', 'RSA with SHA-256'],
  ['1.2.840.113549.1.1.12', 'RSA with SHA-384'],
  ['1.2.840.113549.1.1.13', 'RSA with SHA-512'],
  ['1.2.840.10045.4.1', 'ECDSA with SHA-1'],
  ['1.2.840.10045.4.3.2', 'ECDSA with SHA-256'],
  ['1.2.840.10045.4.3.3', 'ECDSA with SHA-384'],
  ['1.2.840.10045.4.3.4', 'ECDSA with SHA-512'],
  ['1.3.101.112', 'Ed25519'],
  ['1.3.133.16.840.63.0.2', 'ECDH with SHA-1'],
  ['1.3.132.1.11.0', 'ECDH with SHA-224'],
  ['1.3.132.1.11.1', 'ECDH with SHA-256'],
  ['1.3.132.1.11.2', 'ECDH with SHA-384'],
  ['1.3.132.1.11.3', 'ECDH with SHA-512'],
  ['1.2.840.113549.1.9.16.3.19', 'X25519 with HKDF-SHA-256'],
  ['1.2.840.113549.2.5', 'md5'],
  ['1.2.840.113549.3.2', 'rc2'],
  ['1.2.840.113549.3.7', 'des-ede3-cbc'],
  ['1.3.14.3.2.7', 'des-cbc'],
  ['1.2.840.113549.1.9.16.3.18', 'chacha20-poly1305'],
  ['2.16.840.1.101.3.4.1.7', 'aes-128-ccm'],
  ['2.16.840.1.101.3.4.1.47', 'aes-256-ccm'],
])

/** The name of a dotted object identifier; the text itself when it is none, or not known. */
export function algorithmName(oid: string): string {
  return NAMES.get(oid) ?? oid
}
