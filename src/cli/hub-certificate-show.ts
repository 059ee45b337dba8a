/** `sealpost cert show [FINGERPRINT | ADDRESS]`: what a certificate says, and whether it is used, and why. */

import type { KnownCertificate } from '../certificates/certificate-cache.ts'
import type { Certificates } from '../certificates/certificates.ts'
import type { CandidateReport } from '../certificates/choice.ts'
import { encodePem } from '../formats/pem.ts'
import { PURPOSE } from '../formats/x509/oids.ts'
import type { PublicKey } from '../formats/x509/public-key.ts'
import type { Order } from './commands.ts'
import { type CommandHub, type HubOptions, withHub } from './hub-access.ts'
import type { Reply } from './reply.ts'
import type { Surroundings } from './surroundings.ts'

export interface ShowOptions extends HubOptions {
  readonly pem?: boolean
}

/**
 * One certificate by the beginning of its fingerprint, all of an address, or, when nothing is said,
 * the root that partners have to trust.
 */
export function showCertificateCommand(
  { files: [which], options }: Order<ShowOptions>,
  surroundings: Surroundings,
): Promise<Reply> {
  return withHub(options, surroundings, {
    async work(hub) {
      const { certificates } = hub
      const at = surroundings.clock.now()
      const known = await findAll(hub, which)
      const views = await Promise.all(known.map((each) => viewOf(each, { certificates, at })))
      const [view] = views
      if (view === undefined) {
        return {
          isYes: false,
          json: { certificates: [] },
          lines: [`no certificate names ${which}`],
        }
      }
      const lines = options.pem === true ? views.map(({ pem }) => pem.trimEnd()) : textOf(views)
      const isOne = which?.includes('@') !== true
      return { isYes: true, json: isOne ? { certificate: view } : { certificates: views }, lines }
    },
  })
}

async function findAll(
  { certificates, authority }: CommandHub,
  which: string | undefined,
): Promise<readonly KnownCertificate[]> {
  if (which?.includes('@') === true) return certificates.findByAddress(which)
  const one = which ?? (await authority.get()).root.fingerprint
  return [await certificates.getByPrefix(one)]
}

type View = Awaited<ReturnType<typeof viewOf>>

async function viewOf(
  { certificate, owner, trust, keyId, issuedBy, addedAt, addedBy }: KnownCertificate,
  { certificates, at }: { certificates: Certificates; at: Date },
) {
  const [address] = certificate.emailAddresses
  const uses =
    address === undefined
      ? { signing: [], encryption: [] }
      : {
          signing: await certificates.forSigning(address, at),
          encryption: (await certificates.forEncryption([address], at)).get(address) ?? [],
        }
  const own = (reports: readonly CandidateReport[]) =>
    reports.find((report) => report.certificate === certificate.fingerprint)
  return {
    fingerprint: certificate.fingerprint,
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    serial: certificate.serialHex,
    addresses: certificate.emailAddresses,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    key: keyText(certificate.publicKey),
    keyUsage: [...(certificate.keyUsage ?? [])],
    extendedKeyUsage: certificate.extendedKeyUsage?.map(purposeText) ?? [],
    isAuthority: certificate.basicConstraints?.isCa === true,
    owner,
    trust,
    hasKey: keyId !== null,
    issuedBy,
    addedAt: addedAt.toISOString(),
    addedBy,
    signing: own(uses.signing),
    encryption: own(uses.encryption),
    pem: encodePem('CERTIFICATE', certificate.der),
  }
}

function textOf(views: readonly View[]): string[] {
  return views.flatMap((view, n) => [...(n === 0 ? [] : ['']), ...linesOf(view)])
}

function linesOf(view: View): string[] {
  const rows: [string, string][] = [
    ['fingerprint', view.fingerprint],
    ['subject', view.subject],
    ['issuer', view.issuer],
    ['serial', view.serial],
    ['addresses', view.addresses.join(', ')],
    ['valid', `${view.notBefore} to ${view.notAfter}`],
    ['key', `${view.key}${view.hasKey ? ', private key here' : ''}`],
    ['usage', [...view.keyUsage, ...view.extendedKeyUsage].join(', ')],
    ['owner', `${view.owner}, trusted by ${view.trust}`],
    ['added', `${view.addedAt} by ${view.addedBy}`],
    ['signs', wordsOf(view.signing)],
    ['encrypts', wordsOf(view.encryption)],
  ]
  return rows.filter(([, text]) => text !== '').map(([name, text]) => name.padEnd(13) + text)
}

function wordsOf(report: CandidateReport | undefined): string {
  if (report === undefined) return ''
  if (report.taken) return 'yes, this is the one that is used'
  const detail = report.detail === undefined ? '' : ` (${report.detail})`
  return `no: ${report.because ?? ''}${detail}`
}

function keyText({ kind, bits, curve, algorithm }: PublicKey): string {
  switch (kind) {
    case 'rsa':
    case 'rsa-pss':
      return `${kind.toUpperCase()} ${bits ?? ''}`
    case 'ec':
      return curve ?? 'a curve that is not supported'
    case 'ed25519':
    case 'x25519':
      return kind
    case 'other':
      return algorithm
  }
}

function purposeText(oid: string): string {
  return Object.entries(PURPOSE).find(([, value]) => value === oid)?.[0] ?? oid
}
