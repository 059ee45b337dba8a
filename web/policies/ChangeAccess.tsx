import { useTranslation } from 'react-i18next'
import { POLICY_PERMISSIONS, type PolicyPermission } from '../../src/contract/policy-lifecycle.ts'
import { useApi, useChange } from '../api/data.ts'
import { ChoiceField } from '../ui/ChoiceFields.tsx'
import { FormDialog } from '../ui/FormDialog.tsx'
import { useForm } from '../ui/form.ts'
import { type AccessRow, orderedPrincipal } from './access-rows.ts'
import { POLICIES_PATH } from './policy-paths.ts'
import styles from './policies.module.css'

interface Props {
  /** Of the access list. */
  readonly path: string
  readonly row: AccessRow
  readonly name: string
  readonly onClose: () => void
}

type Draft = Readonly<Record<PolicyPermission, string>>

/** Says of each permission whether somebody is allowed or denied it, or leaves it unsaid. */
export function ChangeAccess({ path, row, name, onClose }: Props) {
  const { t } = useTranslation('policies')
  const api = useApi()
  const value = Object.fromEntries(
    POLICY_PERMISSIONS.map((permission) => [permission, row.own.get(permission) ?? '']),
  ) as Draft
  const change = useChange(
    async (draft: Draft) => {
      const changed = POLICY_PERMISSIONS.filter(
        (permission) => draft[permission] !== value[permission],
      )
      const principal = orderedPrincipal(row.principal)
      for (const permission of changed) {
        const effect = draft[permission] === '' ? null : draft[permission]
        await api.call(path, { method: 'POST', body: { principal, permission, effect } })
      }
    },
    { refreshes: [POLICIES_PATH] },
  )
  const form = useForm<Draft>({
    value,
    submit: async (draft) => (await change.attempt(draft)).problem,
  })
  const unsaid = (permission: PolicyPermission) => {
    const above = row.inherited.get(permission)
    return above === undefined ? t('access.notSaid') : t(`access.inherited.${above}`)
  }
  return (
    <FormDialog
      form={form}
      size="xl"
      title={t('access.changeOf', { name })}
      submit={t('common:save')}
      failed={t('access.notChanged')}
      stays={form.isDirty}
      onClose={onClose}
      onSaved={onClose}
    >
      <div className={styles.choices}>
        {POLICY_PERMISSIONS.map((permission) => (
          <ChoiceField
            key={permission}
            form={form}
            name={permission}
            label={t(`permission.${permission}`)}
            choices={[
              { value: '', label: unsaid(permission) },
              { value: 'allow', label: t('access.effect.allow') },
              { value: 'deny', label: t('access.effect.deny') },
            ]}
          />
        ))}
      </div>
    </FormDialog>
  )
}
