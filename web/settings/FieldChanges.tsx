import { useTranslation } from 'react-i18next'
import type { FieldChange } from '../../src/contract/policies.ts'
import { Difference } from '../ui/Difference.tsx'
import type { PolicyWords } from './policy-words.ts'

interface Props {
  readonly label: string
  readonly changes: readonly FieldChange[]
  readonly words: PolicyWords
  readonly before: string
  readonly after: string
}

/** What differs between two versions of settings. Of a secret, only that it does. */
export function FieldChanges({ label, changes, words, before, after }: Props) {
  const { t } = useTranslation('settings')
  const placeOf = ({ path }: FieldChange) => words.placeOf?.(path) ?? 0
  const inOrder = changes.toSorted((one, two) => placeOf(one) - placeOf(two))
  if (changes.length === 0) return <p>{t('difference.none')}</p>
  return (
    <Difference
      label={label}
      before={before}
      after={after}
      rows={inOrder.map(({ path, change, isSecret, was, is }) => ({
        id: path,
        name: words.label(path),
        is: change,
        ...(change !== 'added' && {
          before: isSecret ? t('difference.secretBefore') : words.value(path, was),
        }),
        ...(change !== 'removed' && {
          after: isSecret ? t('difference.secretAfter') : words.value(path, is),
        }),
      }))}
    />
  )
}
