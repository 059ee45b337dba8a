import { ActionIcon, Button, Kbd, Text, UnstyledButton } from '@mantine/core'
import { IconLogout, IconMenu2, IconSearch, IconUser, IconUserCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { ActionMenu } from '../ui/ActionMenu.tsx'
import { PageLink, useGo } from '../ui/PageLink.tsx'
import { LanguageSwitch } from './LanguageSwitch.tsx'
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
        <ActionMenu
          width={260}
          head={account.address}
          button={
            <UnstyledButton
              className={styles.user ?? ''}
              aria-label={t('user.menu', { name: account.name })}
            >
              <IconUserCircle size={24} aria-hidden />
              <Text span truncate className={styles.name ?? ''}>
                {account.name}
              </Text>
            </UnstyledButton>
          }
          actions={[
            {
              label: t('pages.profile'),
              icon: <IconUser size={16} aria-hidden />,
              onChoose: () => go(PROFILE),
            },
            {
              label: t('user.signOut'),
              icon: <IconLogout size={16} aria-hidden />,
              onChoose: () => void signOut(),
            },
          ]}
        />
      </div>
    </header>
  )
}
