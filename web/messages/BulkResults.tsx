import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ApiProblem } from '../api/problem.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { useProblemWords } from '../ui/problem-words.ts'
import { STATE_ICONS } from '../ui/StateBadge.tsx'
import { hrefOf } from './message-line.ts'
import type { MessageOrder, OrderResult } from './orders.ts'
import styles from './Messages.module.css'

interface Props {
  readonly order: MessageOrder
  readonly results: readonly OrderResult[]
  /** The message in words, by its ID. */
  readonly nameOf: (id: string) => string
  readonly onClose: () => void
}

/** What became of an order for many messages, each by itself; those that were refused come first. */
export function BulkResults({ order, results, nameOf, onClose }: Props) {
  const { t } = useTranslation('messages')
  const words = useProblemWords()
  const refused = results.filter((each) => each.is === 'refused')
  const done = results.filter((each) => each.is === 'done')
  const kind = refused.length === 0 ? 'ok' : done.length === 0 ? 'bad' : 'warn'
  return (
    <NoteBox kind={kind} role="status" title={t('result.title', { order: t(`order.${order}`) })}>
      {done.length > 0 && <span>{t('result.done', { count: done.length })}</span>}
      {refused.length > 0 && <span>{t('result.refused', { count: refused.length })}</span>}
      <ul className={styles.results} tabIndex={0} aria-label={t('title')}>
        {[...refused, ...done].map((result) => {
          const Icon = STATE_ICONS[result.is === 'done' ? 'ok' : 'bad']
          return (
            <li key={result.id}>
              <Icon
                size={18}
                aria-hidden
                className={styles.resultIcon}
                data-kind={result.is === 'done' ? 'ok' : 'bad'}
              />
              <div>
                <PageLink to={hrefOf(result)}>{nameOf(result.id)}</PageLink>
                <span>
                  {result.is === 'done'
                    ? t('result.deliveries', { count: result.deliveries })
                    : words(new ApiProblem({ code: result.code, status: 409 }))}
                </span>
              </div>
            </li>
          )
        })}
      </ul>
      <Button variant="default" onClick={onClose}>
        {t('result.close')}
      </Button>
    </NoteBox>
  )
}
