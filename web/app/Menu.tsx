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
  const sections = menuFor(permissions)
  const here = pageFor(
    path,
    sections.flatMap(({ pages }) => pages.map((page) => page.path)),
  )
  return (
    <nav aria-label={t('menu.title')} className={styles.menu}>
      {sections.map(({ section, pages }) => (
        <div key={section} className={styles.section}>
          <Text className={styles.name ?? ''} component="h2">
            {t(`sections.${section}`)}
          </Text>
          <ul>
            {pages.map((page) => {
              const isHere = page.path === here
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

/** The page of the menu that a path belongs to: `/people/roles` is no part of `/people`. */
function pageFor(path: string, pages: readonly string[]): string | undefined {
  return pages
    .filter((page) => path === page || path.startsWith(`${page}/`))
    .sort((a, b) => b.length - a.length)[0]
}
