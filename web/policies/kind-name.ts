import { useTranslation } from 'react-i18next'

interface Named {
  readonly kind: string
  readonly name: string
}

/** What a kind is called, and a policy: of a kind of which there is one, as the kind. */
export function usePolicyNames() {
  const { t, i18n } = useTranslation('policies')
  const kind = (name: string) => (i18n.exists(`policies:kind.${name}`) ? t(`kind.${name}`) : name)
  return { kind, policy: (policy: Named) => (policy.name === '' ? kind(policy.kind) : policy.name) }
}
