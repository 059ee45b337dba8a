/** The encryption of a connection to a mail server, and how far its certificate is believed. */

import type { X509Certificate } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect as connectTls,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import { HubError } from '../../base/errors.ts'
import { trustedRoots } from '../../base/trusted-roots.ts'
import { certificateWords } from './connection-words.ts'
import type { TlsFacts } from '../queue/delivery-report.ts'
import type { SmtpRoute } from '../mail-route.ts'
import { settled } from '../queue/settled.ts'

/**
 * Turns a socket into a TLS one. On `required` and `implicit` routes the certificate must be trusted
 * and name the host, but for what the route says is accepted; on others whatever it shows is taken.
 *
 * @throws HubError `delivery.tls_failed`, with what is wrong with the certificate in its detail;
 *   `delivery.timed_out`
 */
export async function encryptSocket(
  raw: Socket,
  route: SmtpRoute,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<{ socket: TLSSocket; facts: TlsFacts }> {
  const { host } = route
  const socket = connectTls({
    socket: raw,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    secureContext: contextOf(route),
    // Chain and name are looked at below, one without the other.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  })
  raw.on('error', () => socket.destroy())
  await settled(socket, 'secureConnect', { timeoutMs, failure: 'delivery.tls_failed', signal })
  const { facts, fault } = judge(socket, route)
  if (fault === undefined) return { socket, facts }
  socket.on('error', () => undefined).destroy()
  throw new HubError('delivery.tls_failed', `no TLS handshake: ${facts.because ?? fault}`, {
    detail: {
      fault,
      subject: facts.peer,
      issuer: facts.issuer,
      names: facts.names,
      validFrom: facts.validFrom,
      validUntil: facts.validUntil,
    },
  })
}

function contextOf({ ca, clientCertificate }: SmtpRoute): SecureContext {
  try {
    return trustedRoots(ca, clientCertificate)
  } catch (cause) {
    throw new HubError('delivery.tls_failed', 'roots or client certificate cannot be read', {
      cause,
      detail: { fault: 'UNUSABLE_OWN_CERTIFICATE' },
    })
  }
}

/** What the certificate is worth, and the code of what keeps us from going on. */
function judge(
  socket: TLSSocket,
  route: SmtpRoute,
): { facts: TlsFacts; fault: string | undefined } {
  // Node gives it once: asked again, or in its other form, there is none.
  const peer = socket.getPeerX509Certificate()
  const chainFault = socket.authorized ? undefined : chainFaultOf(socket, peer)
  const nameFault = nameFaultOf(route.host, peer)
  const mustVerify = route.tls === 'required' || route.tls === 'implicit'
  const accepted: ('invalid-certificate' | 'wrong-host-name')[] = []
  let fault: string | undefined
  if (mustVerify && chainFault !== undefined) {
    if (route.acceptInvalidCertificate === true) accepted.push('invalid-certificate')
    else fault = chainFault
  }
  if (mustVerify && nameFault !== undefined) {
    if (route.acceptWrongHostName === true) accepted.push('wrong-host-name')
    else fault ??= WRONG_NAME
  }
  const because = [
    ...(chainFault === undefined ? [] : [certificateWords(chainFault)]),
    ...(nameFault === undefined ? [] : [nameFault.message]),
  ].join('; ')
  const facts: TlsFacts = {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName,
    verified: because === '',
    ...(because === '' ? {} : { because }),
    ...(accepted.length === 0 ? {} : { accepted }),
    ...peerOf(peer),
  }
  return { facts, fault }
}

const WRONG_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID'

function chainFaultOf(socket: TLSSocket, peer: X509Certificate | undefined): string {
  const because = socket.authorizationError as unknown
  const code = because instanceof Error && 'code' in because ? because.code : because
  // Node has no code for what OpenSSL finds too weak.
  if (code === 'UNSPECIFIED' && peer !== undefined && isWeak(peer)) return 'EE_KEY_TOO_SMALL'
  return String(code)
}

function nameFaultOf(host: string, peer: X509Certificate | undefined): Error | undefined {
  if (peer === undefined) return new Error('the server shows no certificate')
  return checkServerIdentity(host, peer.toLegacyObject())
}

function isWeak({ publicKey }: X509Certificate): boolean {
  const { modulusLength } = publicKey.asymmetricKeyDetails ?? {}
  return modulusLength !== undefined && modulusLength < 2048
}

function peerOf(
  peer: X509Certificate | undefined,
): Pick<TlsFacts, 'peer' | 'issuer' | 'names' | 'validFrom' | 'validUntil'> {
  if (peer === undefined) return {}
  const names = (peer.subjectAltName ?? '')
    .split(', ')
    .map((name) => name.replace(/^(?:DNS|IP Address):/, ''))
    .filter((name) => name !== '')
  return {
    peer: peer.subject.replaceAll('\n', ', '),
    issuer: peer.issuer.replaceAll('\n', ', '),
    names: names.slice(0, MAX_NAMES),
    validFrom: peer.validFromDate.toISOString(),
    validUntil: peer.validToDate.toISOString(),
  }
}

/** Certificates of large providers name hundreds of hosts. */
const MAX_NAMES = 20
