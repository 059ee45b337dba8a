import { ActionIcon, Button, Kbd, Menu, Text, UnstyledButton } from '@mantine/core'
import { IconLogout, IconMenu2, IconSearch, IconUser, IconUserCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { PageLink, useGo } from '../ui/PageLink.tsx'
import { LanguageSwitch } from './LanguageSwitch.tsx'
import { pageAt } from './pages.ts'
import { openPalette } from './palette-events.ts'
import { ThemeSwitch } from './ThemeSwitch.tsx'
import { useSignOut } from './sign-out.ts'
import styles from './Header.module.css'

const PROFILE = '/profile'

interface Props {
  readonly isMenuOpen: boolean
  readonly onMenu: () => void
}

/** Organisation, search, language, theme, and what belongs to oneself. */
export function Header({ isMenuOpen, onMenu }: Props) {
  const { t } = useTranslation()
  const { organization, account } = useSession()
  const go = useGo()
  const signOut = useSignOut()
  return (
    <header className={styles.header}>
      <ActionIcon
        className={styles.burger ?? ''}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t('menu.open')}
        aria-expanded={isMenuOpen}
        onClick={onMenu}
      >
        <IconMenu2 size={22} />
      </ActionIcon>
      <PageLink to="/" underline="never" className={styles.brand ?? ''}>
        <span className={styles.product}>Sealpost</span>
        <span className={styles.organization}>{organization}</span>
      </PageLink>
      <div className={styles.tools}>
        <Button
          className={styles.search ?? ''}
          variant="default"
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={<Kbd className={styles.keys ?? ''}>{t('palette.keys')}</Kbd>}
          aria-keyshortcuts="Control+K"
          onClick={openPalette}
        >
          {t('palette.open')}
        </Button>
        <ActionIcon
          className={styles.searchIcon ?? ''}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('palette.open')}
          onClick={openPalette}
        >
          <IconSearch size={20} />
        </ActionIcon>
        <div className={styles.preferences}>
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
        <Menu
          position="bottom-end"
          width={260}
          withinPortal={false}
          withInitialFocusPlaceholder={false}
        >
          <Menu.Target>
            <UnstyledButton
              className={styles.user ?? ''}
              aria-label={t('user.menu', { name: account.name })}
            >
              <IconUserCircle size={24} aria-hidden />
              <Text span truncate className={styles.name ?? ''}>
                {account.name}
              </Text>
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label role="presentation">{account.address}</Menu.Label>
            {pageAt(PROFILE) !== undefined && (
              <Menu.Item
                leftSection={<IconUser size={16} aria-hidden />}
                onClick={() => go(PROFILE)}
              >
                {t('pages.profile')}
              </Menu.Item>
            )}
            <Menu.Item
              leftSection={<IconLogout size={16} aria-hidden />}
              onClick={() => void signOut()}
            >
              {t('user.signOut')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </header>
  )
}
