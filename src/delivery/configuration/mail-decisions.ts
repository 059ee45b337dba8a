/**
 * What registry policies in force decide of the way to the mail server: `EncryptSmtp` its encryption,
 * `SmtpPort` its port. Each value is decided by itself; what none of them says stays as configured.
 */

import type {
  EffectiveMail,
  MailConfigurationValues,
  MailEncryption,
} from '../../contract/mail-configuration.ts'
import type { RegistryPolicy } from '../../contract/registry-policy.ts'
import { effectivePort, mailSecurityOf, type MailSecurity } from '../../formats/registry/agpm.ts'
import type { PolicyLinks } from '../../policies/links/links.ts'
import type { DeployedPolicy } from '../../policies/policy-deployments.ts'

/** Which policy decides something, as it is in force. */
export interface DecidingPolicy {
  readonly policyId: string
  readonly name: string
  readonly number: number
}

interface Decided<Value> {
  readonly value: Value
  readonly by: DecidingPolicy
}

export interface MailDecisions {
  readonly encryption?: Decided<MailEncryption>
  readonly port?: Decided<number>
}

type RegistryDeployment = Pick<
  DeployedPolicy<RegistryPolicy>,
  'policyId' | 'name' | 'number' | 'document' | 'links' | 'since'
>

/** The port of TLS from the first byte (RFC 8314 section 3.3); all others speak STARTTLS. */
const TLS_PORT = 465

/**
 * Policies linked to the hub itself decide before those linked to all nodes, then the lower order, then
 * what was deployed last. Links that are switched off decide nothing.
 */
export function decisionsOf(policies: readonly RegistryDeployment[]): MailDecisions {
  const inForce = policies
    .flatMap((policy) => {
      const place = placeOf(policy.links)
      return place === undefined ? [] : [{ ...policy, place }]
    })
    // The one that decides comes last, as the last of several writes to a registry holds.
    .sort(
      (one, other) =>
        Number(one.place.isHub) - Number(other.place.isHub) ||
        other.place.order - one.place.order ||
        one.since.getTime() - other.since.getTime() ||
        (one.policyId < other.policyId ? -1 : 1),
    )
  const { encrypt, port, decidedBy } = mailSecurityOf(
    inForce.map(({ name, document: { items, disabled } }) => ({
      ...{ kind: 'collection', name, items },
      ...(disabled === true && { disabled }),
    })),
  )
  const decider = (path: readonly number[] | undefined) => inForce[path?.[0] ?? -1]
  const encryptBy = decider(decidedBy.encrypt)
  const portBy = decider(decidedBy.port) ?? encryptBy
  const way = wayOf({ encrypt, port })
  return {
    ...(encryptBy !== undefined &&
      way.encryption !== undefined && {
        encryption: { value: way.encryption, by: nameOf(encryptBy) },
      }),
    ...(portBy !== undefined &&
      way.port !== undefined && { port: { value: way.port, by: nameOf(portBy) } }),
  }
}

/** How the mail server is reached when this is decided: with `EncryptSmtp` goes a port. */
export function wayOf({ encrypt, port }: Pick<MailSecurity, 'encrypt' | 'port'>): {
  readonly encryption?: MailEncryption
  readonly port?: number
} {
  if (encrypt === undefined) return port === undefined ? {} : { port }
  const number = effectivePort({ encrypt, port })
  return { encryption: encryptionFor(encrypt, number), port: number }
}

/** The values by which mail leaves. What goes by Graph has no such server. */
export function effectiveValues(
  values: MailConfigurationValues,
  { encryption, port }: MailDecisions,
): MailConfigurationValues {
  if (values.type === 'microsoft') return values
  return {
    ...values,
    ...(port !== undefined && { port: port.value }),
    ...(encryption !== undefined && { encryption: encryption.value }),
    // Without TLS there is no certificate to accept.
    ...(encryption?.value === 'none' && {
      acceptInvalidCertificate: false,
      acceptWrongHostName: false,
    }),
  }
}

/** What holds, and where it comes from; null where nothing says. */
export function effectiveView(
  values: MailConfigurationValues | null,
  { encryption, port }: MailDecisions,
): EffectiveMail {
  const own = values === null || values.type === 'microsoft' ? undefined : values
  const valueOf = <Value>(decided: Decided<Value> | undefined, configured: Value | undefined) =>
    decided === undefined
      ? { value: configured ?? null, origin: { is: 'organization' as const } }
      : { value: decided.value, origin: originOf(decided.by) }
  return {
    encryption: valueOf(encryption, own?.encryption),
    port: valueOf(port, own?.port),
  }
}

/** The link that counts most. */
function placeOf(links: PolicyLinks): { isHub: boolean; order: number } | undefined {
  const enabled = links.filter(({ isEnabled }) => isEnabled)
  const link =
    enabled.find(({ target }) => target === 'hub') ?? enabled.find(({ target }) => target === 'all')
  return link && { isHub: link.target === 'hub', order: link.order }
}

function encryptionFor(isEncrypted: boolean, port: number): MailEncryption {
  if (!isEncrypted) return 'none'
  return port === TLS_PORT ? 'tls' : 'starttls-required'
}

function nameOf({ policyId, name, number }: DecidingPolicy): DecidingPolicy {
  return { policyId, name, number }
}

function originOf({ policyId: id, name, number: version }: DecidingPolicy) {
  return { is: 'policy' as const, id, name, version }
}
