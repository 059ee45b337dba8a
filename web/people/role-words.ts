import { useTranslation } from 'react-i18next'
import { ROLES, type Permission, type Role } from '../../src/contract/permissions.ts'
import { useFormat } from '../ui/format.ts'

/** Roles that are given; `person` comes with every account. */
export const GIVEN_ROLES = ROLES.filter((role) => role !== 'person')

/** Roles and what they allow, in the reader's words. */
export function useRoleWords() {
  const { t } = useTranslation('roles')
  const format = useFormat()
  return {
    name: (role: Role) => t(`names.${role}`),
    /** One line on what it may do. */
    about: (role: Role) => t(`about.${role}`),
    permission: (permission: Permission) => t(`permissions.${permission}`),
    /** *Administrator and Auditor*; that there is none beside one's own account. */
    list: (roles: readonly Role[]) => {
      const given = GIVEN_ROLES.filter((role) => roles.includes(role))
      return given.length === 0 ? t('none') : format.list(given.map((role) => t(`names.${role}`)))
    },
  }
}
