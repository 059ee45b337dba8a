import { Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  SessionContext,
  useLoadedSession,
  useSession,
  type SignedInSession,
} from '../api/session.ts'
import { addressOf } from '../api/client.ts'
import { Problem } from '../ui/Problem.tsx'
import { useGo } from '../ui/PageLink.tsx'
import { Header } from './Header.tsx'
import { Interrupted } from './Interrupted.tsx'
import { showIn } from './language.ts'
import { Menu } from './Menu.tsx'
import { Notices } from './Notices.tsx'
import { PageForbidden, PageWaiting } from './PageStates.tsx'
import { pageAt } from './pages.ts'
import { Palette } from './Palette.tsx'
import styles from './Shell.module.css'

const EnrolPage = lazy(async () => ({
  default: (await import('../sign-in/EnrolPage.tsx')).EnrolPage,
}))
const MenuDrawer = lazy(async () => ({ default: (await import('./MenuDrawer.tsx')).MenuDrawer }))

/** Around every page for those who are signed in. Others are led to sign in, or to set up. */
export function Shell() {
  const session = useLoadedSession()
  const { t } = useTranslation()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  if (session.state === 'loading') return <PageWaiting />
  if (session.state === 'failed') {
    return (
      <main className={styles.failed}>
        <Problem problem={session.problem} title={t('unreachable')} onRetry={session.retry} />
      </main>
    )
  }
  const { account } = session.value
  if (!session.value.signedIn || account === undefined) return <ToSignIn {...session.value} />
  const mustEnrol = session.value.state === 'needs-enrolment' || codes !== null
  return (
    <SessionContext value={{ ...session.value, account }}>
      <InLanguageOf account={account} />
      {mustEnrol ? <EnrolPage codes={codes} onCodes={setCodes} /> : <Frame />}
      <Interrupted />
    </SessionContext>
  )
}

/** Comes back to where one wanted to go. */
function ToSignIn({ isSetUp }: { isSetUp: boolean }) {
  const go = useGo()
  // Where one was when it began: while the other page is on its way, the address is already its own.
  const [wanted] = useState(() => `${location.pathname}${location.search}`)
  const to = isSetUp ? addressOf('/sign-in', { next: wanted === '/' ? '' : wanted }) : '/setup'
  useEffect(() => go(to, { replace: true }), [go, to])
  return <PageWaiting />
}

/** Shows everything in the language that the account says. */
function InLanguageOf({ account: { language } }: Pick<SignedInSession, 'account'>) {
  const { i18n } = useTranslation()
  useEffect(() => {
    if (language !== i18n.language) void showIn(language)
    // Only what the account says anew: a choice of this moment is on its way to it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [language])
  return null
}

function Frame() {
  const { t } = useTranslation()
  const session = useSession()
  const path = useLocation({ select: ({ pathname }) => pathname })
  const [openAt, setOpenAt] = useState<string>()
  const page = pageAt(path)
  const mayOpen = page === undefined || (session.permissions ?? []).includes(page.permission)
  const isOpen = openAt === path
  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        {t('skip')}
      </a>
      <Header isMenuOpen={isOpen} onMenu={() => setOpenAt(isOpen ? undefined : path)} />
      <aside className={styles.side}>
        <Menu path={path} />
      </aside>
      {isOpen && (
        <Suspense fallback={null}>
          <MenuDrawer path={path} onClose={() => setOpenAt(undefined)} />
        </Suspense>
      )}
      <main id="main" tabIndex={-1} className={styles.main}>
        <Notices codes={session.notices} />
        <Suspense fallback={<PageWaiting />}>{mayOpen ? <Outlet /> : <PageForbidden />}</Suspense>
      </main>
      <Palette />
    </div>
  )
}
