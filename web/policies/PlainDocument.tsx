import { useTranslation } from 'react-i18next'
import type { PolicyDocumentView } from '../../src/contract/change-control.ts'
import { useFormat } from '../ui/format.ts'
import type { PolicyWords } from '../settings/policy-words.ts'
import { leavesOf } from './document-paths.ts'
import styles from './policies.module.css'

interface Props {
  readonly document: PolicyDocumentView
  readonly words: PolicyWords
}

/** What a version says, value by value. */
export function PlainDocument({ document: { values, secrets }, words }: Props) {
  const { t } = useTranslation('policies')
  const format = useFormat()
  if (values === null) return <p>{t('policy.saysNothing')}</p>
  const leaves = inOrder(leavesOf(values), words)
  return (
    <dl className={styles.values}>
      {leaves.map(({ path, value }) => (
        <div key={path}>
          <dt>{words.label(path)}</dt>
          <dd>{words.value(path, value)}</dd>
        </div>
      ))}
      {Object.entries(secrets).map(([name, { at, by }]) => (
        <div key={name}>
          <dt>{words.label(`secrets.${name}`)}</dt>
          <dd>{t('common:secret.setOnBy', { date: format.date(new Date(at)), name: by.name })}</dd>
        </div>
      ))}
    </dl>
  )
}

/** As the form of the kind has them. */
export function inOrder<Each extends { readonly path: string }>(
  all: readonly Each[],
  words: PolicyWords,
): Each[] {
  const placeOf = ({ path }: Each) => words.placeOf?.(path) ?? 0
  return all.toSorted((one, two) => placeOf(one) - placeOf(two))
}
