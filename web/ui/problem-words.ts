import { useTranslation } from 'react-i18next'
import type { ApiProblem } from '../api/problem.ts'
import { formatIn } from './format.ts'

/** What went wrong in the reader's words: from `errors.json` by code, else the code itself. */
export function useProblemWords(): (problem: ApiProblem) => string {
  const { t, i18n } = useTranslation('errors')
  return (problem) => {
    const { code, retryAfterSeconds } = problem
    const wait =
      retryAfterSeconds === undefined
        ? undefined
        : formatIn(i18n.language).duration(retryAfterSeconds * 1000)
    if (wait !== undefined && i18n.exists(`errors:${code}_wait`)) return t(`${code}_wait`, { wait })
    return i18n.exists(`errors:${code}`) ? t(code) : t('unknown', { code })
  }
}
