import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ApiProblem } from '../api/problem.ts'
import { NoteBox } from './NoteBox.tsx'
import { useProblemWords } from './problem-words.ts'

interface Props {
  readonly problem: ApiProblem | undefined
  /** What could not be done, as a sentence: *The message could not be sent again.* */
  readonly title?: string | undefined
  readonly onRetry?: (() => void) | undefined
}

/** Says what went wrong, with the hub's own words folded under it. Nothing without a problem. */
export function Problem({ problem, title, onRetry }: Props) {
  const { t } = useTranslation()
  const words = useProblemWords()
  if (problem === undefined) return null
  const own = problem.detail ?? ''
  return (
    <NoteBox kind="bad" role="alert" title={title ?? words(problem)}>
      {title !== undefined && <span>{words(problem)}</span>}
      {own !== '' && (
        <details>
          <summary>{t('problem.details')}</summary>
          <pre>{`${problem.code}\n${own}`}</pre>
        </details>
      )}
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          {t('problem.retry')}
        </Button>
      )}
    </NoteBox>
  )
}
