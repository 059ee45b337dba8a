/** Throw-away TLS identities, made by the openssl command. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CA_EXTENSIONS, makeCertificate } from './test-pki.ts'

export interface TlsIdentity {
  readonly keyPem: string
  readonly certificatePem: string
  /** The certificate to trust: its own when self-signed, else that of the root that issued it. */
  readonly rootPem: string
}

/** A P-256 identity that names hosts (`localhost`, `127.0.0.1`…), valid for two days. */
export function makeTlsIdentity({
  names = ['localhost', '127.0.0.1'],
  selfSigned = false,
}: { names?: readonly string[]; selfSigned?: boolean } = {}): TlsIdentity {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-tls-'))
  const usual = { key: 'p256', days: 2 } as const
  try {
    const root = selfSigned
      ? undefined
      : makeCertificate(folder, {
          ...usual,
          name: 'root',
          subject: '/CN=Test Root',
          extensions: CA_EXTENSIONS,
        })
    const { keyPem, certificatePem } = makeCertificate(folder, {
      ...usual,
      name: 'host',
      subject: `/CN=${names[0] ?? ''}`,
      extensions: [`subjectAltName=${names.map(alternativeName).join(',')}`],
      issuer: root,
    })
    return { keyPem, certificatePem, rootPem: root?.certificatePem ?? certificatePem }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function alternativeName(name: string): string {
  return /^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`
}
