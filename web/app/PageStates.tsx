import { Button, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'

/** A page that is on its way. */
export function PageWaiting() {
  const { t } = useTranslation()
  return (
    <Stack gap={16} role="status" p={24}>
      <VisuallyHidden>{t('loading')}</VisuallyHidden>
      <Skeleton height={32} width="40%" />
      <Skeleton height={20} width="70%" />
      <Skeleton height={240} mt={16} />
    </Stack>
  )
}

/** There is no page at this address. */
export function PageMissing() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead title={t('missing.title')} purpose={t('missing.text')} />
      <PageLink to="/">{t('missing.start')}</PageLink>
    </>
  )
}

/** There is one, but not for whoever looks. */
export function PageForbidden() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead title={t('forbidden.title')} purpose={t('forbidden.text')} />
      <PageLink to="/">{t('missing.start')}</PageLink>
    </>
  )
}

/** The page itself broke, or its code could not be loaded. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  return (
    <>
      <PageHead title={t('broken.title')} purpose={t('broken.text')} />
      <Stack gap={16} align="flex-start">
        <Button onClick={() => location.reload()}>{t('broken.reload')}</Button>
        <Button variant="default" onClick={reset}>
          {t('problem.retry')}
        </Button>
        <details>
          <summary>{t('problem.details')}</summary>
          <Text component="pre" ff="monospace" size="xs">
            {error instanceof Error ? error.message : String(error)}
          </Text>
        </details>
      </Stack>
    </>
  )
}
