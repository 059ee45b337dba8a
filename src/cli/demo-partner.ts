/** The other side of the demo: a partner with an authority, keys and a mail server of their own. */

import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { listenerProfile, personProfile, rootProfile } from '../authority/profiles.ts'
import type { Clock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { decrypterFor } from '../formats/cms/decrypt.ts'
import { signNow } from '../formats/cms/signature-schemes.ts'
import { readWhole, sourceOf } from '../formats/mime/source.ts'
import { encodePem } from '../formats/pem.ts'
import { buildCertificate, type CertificateTemplate } from '../formats/x509/build.ts'
import { type Certificate, parseCertificate } from '../formats/x509/certificate.ts'
import type { Submission } from '../messages/submission.ts'
import { SmtpServer } from '../servers/smtp/smtp-server.ts'
import { openMessage } from '../smime/open.ts'
import type { MessageVerdict } from '../smime/verdicts.ts'

const MAX_MESSAGE_BYTES = 10 * 1024 * 1024

/** What the partner finds in a message. */
export interface ReadMessage {
  readonly verdict: MessageVerdict
  /** The text that is displayed. */
  readonly content: Uint8Array
  /** It came encrypted, and the partner's key opened it. */
  readonly wasEncrypted: boolean
}

export class DemoPartner {
  readonly address: string
  /** What they give away: anyone can encrypt to them with it. */
  readonly certificate: Certificate
  readonly #key: KeyObject
  readonly #clock: Clock
  readonly #server: SmtpServer
  readonly #waiting: ((message: Submission) => void)[] = []
  readonly #inbox: Submission[] = []

  private constructor(parts: {
    address: string
    certificate: Certificate
    key: KeyObject
    tls: { certificatePem: string; keyPem: string }
    clock: Clock
  }) {
    this.address = parts.address
    this.certificate = parts.certificate
    this.#key = parts.key
    this.#clock = parts.clock
    this.#server = new SmtpServer(
      {
        kind: 'relay',
        hostname: 'mx.partner.example',
        host: '127.0.0.1',
        port: 0,
        maxMessageBytes: MAX_MESSAGE_BYTES,
        tls: parts.tls,
      },
      {
        log: silentLog,
        handlers: {
          authenticate: () => Promise.resolve(undefined),
          isKnownRelay: () => true,
          accept: (message) => Promise.resolve(this.#keep(message)),
        },
      },
    )
  }

  /** Makes keys and certificates, and opens the mail server. */
  static async open(address: string, clock: Clock): Promise<DemoPartner> {
    const at = clock.now()
    const root = newKey()
    const issue = async (template: CertificateTemplate) =>
      parseCertificate(
        await buildCertificate(template, {
          signature: 'ecdsa-sha256',
          sign: (tbs) => signNow(root.privateKey, 'ecdsa-sha256', tbs),
        }),
      )
    const issuer = await issue(rootProfile({ organization: 'Partner', publicKey: root.spki, at }))
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const publicKey = own.publicKey.export({ format: 'der', type: 'spki' })
    const certificate = await issue(
      personProfile({ address, use: 'encryption', publicKey, issuer, at }),
    )
    const host = newKey()
    const server = await issue(
      listenerProfile({ hostName: 'mx.partner.example', publicKey: host.spki, root: issuer, at }),
    )
    return new DemoPartner({
      address,
      certificate,
      key: own.privateKey,
      clock,
      tls: {
        certificatePem: encodePem('CERTIFICATE', server.der),
        keyPem: host.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      },
    })
  }

  listen(): Promise<{ host: string; port: number }> {
    return this.#server.listen()
  }

  close(): Promise<void> {
    return this.#server.close({ graceMs: 0 })
  }

  /** The next message that their mail server is given. */
  receive(): Promise<Submission> {
    const here = this.#inbox.shift()
    return here !== undefined
      ? Promise.resolve(here)
      : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Opens a message with the partner's key, and checks who signed it; they trust this root. */
  read(content: Uint8Array, trusted: Certificate): ReadMessage {
    const message = openMessage(sourceOf(content), {
      decrypters: [decrypterFor(this.certificate, this.#key)],
      anchors: [trusted],
      at: this.#clock.now(),
    })
    try {
      const { source, entity } = message.content
      return {
        verdict: message.verdict,
        content: readWhole(source, entity.body),
        wasEncrypted: message.layers.some((layer) => layer.kind === 'encrypted'),
      }
    } finally {
      message.close()
    }
  }

  #keep(message: Submission): { id: string } {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#inbox.push(message)
    else waiting(message)
    return { id: randomBytes(4).toString('hex') }
  }
}

function newKey(): { privateKey: KeyObject; spki: Uint8Array } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, spki: publicKey.export({ format: 'der', type: 'spki' }) }
}
