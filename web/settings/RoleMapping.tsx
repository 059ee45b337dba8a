import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ValueView } from '../ui/Fields.tsx'
import type { FormState } from '../ui/form.ts'
import styles from './settings.module.css'
import { type MappedRole, type SignInDraft, isRole } from './sign-in-draft.ts'
import { useRoleChoices } from './sign-in-words.ts'

/** Which group at the provider gives which role here. */
export function RoleMapping({ form }: { readonly form: FormState<SignInDraft> }) {
  const { t } = useTranslation('sign-in-settings')
  const roles = useRoleChoices()
  const { roleMapping } = form.draft
  const nameOf = (role: string) => roles.find(({ value }) => value === role)?.label ?? role
  if (!form.editing) {
    return (
      <ValueView label={t('field.roleMapping')}>
        {roleMapping.length > 0 && (
          <ul className={styles.plain}>
            {roleMapping.map(({ value, role }) => (
              <li key={`${value} ${role}`}>{t('mapping.line', { value, role: nameOf(role) })}</li>
            ))}
          </ul>
        )}
      </ValueView>
    )
  }
  const change = (index: number, to: Partial<MappedRole>) =>
    form.set(
      'roleMapping',
      roleMapping.map((each, at) => (at === index ? { ...each, ...to } : each)),
    )
  const error = form.errors.roleMapping
  return (
    <fieldset className={styles.mapping} id={form.fieldId('roleMapping')} tabIndex={-1}>
      <legend>{t('field.roleMapping')}</legend>
      {roleMapping.map(({ value, role }, index) => (
        // Lines have no name of their own, and are only taken out or changed in place.
        <div className={styles.mappingLine} key={index}>
          <TextInput
            aria-label={t('mapping.value', { number: index + 1 })}
            placeholder={t('mapping.placeholder')}
            autoComplete="off"
            value={value}
            onChange={(event) => change(index, { value: event.currentTarget.value })}
          />
          <NativeSelect
            aria-label={t('mapping.role', { number: index + 1 })}
            value={role}
            data={roles}
            onChange={(event) => {
              const chosen = event.currentTarget.value
              if (isRole(chosen)) change(index, { role: chosen })
            }}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('mapping.remove', { number: index + 1 })}
            onClick={() =>
              form.set(
                'roleMapping',
                roleMapping.filter((_, at) => at !== index),
              )
            }
          >
            <IconTrash size={18} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => form.set('roleMapping', [...roleMapping, { value: '', role: 'auditor' }])}
        >
          {t('mapping.add')}
        </Button>
      </div>
      {error !== undefined && <p className={styles.wrong}>{error}</p>}
      <p className={styles.help}>{t('help.roleMapping')}</p>
    </fieldset>
  )
}
