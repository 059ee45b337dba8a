import { Skeleton, VisuallyHidden } from '@mantine/core'
import { Suspense, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Loadable } from '../api/loadable.ts'
import { Problem } from './Problem.tsx'

interface Props<Value> {
  readonly of: Loadable<Value>
  /** What could not be loaded, as a sentence. */
  readonly failed: string
  /** As high as what will be there. */
  readonly height?: number
  readonly children: (value: Value) => ReactNode
}

/**
 * What is on its way: a skeleton, then the value, or what went wrong with *Try again*. Texts that only
 * the value needs may still be on their way then: the page around it stays.
 */
export function Loaded<Value>({ of, failed, height = 120, children }: Props<Value>) {
  if (of.state === 'failed') {
    return <Problem problem={of.problem} title={failed} onRetry={of.retry} />
  }
  if (of.state === 'loading') return <Waiting height={height} />
  return <Suspense fallback={<Waiting height={height} />}>{children(of.value)}</Suspense>
}

function Waiting({ height }: { height: number }) {
  const { t } = useTranslation()
  return (
    <div role="status">
      <VisuallyHidden>{t('loading')}</VisuallyHidden>
      <Skeleton height={height} />
    </div>
  )
}
