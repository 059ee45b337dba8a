import { useTranslation } from 'react-i18next'
import type { PolicyLinkView } from '../../src/contract/change-control.ts'
import { ValueView } from '../ui/Fields.tsx'
import { useTargetWords } from './target-words.ts'
import styles from './policies.module.css'

/** Where a version has effect, once it is deployed. */
export function LinkList({ links }: { readonly links: readonly PolicyLinkView[] }) {
  const { t } = useTranslation('policies')
  const targetWords = useTargetWords()
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
