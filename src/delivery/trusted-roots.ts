import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'

let usual: SecureContext | undefined

/**
 * What a mail server's certificate is verified by: these roots (PEM), or those that come with Node
 * together with those that this machine's administrator has installed. The latter are read once;
 * that takes some 20 ms.
 */
export function trustedRoots(pem: string | undefined): SecureContext {
  if (pem !== undefined) return createSecureContext({ ca: pem, minVersion: 'TLSv1.2' })
  usual ??= createSecureContext({
    ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])],
    minVersion: 'TLSv1.2',
  })
  return usual
}
