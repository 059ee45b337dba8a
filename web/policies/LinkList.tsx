import { useTranslation } from 'react-i18next'
import type { PolicyLinkView } from '../../src/contract/change-control.ts'
import { ValueView } from '../ui/Fields.tsx'
import { partsOf } from './kinds.ts'
import { useTargetWords } from './target-words.ts'
import styles from './policies.module.css'

interface Props {
  readonly kind: string
  readonly links: readonly PolicyLinkView[]
}

/** Where a version has effect, once it is deployed. What there is one of holds without a link. */
export function LinkList({ kind, links }: Props) {
  const { t } = useTranslation('policies')
  const targetWords = useTargetWords()
  if (partsOf(kind).isOnlyOne && links.length === 0) return null
  return (
    <ValueView label={t('links.title')}>
      {links.length === 0 ? (
        t('links.none')
      ) : (
        <ul className={styles.plain}>
          {links.map(({ target, isEnabled, order }) => (
            <li key={target}>
              {t(isEnabled ? 'links.line' : 'links.lineOff', {
                target: targetWords(target),
                order,
              })}
            </li>
          ))}
        </ul>
      )}
    </ValueView>
  )
}
