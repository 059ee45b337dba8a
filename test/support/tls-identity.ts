/** Throw-away TLS identities, made by the openssl command. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TlsIdentity {
  keyPem: string
  certificatePem: string
  /** The certificate to trust: its own when self-signed, else that of the root that issued it. */
  rootPem: string
}

/** A P-256 identity that names hosts (`localhost`, `127.0.0.1`…), valid for two days. */
export function makeTlsIdentity({
  names = ['localhost', '127.0.0.1'],
  selfSigned = false,
}: { names?: readonly string[]; selfSigned?: boolean } = {}): TlsIdentity {
  const folder = mkdtempSync(join(tmpdir(), 'tls-identity-'))
  const openssl = (...args: string[]) => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const alternatives = names
    .map((name) => (/^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`))
    .join(',')
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  try {
    if (selfSigned) {
      openssl(
        'req',
        '-x509',
        ...newKey,
        '-keyout',
        'key.pem',
        '-out',
        'cert.pem',
        '-days',
        '2',
        '-subj',
        `/CN=${names[0] ?? ''}`,
        '-addext',
        `subjectAltName=${alternatives}`,
      )
      return {
        keyPem: read('key.pem'),
        certificatePem: read('cert.pem'),
        rootPem: read('cert.pem'),
      }
    }
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      'ca-key.pem',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=Test Root',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
    )
    openssl(
      'req',
      ...newKey,
      '-keyout',
      'key.pem',
      '-out',
      'request.pem',
      '-subj',
      `/CN=${names[0] ?? ''}`,
    )
    writeFileSync(join(folder, 'extensions'), `subjectAltName=${alternatives}\n`)
    openssl(
      'x509',
      '-req',
      '-in',
      'request.pem',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca-key.pem',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'extensions',
      '-out',
      'cert.pem',
    )
    return { keyPem: read('key.pem'), certificatePem: read('cert.pem'), rootPem: read('ca.pem') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
