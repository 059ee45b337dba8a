import { Alert, Button, Code, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ApiProblem } from '../api/problem.ts'
import { useProblemWords } from './problem-words.ts'

interface Props {
  readonly problem: ApiProblem | undefined
  /** What could not be done, as a sentence: *The message could not be sent again.* */
  readonly title?: string
  readonly onRetry?: (() => void) | undefined
}

/** Says what went wrong, with the hub's own words folded under it. Nothing without a problem. */
export function Problem({ problem, title, onRetry }: Props) {
  const { t } = useTranslation()
  const words = useProblemWords()
  if (problem === undefined) return null
  const own = problem.detail
  return (
    <Alert
      role="alert"
      variant="outline"
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={title ?? words(problem)}
      classNames={{ root: 'sp-problem' }}
    >
      <Stack gap={8} align="flex-start">
        {title !== undefined && <Text>{words(problem)}</Text>}
        {own !== undefined && own !== '' && (
          <details>
            <summary>{t('problem.details')}</summary>
            <Code block>{`${problem.code}\n${own}`}</Code>
          </details>
        )}
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            {t('problem.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}
