import { NavLink, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { useFollow } from '../ui/PageLink.tsx'
import { LanguageSwitch } from './LanguageSwitch.tsx'
import { menuFor } from './menu.ts'
import { ThemeSwitch } from './ThemeSwitch.tsx'
import styles from './Menu.module.css'

interface Props {
  /** Where the browser is. */
  readonly path: string
  /** Language and theme too, where the header has no room for them. */
  readonly withPreferences?: boolean
}

/** Sections with their pages, as far as one may open them. */
export function Menu({ path, withPreferences = false }: Props) {
  const { t } = useTranslation()
  const { permissions = [] } = useSession()
  const follow = useFollow()
  return (
    <nav aria-label={t('menu.title')} className={styles.menu}>
      {menuFor(permissions).map(({ section, pages }) => (
        <div key={section} className={styles.section}>
          <Text className={styles.name ?? ''} component="h2">
            {t(`sections.${section}`)}
          </Text>
          <ul>
            {pages.map((page) => {
              const isHere = path === page.path || path.startsWith(`${page.path}/`)
              return (
                <li key={page.path}>
                  <NavLink
                    href={page.path}
                    label={t(`pages.${page.name}`)}
                    active={isHere}
                    {...(isHere && { 'aria-current': 'page' as const })}
                    onClick={follow}
                  />
                </li>
              )
            })}
          </ul>
        </div>
      ))}
      {withPreferences && (
        <div className={styles.preferences}>
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      )}
    </nav>
  )
}
