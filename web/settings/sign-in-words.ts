import { useTranslation } from 'react-i18next'
import { ROLES } from '../../src/contract/permissions.ts'
import { SECOND_FACTOR_RULES } from '../../src/contract/sign-in-settings.ts'
import type { FieldIssue } from '../api/problem.ts'
import { useFormat } from '../ui/format.ts'
import type { PolicyWords } from './policy-words.ts'
import type { SignInFieldName } from './sign-in-draft.ts'

const FIELDS: readonly SignInFieldName[] = [
  'secondFactor',
  'enabled',
  'name',
  'issuer',
  'clientId',
  'clientSecret',
  'scopes',
  'allowedDomains',
  'createAccounts',
  'trustForAdministrators',
  'rolesClaim',
  'roleMapping',
]

/** The field that a path of the hub is about: `openid.roleMapping.0.role` is of `roleMapping`. */
export function signInFieldOf(path: string): SignInFieldName | undefined {
  return FIELDS.find((name) => path.split('.').includes(name))
}

/** The fields of the sign-in settings and their values, in words. */
export function useSignInWords(): PolicyWords & {
  issue(name: string, issue: FieldIssue): string | undefined
} {
  const { t, i18n } = useTranslation('sign-in-settings')
  const format = useFormat()
  return {
    label(path) {
      const name = signInFieldOf(path)
      return name === undefined ? path : t(`field.${name}`)
    },
    value(path, value) {
      const rule = SECOND_FACTOR_RULES.find((each) => each === value)
      if (path === 'secondFactor' && rule !== undefined) return t(`secondFactor.${rule}`)
      if (typeof value === 'boolean') return t(value ? 'common:field.on' : 'common:field.off')
      if (Array.isArray(value) && value.length > 0) return format.list(value.map(inWords))
      if (typeof value === 'string' && value !== '') return value
      return t('common:field.empty')
    },
    issue(name, { code = '', message }) {
      const words = { field: t(`field.${name}`) }
      return i18n.exists(`sign-in-settings:issue.${code}`)
        ? t(`issue.${code}`, words)
        : t('common:field.refused', { reason: message })
    },
  }
}

function inWords(item: unknown): string {
  if (typeof item === 'string') return item
  const { value, role } = item as { value?: string; role?: string }
  return `${value ?? ''} → ${role ?? ''}`
}

/** Roles that a provider can give, by their names; everybody is a person anyway. */
export function useRoleChoices() {
  const { t } = useTranslation('sign-in-settings')
  return ROLES.filter((role) => role !== 'person').map((role) => ({
    value: role,
    label: t(`role.${role}`),
  }))
}
