import { useTranslation } from 'react-i18next'
import type { Principal } from './access-rows.ts'

/** A role by its name, a person by theirs. */
export function usePrincipalName(): (principal: Principal) => string {
  const { t, i18n } = useTranslation('roles')
  return (principal) => {
    if (principal.is === 'account') return principal.name
    const key = `names.${principal.role}`
    return i18n.exists(`roles:${key}`) ? t(key) : principal.role
  }
}
