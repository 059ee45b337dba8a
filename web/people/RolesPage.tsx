import { IconCheck, IconMinus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { PERMISSIONS, permissionsOf, ROLES } from '../../src/contract/permissions.ts'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { Section } from '../ui/Section.tsx'
import { useRoleWords } from './role-words.ts'
import styles from './people.module.css'

const COLUMNS = ROLES.map((role) => ({ role, may: permissionsOf([role]) }))

/** Every role and what it may do: the table that the hub itself goes by; where it is narrow, a list. */
export function RolesPage() {
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  return (
    <>
      <PageHead
        title={t('title')}
        purpose={t('purpose')}
        back={<PageLink to="/people">{t('people')}</PageLink>}
      />
      <div className={styles.matrix} role="region" aria-label={t('table')} tabIndex={0}>
        <table aria-label={t('table')}>
          <thead>
            <tr>
              <th scope="col">{t('permission')}</th>
              {COLUMNS.map(({ role }) => (
                <th key={role} scope="col">
                  {words.name(role)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {PERMISSIONS.map((permission) => (
              <tr key={permission}>
                <th scope="row">{words.permission(permission)}</th>
                {COLUMNS.map(({ role, may }) => (
                  <td key={role}>
                    <Answer yes={may.has(permission)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={styles.cards}>
        {COLUMNS.map(({ role, may }) => (
          <Section key={role} title={words.name(role)} purpose={words.about(role)}>
            <ul>
              {PERMISSIONS.filter((permission) => may.has(permission)).map((permission) => (
                <li key={permission}>{words.permission(permission)}</li>
              ))}
            </ul>
          </Section>
        ))}
      </div>
    </>
  )
}

function Answer({ yes }: { readonly yes: boolean }) {
  const { t } = useTranslation('roles')
  const Icon = yes ? IconCheck : IconMinus
  return (
    <Icon
      size={18}
      role="img"
      aria-label={t(yes ? 'yes' : 'no')}
      className={yes ? styles.yes : styles.no}
    />
  )
}
