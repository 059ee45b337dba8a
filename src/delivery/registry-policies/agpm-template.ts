/** The ready template of the documented procedure: mail of AGPM servers encrypted, at port 587. */

import type { RegistryPolicy, RegistryPolicyEntry } from '../../contract/registry-policy.ts'
import type { ReadyTemplate } from '../../policies/templates/ready-templates.ts'
import { REGISTRY_POLICY } from './registry-kind.ts'

const NAME = 'AGPM e-mail security'

const document: RegistryPolicy = {
  items: [
    { kind: 'collection', name: NAME, items: [dword('EncryptSmtp', 1), dword('SmtpPort', 587)] },
  ],
}

export const AGPM_TEMPLATE: ReadyTemplate = {
  id: 'c76c6fee-01be-46cf-85ed-d2dc625e45e4',
  kind: REGISTRY_POLICY.kind,
  name: NAME,
  document,
}

function dword(name: string, value: number): RegistryPolicyEntry {
  return {
    kind: 'registry',
    action: 'update',
    hive: 'HKEY_LOCAL_MACHINE',
    key: 'SOFTWARE\\Microsoft\\AGPM',
    name,
    data: { type: 'REG_DWORD', value },
    displayDecimal: true,
  }
}
