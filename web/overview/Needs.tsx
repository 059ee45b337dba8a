import { Text, Title } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageLine } from '../../src/contract/message-list.ts'
import type { Overview } from '../../src/contract/overview.ts'
import { pageAt } from '../app/pages.ts'
import { hrefOf, useRecipientWords } from '../messages/message-line.ts'
import { useFormat } from '../ui/format.ts'
import { useNow } from '../ui/now.ts'
import { PageLink } from '../ui/PageLink.tsx'
import { STATE_ICONS } from '../ui/StateBadge.tsx'
import { EXPIRING_ID } from './ExpiringPlot.tsx'
import styles from './Overview.module.css'

/** What needs a person now, each a link to where something can be done; calm when nothing does. */
export function Needs({ overview: { needs } }: { readonly overview: Overview }) {
  const { t } = useTranslation('overview')
  const heading = useId()
  const words = useWords()
  const { failed, held, expiring, mailTest, nodes } = needs
  // Somebody who may see none of it is not told that all is well.
  if (Object.values(needs).every((part) => part === null)) return null
  const silent = nodes?.silent ?? []
  const items: NeedProps[] = [
    {
      id: 'failed',
      kind: 'bad',
      count: failed?.count ?? 0,
      to: '/messages?state=failed,partly&period=day',
      text: t('needs.failed', { count: failed?.count ?? 0 }),
      first: failed?.first.map((line) => words.message(line)),
    },
    {
      id: 'held',
      kind: 'held',
      count: held?.count ?? 0,
      to: '/messages?state=held',
      text: t('needs.held', { count: held?.count ?? 0 }),
      first: held?.first.map((line) => words.message(line)),
    },
    {
      id: 'mailTest',
      kind: 'bad',
      count: mailTest?.outcome === 'failed' ? 1 : 0,
      to: '/settings/mail',
      text: t('needs.mailTest'),
    },
    {
      id: 'nodes',
      kind: 'bad',
      count: silent.length,
      to: '/system/health',
      text: t('needs.nodes', { count: silent.length }),
      first: silent.map(({ host, lastSeenAt }) =>
        t('needs.node', { host, when: words.when(lastSeenAt) }),
      ),
    },
    {
      id: 'expiring',
      kind: 'warn',
      count: expiring?.count ?? 0,
      to: `#${EXPIRING_ID}`,
      text: t('needs.expiring', { count: expiring?.count ?? 0 }),
      first: expiring?.first.map(({ subject, notAfter }) =>
        t('needs.certificate', { subject, when: words.when(notAfter) }),
      ),
    },
  ]
  const needed = items.filter(({ count }) => count > 0)
  const Calm = STATE_ICONS.ok
  return (
    <section aria-labelledby={heading} className={styles.needs}>
      <Title order={2} id={heading}>
        {t('needs.title')}
      </Title>
      {needed.length === 0 ? (
        <div className={styles.calm}>
          <Calm size={20} aria-hidden />
          <span>{t('needs.nothing')}</span>
        </div>
      ) : (
        <ul className={styles.list}>
          {needed.map((need) => (
            <Need key={need.id} {...need} />
          ))}
        </ul>
      )}
    </section>
  )
}

function useWords() {
  const { t } = useTranslation(['overview', 'messages'])
  const format = useFormat()
  const now = useNow()
  const recipientWords = useRecipientWords()
  return {
    message: (line: MessageLine) => (
      <PageLink to={hrefOf(line)}>
        {t('needs.message', {
          from: line.from === '' ? t('messages:noSender') : line.from,
          recipients: recipientWords(line),
        })}
      </PageLink>
    ),
    when: (at: string) => format.relative(new Date(at), now),
  }
}

interface NeedProps {
  readonly id: string
  readonly kind: 'bad' | 'warn' | 'held'
  /** None is not shown. */
  readonly count: number
  readonly to: string
  readonly text: string
  /** The first of them. */
  readonly first?: readonly ReactNode[] | undefined
}

function Need({ kind, to, text, first = [] }: NeedProps) {
  const Icon = STATE_ICONS[kind]
  const isThere = to.startsWith('#') || pageAt(to.split('?')[0] ?? to) !== undefined
  return (
    <li className={styles.need}>
      <Icon size={20} aria-hidden className={styles.needIcon} data-kind={kind} />
      <div className={styles.needWords}>
        {isThere ? (
          <PageLink to={to} fw={550}>
            {text}
          </PageLink>
        ) : (
          <Text fw={550}>{text}</Text>
        )}
        {first.length > 0 && (
          <ul className={styles.first}>
            {first.map((each, index) => (
              <li key={index}>{each}</li>
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}
