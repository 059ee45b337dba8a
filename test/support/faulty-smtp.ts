/** Mail servers that each have one thing wrong with them, by the name of what it is. */

import { type SinkOptions, type SmtpSink, startSmtpSink } from './smtp-sink.ts'
import { makeTlsIdentity, makeTlsIdentityOf, type TlsIdentity } from './tls-identity.ts'

export type SmtpFault =
  | 'refuses'
  | 'silent after connect'
  | 'silent after EHLO'
  | 'no STARTTLS'
  | 'STARTTLS stripped'
  | 'wrong host name'
  | 'self-signed'
  | 'unknown issuer'
  | 'expired certificate'
  | 'not yet valid certificate'
  | 'TLS on a port taken for a clear one'
  | 'clear text on a port taken for a TLS one'
  | 'AUTH rejected'
  | 'AUTH not offered'
  | 'basic authentication ended'
  | 'SMTP AUTH disabled'
  | 'sender rejected'
  | 'recipient rejected'
  | 'relay denied'
  | 'closes in DATA'
  | '421'
  | '4xx then good'
  | 'message too large'
  | 'no SMTP'

export interface FaultySmtp extends SmtpSink {
  /** To be trusted, unless nobody would. */
  readonly rootPem: string
}

const PAST = {
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2026-02-01T00:00:00Z'),
}
const FUTURE = {
  notBefore: new Date('2090-01-01T00:00:00Z'),
  notAfter: new Date('2091-01-01T00:00:00Z'),
}

/**
 * Starts a server that has this fault and no other. It takes the log-in `hub` with `geheim` and
 * offers STARTTLS with a certificate for `localhost` and `127.0.0.1`, where the fault is not there.
 */
export async function startFaultySmtp(fault: SmtpFault): Promise<FaultySmtp> {
  const identity = await identityFor(fault)
  const users = fault === 'AUTH not offered' ? {} : { users: { hub: 'geheim' } }
  const sink = await startSmtpSink({ tls: identity, ...users, ...optionsFor(fault, identity) })
  if (fault === 'refuses') await sink.close()
  return Object.defineProperties(sink, {
    rootPem: { value: identity.rootPem },
  }) as FaultySmtp
}

async function identityFor(fault: SmtpFault): Promise<TlsIdentity> {
  if (fault === 'expired certificate') return makeTlsIdentityOf(PAST)
  if (fault === 'not yet valid certificate') return makeTlsIdentityOf(FUTURE)
  if (fault === 'wrong host name') return makeTlsIdentity({ names: ['other.example.org'] })
  if (fault === 'unknown issuer') {
    return { ...makeTlsIdentity(), rootPem: makeTlsIdentity().rootPem }
  }
  const identity = makeTlsIdentity({ selfSigned: fault === 'self-signed' })
  // Whoever trusts what a self-signed one shows has nothing to complain about.
  return fault === 'self-signed' ? { ...identity, rootPem: makeTlsIdentity().rootPem } : identity
}

function optionsFor(fault: SmtpFault, tls: TlsIdentity): SinkOptions {
  switch (fault) {
    case 'silent after connect':
      return { faults: { reply: {}, silentAt: 'connect' } }
    case 'silent after EHLO':
      return { faults: { silentAt: 'ehlo' } }
    case 'no STARTTLS':
      return {
        faults: { reply: { ehlo: '250-sink.test\r\n250 8BITMIME', starttls: '502 5.5.1 no' } },
      }
    case 'STARTTLS stripped':
      return { faults: { reply: { ehlo: '250-sink.test\r\n250 XXXXXXXA' } } }
    case 'TLS on a port taken for a clear one':
      return { tls: { ...tls, implicit: true } }
    case 'AUTH rejected':
      return { users: { hub: 'something else' } }
    case 'basic authentication ended':
      return {
        faults: {
          reply: {
            auth: '550 5.7.30 Basic authentication is not supported for Client Submission.',
          },
        },
      }
    case 'SMTP AUTH disabled':
      return {
        faults: {
          reply: {
            auth: '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
          },
        },
      }
    case 'sender rejected':
      return { faults: { reply: { mail: '550 5.1.8 sender unknown' } } }
    case 'recipient rejected':
      return { faults: { reply: { rcpt: '550 5.1.1 no such user' } } }
    case 'relay denied':
      return { faults: { reply: { rcpt: '554 5.7.1 relay access denied' } } }
    case 'closes in DATA':
      return { faults: { closeAt: 'content' } }
    case '421':
      return { faults: { reply: { mail: '421 4.3.2 going down' } } }
    case '4xx then good': {
      let said = false
      const once = () => {
        if (said) return undefined
        said = true
        return '451 4.7.1 greylisted, come back later'
      }
      return { faults: { reply: { rcpt: once } } }
    }
    case 'message too large':
      return { extensions: ['SIZE 10', '8BITMIME'] }
    case 'no SMTP':
      return { faults: { reply: { connect: 'HTTP/1.1 400 Bad Request' } } }
    case 'refuses':
    case 'AUTH not offered':
    case 'wrong host name':
    case 'self-signed':
    case 'unknown issuer':
    case 'expired certificate':
    case 'not yet valid certificate':
    case 'clear text on a port taken for a TLS one':
      return {}
  }
}
