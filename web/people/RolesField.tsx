import { Checkbox } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Role } from '../../src/contract/permissions.ts'
import { ValueView } from '../ui/Fields.tsx'
import { type FieldProps, setValue, valueOf } from '../ui/field.ts'
import { PageLink } from '../ui/PageLink.tsx'
import { GIVEN_ROLES, useRoleWords } from './role-words.ts'
import styles from './people.module.css'

/** Roles to be ticked, each with what it may do; while reading those that are given. */
export function RolesField<Values>(props: FieldProps<Values, readonly Role[]>) {
  const { form, name, label, locked = false } = props
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  const roles = valueOf<Values, readonly Role[]>(props)
  if (!form.editing) {
    const given = GIVEN_ROLES.filter((role) => roles.includes(role))
    if (given.length === 0) return <ValueView label={label}>{t('none')}</ValueView>
    return (
      <dl className={styles.roles}>
        {given.map((role) => (
          <div key={role}>
            <dt>{words.name(role)}</dt>
            <dd>{words.about(role)}</dd>
          </div>
        ))}
      </dl>
    )
  }
  const toggle = (role: Role, isGiven: boolean) => {
    const others = roles.filter((each) => each !== role)
    setValue<Values, readonly Role[]>(props, isGiven ? [...others, role] : others)
  }
  return (
    <fieldset className={styles.fieldset} id={form.fieldId(name)} tabIndex={-1}>
      <legend>{label}</legend>
      {GIVEN_ROLES.map((role) => (
        <Checkbox
          key={role}
          label={words.name(role)}
          description={words.about(role)}
          checked={roles.includes(role)}
          disabled={locked}
          onChange={(event) => toggle(role, event.currentTarget.checked)}
        />
      ))}
      <span>
        <PageLink to="/people/roles">{t('all')}</PageLink>
      </span>
    </fieldset>
  )
}
