/** Registry policies that decide how mail leaves, deployed on a hub under test. */

import { Audit } from '../../src/audit/audit.ts'
import { systemClock } from '../../src/base/clock.ts'
import type { Config } from '../../src/base/config.ts'
import { silentLog } from '../../src/base/log.ts'
import { generateSealingKey } from '../../src/base/seal.ts'
import type { RegistryPolicy } from '../../src/contract/registry-policy.ts'
import { openHubDatabase } from '../../src/db/hub-database.ts'
import { REGISTRY_POLICY } from '../../src/delivery/registry-policies/registry-kind.ts'
import { ChangeControl } from '../../src/policies/change-control.ts'
import { deploy } from '../../src/policies/deployment/deploy-verbs.ts'
import type { Actor } from '../../src/policies/lifecycle/transition.ts'
import { Policies } from '../../src/policies/policies.ts'
import type { PolicyLinks } from '../../src/policies/links/links.ts'

export interface MailSecurityPolicies {
  /** Makes a policy and puts it in force; gives its id. */
  deploy(name: string, says: MailSecuritySays, links?: PolicyLinks): Promise<string>
  /** Another version of it, in force. */
  redeploy(policyId: string, says: MailSecuritySays, links?: PolicyLinks): Promise<void>
  close(): Promise<void>
}

export interface MailSecuritySays {
  readonly EncryptSmtp?: number
  readonly SmtpPort?: number
}

const EVERYWHERE: PolicyLinks = [{ target: 'all', isEnabled: true, order: 1 }]

const by: Actor = { id: 'account-of-test', name: 'Anna', roles: ['administrator'] }

/** From outside of every process of the hub: they hear of it as of one another. */
export async function mailSecurityPolicies(config: Config): Promise<MailSecurityPolicies> {
  const database = await openHubDatabase(config, { log: silentLog, role: 'command' })
  const { db } = database
  const audit = new Audit({ db, clock: systemClock })
  const parts = { db, audit, clock: systemClock, log: silentLog, key: generateSealingKey() }
  const policies = new Policies(parts)
  policies.register(REGISTRY_POLICY)
  const control = new ChangeControl({ ...parts, policies })
  const edited = async (policyId: string, says: MailSecuritySays, links: PolicyLinks) => {
    await control.checkOut({ by, policyId })
    await control.edit({ by, policyId, document: documentOf(says), links })
    await control.checkIn({ by, policyId })
    await db.transaction().execute((tx) => deploy(tx, control.parts, { by, policyId }))
  }
  return {
    async deploy(name, says, links = EVERYWHERE) {
      const { id } = await control.create({ by, kind: 'registry', name, from: 'empty' })
      await edited(id, says, links)
      return id
    },
    redeploy: (policyId, says, links = EVERYWHERE) => edited(policyId, says, links),
    close: () => database.close(),
  }
}

function documentOf(says: MailSecuritySays): RegistryPolicy {
  const items = Object.entries(says).map(([name, value]: [string, number]) => ({
    ...{ kind: 'registry' as const, action: 'update' as const, name, displayDecimal: true },
    ...{ hive: 'HKEY_LOCAL_MACHINE' as const, key: 'SOFTWARE\\Microsoft\\AGPM' },
    data: { type: 'REG_DWORD' as const, value },
  }))
  return { items: [{ kind: 'collection', name: 'AGPM e-mail security', items }] }
}
