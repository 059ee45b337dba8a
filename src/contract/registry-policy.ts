/**
 * What a policy of the kind `registry` says: collections and registry items in order, by the words of
 * Group Policy Preferences. Every field is here by name and type; the rules are the hub's, which answers
 * with all mistakes at once (`policy.refused`, `issues` with the path of the item and code).
 */

import { z } from 'zod'

export const REGISTRY_HIVES = [
  'HKEY_LOCAL_MACHINE',
  'HKEY_CURRENT_USER',
  'HKEY_CLASSES_ROOT',
  'HKEY_USERS',
  'HKEY_CURRENT_CONFIG',
] as const

export const REGISTRY_ACTIONS = ['create', 'replace', 'update', 'delete'] as const

/** More than any console is pleasant with; the largest public baselines have some hundred. */
export const MAX_REGISTRY_ITEMS = 2_000

/** Collections inside each other, and the item in the innermost. */
export const MAX_REGISTRY_DEPTH = 16

/** As JSON: as large as a `Registry.xml` that is read. */
export const MAX_REGISTRY_BYTES = 4 * 1024 * 1024

const text = z.string()

/** Files of another kind have `bytes`; what is no value of its type is `text`, and kept. */
const RegistryPolicyData = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['REG_SZ', 'REG_EXPAND_SZ']), value: text }),
  z.strictObject({ type: z.literal('REG_MULTI_SZ'), value: z.array(text) }),
  z.strictObject({ type: z.literal('REG_DWORD'), value: z.number() }),
  z.strictObject({
    type: z.literal('REG_QWORD'),
    value: text.meta({ description: 'in decimal' }),
  }),
  z.strictObject({
    type: z.literal('REG_BINARY'),
    value: text.meta({ description: 'hex digits' }),
  }),
  z.strictObject({ type: z.literal('bytes'), typeNumber: z.number(), value: text }),
  z.strictObject({ type: z.literal('text'), typeName: text, value: text }),
])

const attributes = z.array(z.strictObject({ name: text, value: text }))

const common = {
  changed: text.optional(),
  uid: text.optional(),
  desc: text.optional(),
  bypassErrors: z.boolean().optional(),
  userContext: z.boolean().optional(),
  removePolicy: z.boolean().optional(),
  disabled: z.boolean().optional(),
  filters: text.optional(),
  attributes: attributes.optional(),
  otherXml: text.optional(),
  /** The text it was read from: what nobody changed is written byte for byte. */
  source: z.strictObject({ lead: text, open: text, close: text }).optional(),
}

const RegistryPolicyEntry = z.strictObject({
  kind: z.literal('registry'),
  action: z.enum(REGISTRY_ACTIONS),
  hive: z.enum(REGISTRY_HIVES),
  key: text,
  name: text,
  isDefault: z.boolean().optional(),
  data: RegistryPolicyData.optional(),
  displayDecimal: z.boolean().optional(),
  label: text.optional(),
  status: text.optional(),
  propertyAttributes: attributes.optional(),
  propertyXml: text.optional(),
  ...common,
})

export type RegistryPolicyEntry = z.infer<typeof RegistryPolicyEntry>

const RegistryPolicyFolder = z.strictObject({
  kind: z.literal('collection'),
  name: text,
  ...common,
})

export type RegistryPolicyCollection = z.infer<typeof RegistryPolicyFolder> & {
  items: RegistryPolicyItem[]
}

export type RegistryPolicyItem = RegistryPolicyCollection | RegistryPolicyEntry

const RegistryPolicyItem: z.ZodType<RegistryPolicyItem> = z.discriminatedUnion('kind', [
  RegistryPolicyFolder.extend({ items: z.lazy(() => z.array(RegistryPolicyItem)) }),
  RegistryPolicyEntry,
])

export const RegistryPolicy = z
  .strictObject({
    items: z.array(RegistryPolicyItem),
    disabled: z.boolean().optional(),
    isFragment: z.boolean().optional(),
    attributes: attributes.optional(),
    otherXml: text.optional(),
    source: z
      .strictObject({
        encoding: z.enum(['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be']),
        open: text,
        close: text,
      })
      .optional(),
  })
  .meta({ id: 'RegistryPolicy' })

export type RegistryPolicy = z.infer<typeof RegistryPolicy>

/** Codes of `issues` in a `policy.refused` for registry policies. `params` say what the words need. */
export const REGISTRY_ISSUES = [
  'registry.too_many_items',
  'registry.too_deep',
  'registry.too_large',
  'registry.collection_without_name',
  'registry.key_missing',
  'registry.key_malformed',
  'registry.key_with_hive',
  'registry.name_too_long',
  'registry.default_with_name',
  'registry.data_missing',
  'registry.data_without_form',
  'registry.dword_out_of_range',
  'registry.qword_out_of_range',
  'registry.binary_malformed',
  'registry.encrypt_not_dword',
  'registry.encrypt_not_0_or_1',
  'registry.port_not_dword',
  'registry.port_out_of_range',
  'registry.unwritable',
] as const

export type RegistryIssueCode = (typeof REGISTRY_ISSUES)[number]
