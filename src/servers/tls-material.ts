/** What the listeners show who they are with: files of the operator's, or a certificate of our own. */

import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Authority } from '../authority/authority.ts'
import type { Config } from '../base/config.ts'
import { HubError } from '../base/errors.ts'
import { encodePem } from '../formats/pem.ts'
import type { TlsMaterial } from './smtp/listener.ts'

/**
 * The certificate and key for STARTTLS. Undefined before the set-up, when there is no authority yet:
 * then nobody can log in but from this machine itself.
 *
 * @throws HubError `file.unreadable`
 */
export async function tlsMaterialFor(
  { tlsCertificateFile, tlsKeyFile, hostname }: Config,
  authority: Authority,
): Promise<TlsMaterial | undefined> {
  if (tlsCertificateFile !== undefined && tlsKeyFile !== undefined) {
    return { certificatePem: read(tlsCertificateFile), keyPem: read(tlsKeyFile) }
  }
  if ((await authority.find()) === undefined) return undefined
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const certificate = await authority.issueForListener({ hostName: hostname, publicKey: spki })
  return {
    certificatePem: encodePem('CERTIFICATE', certificate.der),
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new HubError('file.unreadable', `${path} cannot be read`, { cause })
  }
}
