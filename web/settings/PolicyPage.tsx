import { IconHistory } from '@tabler/icons-react'
import { Suspense, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Loadable } from '../api/loadable.ts'
import { PageWaiting } from '../app/PageStates.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { LinkButton } from '../ui/PageLink.tsx'
import { Problem } from '../ui/Problem.tsx'

interface Props<View> {
  readonly title: string
  readonly purpose: string
  /** The address of this page; the history is below it. */
  readonly page: string
  readonly settings: Loadable<View>
  /** What could not be loaded, as a sentence. */
  readonly failed: string
  readonly children: (view: View) => ReactNode
}

/** A page of settings under version control, with the way to their history. */
export function PolicyPage<View>(props: Props<View>) {
  const { title, purpose, page, settings, failed, children } = props
  const { t } = useTranslation('settings')
  return (
    <>
      <PageHead
        title={title}
        purpose={purpose}
        action={
          <LinkButton
            to={`${page}/history`}
            variant="default"
            leftSection={<IconHistory size={16} aria-hidden />}
          >
            {t('history.title')}
          </LinkButton>
        }
      />
      {settings.state === 'loading' && <PageWaiting />}
      {settings.state === 'failed' && (
        <Problem problem={settings.problem} title={failed} onRetry={settings.retry} />
      )}
      {settings.state === 'ready' && (
        <Suspense fallback={<PageWaiting />}>{children(settings.value)}</Suspense>
      )}
    </>
  )
}
