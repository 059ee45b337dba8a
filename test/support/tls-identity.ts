/** Throw-away TLS identities, made by the openssl command. */

import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hostNames } from '../../src/formats/x509/build.ts'
import { issue } from './issued.ts'
import { CA_EXTENSIONS, type KeyRecipe, makeCertificate } from './test-pki.ts'

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
  key = 'p256',
}: {
  names?: readonly string[]
  selfSigned?: boolean
  key?: KeyRecipe
} = {}): TlsIdentity {
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
      key,
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

/** An identity for `localhost` of a time that is over, or has not begun. */
export async function makeTlsIdentityOf(validity: {
  notBefore: Date
  notAfter: Date
}): Promise<TlsIdentity> {
  const root = await issue({ name: 'Test Root', notAfter: new Date('2100-01-01T00:00:00Z') })
  const extensions = [hostNames('localhost')]
  const { certificate, privateKey } = await issue({
    ...{ name: 'localhost', issuer: root, extensions },
    ...validity,
  })
  return {
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem: new X509Certificate(certificate.der).toString(),
    rootPem: new X509Certificate(root.certificate.der).toString(),
  }
}

function alternativeName(name: string): string {
  return /^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`
}
