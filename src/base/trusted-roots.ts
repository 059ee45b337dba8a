import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'

let usual: SecureContext | undefined

/**
 * What a server's certificate is verified by: these roots (PEM), or those that come with Node
 * together with those that this machine's administrator has installed. The latter are read once;
 * that takes some 20 ms. `client` is what we show when the server asks who we are.
 *
 * @throws Error of Node's when roots, certificate or key cannot be read
 */
export function trustedRoots(
  pem: string | undefined,
  client?: { readonly certificatePem: string; readonly keyPem: string },
): SecureContext {
  if (pem === undefined && client === undefined) {
    usual ??= createSecureContext({ ca: usualRoots(), minVersion: 'TLSv1.2' })
    return usual
  }
  return createSecureContext({
    ca: pem ?? usualRoots(),
    minVersion: 'TLSv1.2',
    ...(client === undefined ? {} : { cert: client.certificatePem, key: client.keyPem }),
  })
}

function usualRoots(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
}
